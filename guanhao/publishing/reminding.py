"""What the time alone brings to mind: a push is due by hand or was missed, is not begun, its question not answered.

A reminder is a row, unique by job, occasion, the time it counts from and how often it was said before, with its event in
the same transaction; who is told follows from the event. A push that gets another time, or a second withdrawal, is
reminded of afresh. What waits for a person is said again after a day, two, four and so on, until somebody has seen to
it (`AGAIN`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When

from guanhao.core.actors import Actor
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.publishing.models import PublishJob, Reminder, Withdrawal
from guanhao.publishing.moves import subject_of
from guanhao.publishing.queries import JobQuerySet
from guanhao.publishing.types import Occasion, WithdrawalState
from guanhao.steps.clock import database_now

LATE = timedelta(minutes=2)  # the machine may take so long to begin before somebody is told
UNKNOWN_FOR = timedelta(minutes=5)  # §2.7: told at the latest by then
UNCONFIRMED_FOR = timedelta(minutes=15)  # half of the platform's half hour for its administrator
LONG_OPEN = timedelta(
    hours=1
)  # a push that waits for people so long after its window goes to the competent office
# After how long what still waits for people is said again.
AGAIN = (timedelta(0), *(timedelta(days=days) for days in (1, 2, 4, 8, 16)))


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said now about a job: since when it is so, and how often it was, or should have been, said before."""

    job: PublishJob
    occasion: Occasion
    counts_from: datetime
    again: int = 0


def overdue(now: datetime) -> JobQuerySet:
    """Pushes by the machine that are past their time and have no intent yet, oldest first."""
    return PublishJob.objects.without_intent().filter(due_at__lt=now - LATE).order_by("due_at", "pk")


def long_unknown(now: datetime) -> JobQuerySet:
    """Pushes whose outcome has been unknown for too long, oldest first."""
    return PublishJob.objects.unknown().filter(unknown_since__lte=now - UNKNOWN_FOR).order_by("unknown_since")


def reminders_due(now: datetime) -> list[Said]:
    """What is to be said now and was not said yet, in the scope that is open."""
    jobs, by_hand = PublishJob.objects, PublishJob.objects.by_hand()
    found = {
        Occasion.HAND_DUE: _once(by_hand.filter(due_at__lte=now, late_after__gt=now)),
        Occasion.HAND_MISSED: _once(by_hand.filter(late_after__lte=now)),
        Occasion.HAND_LATE: _still_open(by_hand, "late_after", now),
        Occasion.ASK_LATE: _still_open(jobs.asked(), "late_after", now),
        Occasion.CONFIRM: _once(jobs.waiting_for_administrator().filter(armed_at__lte=now - UNCONFIRMED_FOR)),
        Occasion.REFUSED_LATE: _still_open(jobs.refused_and_left(), "finished_at", now),
        Occasion.WITHDRAW_UNDECIDED: _withdrawn(WithdrawalState.ASKED, "asked_at", now),
        Occasion.WITHDRAW_BY_HAND: _withdrawn(WithdrawalState.BY_HAND, "decided_at", now),
        Occasion.OVERDUE: _once(overdue(now)),
        Occasion.UNKNOWN: _once(long_unknown(now)),
    }
    return [
        Said(job, occasion, vars(job)["counts_from"], vars(job)["again"])  # annotated
        for occasion, candidates in found.items()
        for job in _not_said(candidates, occasion).select_related("institution", "account")
    ]


def _once(jobs: JobQuerySet) -> JobQuerySet:
    """Those of which it is said a single time."""
    return jobs.annotate(counts_from=F("due_at"), again=Value(0))


def _still_open(jobs: JobQuerySet, since: str, now: datetime, counts_from: str = "due_at") -> JobQuerySet:
    """Those open for long, each with the last time of saying it again that has come: what was slept through is said once."""
    times = [
        When(Q((f"{since}__lte", now - LONG_OPEN - wait)), then=Value(again))
        for again, wait in reversed(list(enumerate(AGAIN)))
    ]
    return jobs.filter((f"{since}__lte", now - LONG_OPEN)).annotate(
        counts_from=F(counts_from), again=Case(*times, output_field=IntegerField())
    )


def _withdrawn(state: WithdrawalState, since: str, now: datetime) -> JobQuerySet:
    """Those whose withdrawal stands in the state for long. A job has one open withdrawal at most."""
    order = Withdrawal.objects.filter(job=OuterRef("pk"), state=state)
    jobs = PublishJob.objects.annotate(withdrawn_since=Subquery(order.values(since)[:1]))
    return _still_open(jobs, "withdrawn_since", now, counts_from="withdrawn_since")


def _not_said(jobs: JobQuerySet, occasion: Occasion) -> JobQuerySet:
    """Those about which this was not said yet for the time it counts from now."""
    said = Reminder.objects.filter(
        job=OuterRef("pk"), occasion=occasion, due_at=OuterRef("counts_from"), again=OuterRef("again")
    )
    return jobs.filter(~Exists(said))


def remind(*, actor: Actor, said: Said) -> bool:
    """Say it once; whether it had not been said yet."""
    job = said.job
    reminder = Reminder(
        institution_id=job.institution_id,
        job=job,
        occasion=said.occasion,
        due_at=said.counts_from,
        again=said.again,
        at=database_now(),
    )
    try:
        with transaction.atomic():
            reminder.save()
            record(
                institution=job.institution,
                actor=actor,
                action=Action.JOB_REMINDED,
                subject=subject_of(job),
                facts={
                    "occasion": said.occasion.value,
                    "due_at": said.counts_from.isoformat(),
                    **({"again": said.again} if said.again else {}),
                },
            )
    except IntegrityError:
        return False  # Another worker said it first.
    return True
