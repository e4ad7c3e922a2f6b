"""Filing numbers (备案编号): issued by the registrar alone, without gaps within a scheme, never twice.

The counter's row is locked for the transaction in which the number is written, so that two registrars wait for each other
and a number that was taken in a transaction that failed was never taken.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import Any

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor, ActorKind
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Unit
from guanhao.people.permissions import Permission
from guanhao.registry import checks
from guanhao.registry.actions import subject_of
from guanhao.registry.lifecycle import facts_of, rulebook_of
from guanhao.registry.models import Account, FilingNumber, NumberSeries
from guanhao.rulebook.types import NumberScheme, Period, Rulebook

MOST_LETTERS = 60
USUAL = NumberScheme(
    key="filing",
    title=Text(zh="备案编号", en="Filing numbers"),
    pattern="{year}-{serial:04}",
    restarts=Period.YEAR,
)


def scheme_for(account: Account, rulebook: Rulebook | None) -> NumberScheme:
    """The first scheme of the rulebook whose condition the account meets; a plain one where it has none."""
    facts = facts_of(account)
    fitting = (
        one for one in (rulebook.filing_numbers if rulebook else {}).values() if one.when.matches(facts)
    )
    return next(fitting, USUAL)


def may_issue(actor: Actor, unit: Unit, scheme: NumberScheme, rulebook: Rulebook | None) -> Verdict:
    """Whether the actor is the registrar of the scheme: nobody else gives numbers out."""
    if actor.kind is ActorKind.SYSTEM or rulebook is None or not scheme.numbered_by:
        return checks.may_manage(actor, Permission.ACCOUNT_MANAGE)
    if checks.holds_one_of(actor, scheme.numbered_by, unit, rulebook):
        return ALLOWED
    titles = [rulebook.roles[role].title for role in scheme.numbered_by]
    return Denied(
        Text(
            zh=f"备案编号只由{'、'.join(title.zh for title in titles)}发给。",
            en=f"Filing numbers are given only by: {', '.join(title.en for title in titles)}.",
        ),
        f"{rulebook.key}-{scheme.article}" if scheme.article else "",
    )


@transaction.atomic
def issue_number(*, actor: Actor, account: Account) -> FilingNumber:
    """Give the account the next number of its scheme. One that has a number keeps it.

    Raises:
        Refused: the actor is not the registrar.
    """
    rulebook = rulebook_of(account)
    scheme = scheme_for(account, rulebook)
    require(may_issue(actor, account.owner_unit, scheme, rulebook))
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    held: FilingNumber | None = FilingNumber.objects.filter(
        account=account, text=account.filing_number
    ).first()
    if held is not None:
        return held
    period = f"{clock.today().year}" if scheme.restarts is Period.YEAR else ""
    series = _locked(account, scheme.key, period)
    serial = series.last + 1
    text = scheme.pattern.format(year=clock.today().year, serial=serial)
    while FilingNumber.objects.filter(text=text).exists():  # taken over from an older list as it was written
        serial += 1
        text = scheme.pattern.format(year=clock.today().year, serial=serial)
    NumberSeries.objects.filter(pk=series.pk).update(last=serial)
    number = _written(actor, account, text, scheme=scheme.key, period=period, serial=serial)
    _told(actor, number)
    return number


@transaction.atomic
def adopt_number(*, actor: Actor, account: Account, text: str) -> FilingNumber:
    """Take over a number the account has from an older list. The counter goes on behind it where it fits the scheme.

    Raises:
        Refused: the actor is not the registrar; the number is another account's, or this account has one.
    """
    rulebook = rulebook_of(account)
    scheme = scheme_for(account, rulebook)
    require(may_issue(actor, account.owner_unit, scheme, rulebook))
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    number = _adopted(actor, account, text, scheme)
    _told(actor, number)
    return number


def keep_number(*, actor: Actor, account: Account, text: str, scheme: NumberScheme) -> FilingNumber:
    """As `adopt_number`, for whoever asked `may_issue` and records an event of his own that says the number too."""
    return _adopted(actor, account, text, scheme)


def _adopted(actor: Actor, account: Account, text: str, scheme: NumberScheme) -> FilingNumber:
    text = text.strip()
    if not text or len(text) > MOST_LETTERS:
        raise _refuse("备案编号为空或过长。", "The filing number is empty or too long.")
    if account.filing_number:
        raise _refuse(
            f"该账号已有备案编号 {account.filing_number}。", f"It has the number {account.filing_number}."
        )
    year, serial = _read(scheme.pattern, text)
    period = year if scheme.restarts is Period.YEAR else ""
    if serial is not None:
        series = _locked(account, scheme.key, period)
        NumberSeries.objects.filter(pk=series.pk).update(last=max(series.last, serial))
    return _written(
        actor, account, text, scheme=scheme.key if serial is not None else "", period=period, serial=serial
    )


def _locked(account: Account, scheme: str, period: str) -> NumberSeries:
    """The counter, made on first use and locked (FOR UPDATE on PostgreSQL; SQLite has one writer at a time)."""
    of: dict[str, Any] = {"institution_id": account.institution_id, "scheme": scheme, "period": period}
    try:
        with transaction.atomic():
            NumberSeries.objects.get_or_create(**of)
    except IntegrityError:  # somebody else made it this moment
        pass
    found: NumberSeries = NumberSeries.objects.select_for_update().get(**of)
    return found


def _written(actor: Actor, account: Account, text: str, **place: object) -> FilingNumber:
    number = FilingNumber(
        institution_id=account.institution_id,
        account=account,
        text=text,
        issued_at=clock.now(),
        issued_by_id=actor.person_id,
        **place,
    )
    try:
        with transaction.atomic():
            number.save()
    except IntegrityError:
        raise _refuse(
            f"备案编号 {text} 已经发给别的账号。", f"The number {text} is another account's."
        ) from None
    account.filing_number = text
    account.save(update_fields=["filing_number"])
    return number


def _told(actor: Actor, number: FilingNumber) -> None:
    account = number.account
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_NUMBERED,
        subject=subject_of(account),
        facts={"number": number.text, "scheme": number.scheme, "serial": number.serial},
    )


def _read(pattern: str, text: str) -> tuple[str, int | None]:
    """Year and serial of a number written by the pattern; nothing where it was written in another way."""
    parts = []
    for literal, name, _spec, _conversion in Formatter().parse(pattern):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(
                r"(?P<year>\d{4})"
                if name == "year" and "(?P<year>" not in "".join(parts)
                else r"(?P<serial>\d{1,9})"
                if name == "serial"
                else r"\d{4}"
            )
    found = re.fullmatch("".join(parts), text)
    if found is None:
        return "", None
    named = found.groupdict()
    return named.get("year") or "", int(named["serial"])


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))
