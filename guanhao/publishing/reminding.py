"""What the time alone brings to mind: a push is due by hand or was missed, is not begun, or its question not answered.

A reminder is a row, unique by job, occasion and due time, with its event in the same transaction; who is told follows
from the event. A push that gets another time is reminded of afresh.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from guanhao.core.actors import Actor
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.publishing.models import PublishJob, Reminder
from guanhao.publishing.moves import subject_of
from guanhao.publishing.queries import JobQuerySet
from guanhao.publishing.types import Occasion
from guanhao.steps.clock import database_now

LATE = timedelta(minutes=2)  # the machine may take so long to begin before somebody is told
UNKNOWN_FOR = timedelta(minutes=5)  # §2.7: told at the latest by then
LONG_OPEN = timedelta(
    hours=1
)  # a push that waits for people so long after its window goes to the competent office


def overdue(now: datetime) -> JobQuerySet:
    """Pushes by the machine that are past their time and have no intent yet, oldest first."""
    return PublishJob.objects.without_intent().filter(due_at__lt=now - LATE).order_by("due_at", "pk")


def long_unknown(now: datetime) -> JobQuerySet:
    """Pushes whose outcome has been unknown for too long, oldest first."""
    return PublishJob.objects.unknown().filter(unknown_since__lte=now - UNKNOWN_FOR).order_by("unknown_since")


def reminders_due(now: datetime) -> list[tuple[PublishJob, Occasion]]:
    """What is to be said now and was not said yet, in the scope that is open."""
    by_hand = PublishJob.objects.by_hand()
    found = {
        Occasion.HAND_DUE: by_hand.filter(due_at__lte=now, late_after__gt=now),
        Occasion.HAND_MISSED: by_hand.filter(late_after__lte=now),
        Occasion.HAND_LATE: by_hand.filter(late_after__lte=now - LONG_OPEN),
        Occasion.ASK_LATE: PublishJob.objects.asked().filter(late_after__lte=now - LONG_OPEN),
        Occasion.OVERDUE: overdue(now),
        Occasion.UNKNOWN: long_unknown(now),
    }
    return [
        (job, occasion)
        for occasion, jobs in found.items()
        for job in _unsaid(jobs, occasion).select_related("institution", "account")
    ]


def _unsaid(jobs: JobQuerySet, occasion: Occasion) -> JobQuerySet:
    """Those about which this was not said yet for the time they are due at now."""
    said = Reminder.objects.filter(job=OuterRef("pk"), occasion=occasion, due_at=OuterRef("due_at"))
    return jobs.filter(~Exists(said))


def remind(*, actor: Actor, job: PublishJob, occasion: Occasion) -> bool:
    """Say it once; whether it had not been said yet."""
    reminder = Reminder(
        institution_id=job.institution_id,
        job=job,
        occasion=occasion,
        due_at=job.due_at,
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
                facts={"occasion": occasion.value, "due_at": job.due_at.isoformat()},
            )
    except IntegrityError:
        return False  # Another worker said it first.
    return True
