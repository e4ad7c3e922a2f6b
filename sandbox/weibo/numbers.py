"""Numbers and names in the shapes Weibo uses."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.clock import BEIJING

if TYPE_CHECKING:
    from sandbox.world import World

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST_ID = {"ordinary": 5_000_000_000_000_001, "large": 9_007_199_254_740_993}
# An even step keeps every id odd: above 2 to the 53 no floating-point number is.
STEP = 1_000_004
GROUP = 10_000_000
GROUP_WIDTH = 4


def next_id(world: World, uid: str) -> int:
    """Answer the id of a new post or comment of a user, higher than every earlier one (switch ``weibo_ids``)."""
    row = world.store.row("SELECT value FROM memo WHERE name = 'weibo id'")
    number = max(int(row["value"]) + STEP if row else 0, FIRST_ID[world.switches.value("weibo_ids", uid)])
    world.store.run("INSERT OR REPLACE INTO memo (name, value) VALUES ('weibo id', ?)", str(number))
    return number


def address_name(mid: int) -> str:
    """Answer a post's id as its public address has it: base 62, seven decimal digits at a time (weibo.md 3.1)."""
    higher, group = divmod(mid, GROUP)
    name = base_62(group)
    return address_name(higher) + name.rjust(GROUP_WIDTH, "0") if higher else name


def base_62(number: int) -> str:
    """Answer a number in base 62."""
    higher, digit = divmod(number, len(DIGITS))
    return (base_62(higher) if higher else "") + DIGITS[digit]


def app_key() -> str:
    """Answer a new app key: ten digits."""
    return str(1_000_000_000 + secrets.randbelow(9 * 10**9))


def uid() -> str:
    """Answer a new user's id: ten digits."""
    return app_key()


def token() -> str:
    """Answer a new access token."""
    return f"2.00{secrets.token_urlsafe(21)}"


def short_name() -> str:
    """Answer the name of a new short link."""
    return "A6" + base_62(secrets.randbelow(62**5)).rjust(5, "0")


def date(moment: float) -> str:
    """Answer a moment as Weibo writes it: ``Tue May 31 17:46:55 +0800 2011``."""
    return datetime.fromtimestamp(moment, BEIJING).strftime("%a %b %d %H:%M:%S %z %Y")
