"""Entries as the public sees them, and the answer to "is this account yours?"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db.models import Q

from guanhao.core.canonical import digest_bytes
from guanhao.core.text import Text
from guanhao.directory.links import Asked, asked
from guanhao.directory.models import KnownCode
from guanhao.directory.queries import known, shown
from guanhao.directory.types import Answer, By, Entry, Outcome, Standing
from guanhao.lexicon.naming import protected_strings
from guanhao.people.models import Institution
from guanhao.registry.kinds import handle_title, platforms_of, title_of
from guanhao.registry.models import Account
from guanhao.registry.types import IN_USE, AccountState
from guanhao.rulebook.types import Platform
from guanhao.screening.namekeys import Protected, fold
from guanhao.screening.names import NameWatch, Relation

LONGEST = 200
MOST_FOUND = 20
MOST_NEAR = 6
SHORTEST_NEAR = 2
_ORDER = (Outcome.OFFICIAL, Outcome.UNCONFIRMED, Outcome.SUSPENDED, Outcome.CLOSED)


def entries(institution: Institution, accounts: Iterable[Account]) -> list[Entry]:
    """The accounts as the public sees them. No query of its own beyond the words for platforms."""
    words = platforms_of(institution)
    return [_entry(account, words) for account in accounts]


def look_up(institution: Institution, typed: str) -> Answer:
    """Answer for a name, an id, an address or what a QR code says.

    1. A scanned code or an address is compared with what the register has of the account; so is an id.
    2. A name has to be the registered one as it is written: a disguised one is no match.
    3. What matches nothing is judged by its likeness to our names, with the reasons.
    """
    text = " ".join(typed.split())[:LONGEST]
    if not text:
        return Answer(typed=text, outcome=Outcome.UNKNOWN)
    by, accounts = _found(text)
    if accounts:
        found = entries(institution, accounts)
        outcomes = {Outcome(one.standing.value) for one in found}
        return Answer(
            typed=text,
            outcome=next(one for one in _ORDER if one in outcomes),
            by=by,
            entries=tuple(found),
        )
    if asked(text) is not None:
        return Answer(typed=text, outcome=Outcome.UNKNOWN)
    near = shown().filter(name__icontains=text)[:MOST_NEAR] if len(text) >= SHORTEST_NEAR else ()
    return Answer(
        typed=text,
        outcome=Outcome.UNKNOWN,
        near=tuple(entries(institution, near)),
        warning=_warning(institution, text),
    )


def code_key(text: str) -> str:
    """What a scanned text is compared by: an address without its trimmings, anything else as it is."""
    address = asked(text)
    return digest_bytes((address.key if address and not address.biz else text.strip()).encode())


def _found(text: str) -> tuple[By | None, list[Account]]:
    address = asked(text)
    if address is not None:
        accounts = list(known().filter(_at(address))[:MOST_FOUND])
        if accounts:
            return By.LINK, accounts
    for by, condition in (
        (By.CODE, Q(pk__in=KnownCode.objects.filter(key=code_key(text)).values("account"))),
        (By.ID, Q(handle__iexact=text)),
        (By.NAME, Q(name=text)),
    ):
        accounts = list(known().filter(condition)[:MOST_FOUND])
        if accounts:
            return by, accounts
    return None, []


def _at(address: Asked) -> Q:
    condition = Q(address__in=address.spellings())
    if address.handle:
        condition |= Q(platform=address.platform, handle=address.handle)
    if address.biz:
        condition = Q(platform="wechat", address__contains=f"__biz={address.biz}")
    return condition


def _warning(institution: Institution, text: str) -> Text | None:
    """Why the name only looks like ours: it is one of ours disguised, or it resembles a string that is protected."""
    alike = shown().filter(name_key=fold(text)[:120]).first() if fold(text) else None
    if alike is not None:
        return Text(
            zh=f"与在册账号“{alike.name}”写法相近，但不是同一个名称",
            en=f"It is written much like the registered account “{alike.name}”, but it is another name",
        )
    judged = _watch(tuple(protected_strings(institution))).judge(text)
    if judged.relation is Relation.NONE:
        return None
    return Text(
        zh="；".join(reason.text.zh for reason in judged.reasons),
        en="; ".join(reason.text.en for reason in judged.reasons),
    )


@lru_cache(maxsize=16)
def _watch(protected: tuple[Protected, ...]) -> NameWatch:
    """Compiled once for the same strings: it never changes, and the strings are asked for each time."""
    return NameWatch(protected)


def _entry(account: Account, words: Mapping[str, Platform]) -> Entry:
    platform = words.get(account.platform)
    kinds = platform.kinds if platform else {}
    kind = kinds.get(account.kind)
    return Entry(
        key=account.pk,
        platform=account.platform,
        platform_title=title_of(account.platform, words),
        kind_title=kind.title if kind else Text(zh=account.kind, en=account.kind),
        name=account.name,
        handle=account.handle,
        handle_title=handle_title(platform),
        address=account.address,
        unit=account.owner_unit.name,
        filing_number=account.filing_number,
        standing=_standing(account),
        verified=account.verified and account.verification_withdrawn_on is None,
        verified_until=account.verified_until,
        inspected_on=account.inspected_on,
        closed_on=account.closed_on,
        has_code=bool(account.qr or account.address),
    )


def _standing(account: Account) -> Standing:
    """A missed inspection shows by itself: nobody has to say so."""
    if account.state not in IN_USE:
        return Standing.CLOSED
    if account.state == AccountState.SUSPENDED:
        return Standing.SUSPENDED
    return Standing.UNCONFIRMED if account.uninspected_since else Standing.OFFICIAL
