"""Accounts to try things with; all invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.clock import DAY
from sandbox.wechat import accounts
from sandbox.wechat.accounts import Account

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World

EXAMPLES: tuple[Json, ...] = (
    {"appid": "wx00000000000000a1", "secret": "a" * 32, "name": "沙箱·已认证订阅号"},
    {"appid": "wx00000000000000a2", "secret": "b" * 32, "name": "沙箱·服务号", "type": "SVC"},
    {"appid": "wx00000000000000a3", "secret": "c" * 32, "name": "沙箱·未认证号", "verified": False},
    {"appid": "wx00000000000000a4", "secret": "d" * 32, "name": "沙箱·个人号", "principal": "individual"},
    {"appid": "wx00000000000000a5", "secret": "e" * 32, "name": "沙箱·地址未登记", "ip_allow": ["192.0.2.1"]},
)
LAPSING: Json = {"appid": "wx00000000000000a6", "secret": "f" * 32, "name": "沙箱·认证将到期"}


def ensure(world: World) -> None:
    """Create the example accounts that are not there; change none that is.

    They are: verified subscription and service accounts, an unverified and an individual one (drafts work,
    publishing answers 48001), one whose allow-list lacks this machine (40164), one whose verification ends in a day.
    """
    with world.store.transaction():
        lapsing = LAPSING | {"verified_until": world.clock.now() + DAY}
        for document in (*EXAMPLES, lapsing):
            if accounts.find(world, document["appid"]) is None:
                accounts.keep(world, Account.parse(document))
