"""Secrets that somebody must not know any more (SE4): flagged in the transaction that made it so, due in working time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from guanhao.calendars.working import CannotCount, Unit
from guanhao.contents.days import calendar_of
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.verdicts import require
from guanhao.custody import checks
from guanhao.custody.models import Exposure
from guanhao.custody.types import ExposureWhy
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Institution, Person
from guanhao.registry.actions import subject_of
from guanhao.registry.models import Account, Secret
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.clauses import Duty
from guanhao.rulebook.selection import duties_on
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Happening, Task

_HAPPENING = {ExposureWhy.LEAKED: Happening.CREDENTIAL_LEAKED}


@dataclass(frozen=True, slots=True)
class Due:
    """By when a secret must be replaced, and the clause that says so; without one the house's working day."""

    at: datetime
    article: str = ""
    clause: str = ""


def due_of(account: Account, why: str, now: datetime) -> Due:
    """The deadline of the rulebook's rotation duty for what happened, or one working day (SE4)."""
    institution = Institution.objects.get(pk=account.institution_id)
    duty = _duty(institution, account, _HAPPENING.get(ExposureWhy(why), Happening.HOLDER_CHANGED))
    span = duty.within.span if duty and duty.within else None
    try:
        calendar = calendar_of(institution)
        if span is not None:
            at = calendar.add(now, span.amount, span.unit.value)
        else:
            at = calendar.add(now, 1, Unit.WORKDAY)
    except (CannotCount, NoRulebook):
        at = now + timedelta(days=1)
    return Due(at, duty.article if duty else "", duty.id if duty else "")


def _duty(institution: Institution, account: Account, happening: Happening) -> Duty | None:
    try:
        rulebook = in_force(institution).rulebook
    except NoRulebook:
        return None
    facts = Facts(platform=account.platform, account_kind=account.kind)
    found = duties_on(rulebook, happening, facts)
    return next((duty for duty in found if duty.do is Task.ROTATE_CREDENTIAL), None)


@transaction.atomic
def expose(*, actor: Actor, secrets: Iterable[Secret], person: Person | None, why: str) -> list[Exposure]:
    """Flag secrets as known to somebody who must not know them any more; one that is flagged already stays as it is."""
    now = clock.now()
    made = []
    for secret in secrets:
        flagged = Exposure.objects.filter(secret=secret, person=person, closed_at__isnull=True)
        if not flagged.exists():
            made.append(_flag(actor, secret, person, why, now))
    return made


def _flag(actor: Actor, secret: Secret, person: Person | None, why: str, now: datetime) -> Exposure:
    account = secret.account
    due = due_of(account, why, now)
    exposure = Exposure(
        institution_id=account.institution_id,
        secret=secret,
        person=person,
        why=why,
        at=now,
        due_at=due.at,
        article=due.article,
        clause=due.clause,
    )
    exposure.save()
    record(
        institution=account.institution,
        actor=actor,
        action=Action.CREDENTIAL_EXPOSED,
        subject=subject_of(account),
        facts={
            "kind": secret.kind,
            "version": secret.version,
            "person": person.pk if person else None,
            "why": str(why),
            "due": due.at.isoformat(),
            "article": due.article,
        },
        detail={"name": person.name if person else ""},
        clause=due.clause,
    )
    return exposure


@transaction.atomic
def report_leak(*, actor: Actor, person: Person, account: Account, reason: str) -> list[Exposure]:
    """Somebody says that a secret got out: every secret of the account must be replaced (xartvu-13, ruian-6.6).

    Raises:
        Refused: the account is not the person's business, or nothing was said of how.
    """
    require(checks.runs(account, person))
    require(checks.reason_given(reason))
    current = Secret.objects.filter(account=account, retired_at__isnull=True).select_related(
        "account__institution"
    )
    record(
        institution=account.institution,
        actor=actor,
        action=Action.CREDENTIAL_LEAKED,
        subject=subject_of(account),
        facts={"secrets": current.count()},
        detail={"reason": reason.strip()[:300]},
    )
    return expose(actor=actor, secrets=current, person=None, why=ExposureWhy.LEAKED)
