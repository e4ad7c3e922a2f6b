"""Accounts the regulation itself names (ruian-2, xartvu-9): found in the register, and held against what it says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guanhao.registry.models import Account
from guanhao.rulebook.types import KnownAccount, Rulebook
from guanhao.screening.namekeys import fold


@dataclass(frozen=True, slots=True)
class Differs:
    """One thing in which an account is not what the regulation says of it."""

    what: str  # a column of `Account`
    registered: str
    said: str


def named_by(account: Account, rulebook: Rulebook) -> KnownAccount | None:
    """The regulation's own account that this is: the same platform, and the same id or, where either has none, name."""
    for known in rulebook.accounts.values():
        same_id = bool(known.platform_id) and known.platform_id == account.handle
        same_name = fold(known.name) == fold(account.name)
        if known.platform == account.platform and (same_id or same_name):
            return known
    return None


def differences(account: Account, known: KnownAccount) -> list[Differs]:
    """In what the register and the regulation do not agree."""
    said = {"name": known.name, "handle": known.platform_id, "kind": known.kind or ""}
    return [
        Differs(what, str(getattr(account, what)), wanted)
        for what, wanted in said.items()
        if wanted and getattr(account, what) != wanted
    ]


def unregistered(rulebook: Rulebook, accounts: Iterable[Account]) -> list[KnownAccount]:
    """Accounts the regulation names that are not in use on the register."""
    found = {known.key for account in accounts if (known := named_by(account, rulebook)) is not None}
    return [known for key, known in rulebook.accounts.items() if key not in found]
