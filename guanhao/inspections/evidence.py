"""What the system itself knows of an account's year, so that a report need not be written from memory."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Max

from guanhao.contents.models import ErrorMark
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.duties.models import Duty
from guanhao.inspections.types import Evidence
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry.models import Account
from guanhao.rulebook.vocabulary import Veto

_PERSONS = (
    Action.ACCOUNT_HOLDER_ADDED,
    Action.ACCOUNT_HOLDER_REMOVED,
    Action.ACCOUNT_OPERATOR_ADDED,
    Action.ACCOUNT_OPERATOR_ENDED,
)
_NAMED = ("first_responsible", "supervising_leader", "manager", "bound_administrator")


def evidence_of(account: Account, year: int) -> Evidence:
    """Pushes, errors, changes of people and marks of one account and year, as they stand now. A handful of queries."""
    since = datetime.combine(date(year, 1, 1), time(), CHINA)
    until = min(datetime.combine(date(year + 1, 1, 1), time(), CHINA), clock.now())
    jobs = PublishJob.objects.filter(
        account=account, state=JobState.PUBLISHED, published_at__gte=since, published_at__lte=until
    )
    last = jobs.aggregate(last=Max("published_at"))["last"]
    errors = ErrorMark.objects.filter(
        revision__article__account=account, at__gte=since, at__lte=until, withdrawn_at__isnull=True
    )
    return Evidence(
        pushes=jobs.count(),
        items=JobItem.objects.filter(job__in=jobs).count(),
        last_push=last.astimezone(CHINA).date().isoformat() if last else "",
        errors=errors.count(),
        person_changes=_person_changes(account, since, until),
        responsible=account.first_responsible_id is not None,
        operators=_operators(account),
        verified=account.verified
        and (account.verified_until is None or account.verified_until >= clock.today()),
        duties_late=Duty.objects.filter(account=account, late_at__gte=since, late_at__lte=until).count(),
        change_unfiled=bool(account.filed_digest) and account.filed_digest != account.particulars_digest,
    )


def vetoes(evidence: Evidence, listed: tuple[Veto, ...]) -> list[str]:
    """Which facts of the rulebook's list stand against passing."""
    stands = {
        Veto.NO_RESPONSIBLE_PERSON: not evidence.responsible,
        Veto.NO_OPERATOR: not evidence.operators,
        Veto.NO_PUSH: not evidence.pushes,
        Veto.UNVERIFIED: not evidence.verified,
        Veto.CHANGE_NOT_FILED: evidence.change_unfiled,
        Veto.DUTY_OVERDUE: evidence.duties_late > 0,
    }
    return [veto.value for veto in listed if stands[veto]]


def _operators(account: Account) -> int:
    """Who runs it day by day: operators named, or the manager where none is."""
    return account.operators.serving().count() or int(account.manager_id is not None)


def _person_changes(account: Account, since: datetime, until: datetime) -> int:
    events = Event.objects.about("account", account.pk).filter(at__gte=since, at__lte=until)
    named = events.filter(action=Action.ACCOUNT_CHANGED).values_list("facts", flat=True)
    renamed = sum(any(name in facts.get("changed", ()) for name in _NAMED) for facts in named)
    return events.filter(action__in=_PERSONS).count() + renamed
