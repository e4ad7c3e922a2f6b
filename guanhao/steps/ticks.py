"""Periodic work: a row per due time, inserted by whichever worker comes first, which then runs the job.

A tick whose worker died is not repeated, and ticks missed while nobody ran are not made up: jobs look at the
state of the world, not at how often they were called, and the next due time does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from guanhao.steps.clock import database_now
from guanhao.steps.models import Tick
from guanhao.steps.types import Step, Worker

KEPT = timedelta(days=7)
_EPOCH = datetime(
    2000, 1, 3, tzinfo=UTC
)  # A Monday at midnight, so that whole hours and days fall on themselves.


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that runs at every multiple of ``every``, on one worker. Its name is what the unique row carries."""

    job: str
    every: timedelta
    run: Callable[[Worker], None]

    def due_at(self, now: datetime) -> datetime:
        """The latest due time that has come."""
        return now - (now - _EPOCH) % self.every


def ticking(jobs: Sequence[Periodic]) -> Step:
    """A step that runs one job whose due time has come and that no worker has taken yet."""

    def step(worker: Worker) -> bool:
        now = database_now()
        return any(_run(job, job.due_at(now), worker) for job in _not_taken(jobs, now))

    return step


def forget_old_ticks(_worker: Worker) -> None:
    """Delete ticks that nobody will ask about."""
    Tick.objects.filter(due_at__lt=database_now() - KEPT).delete()


def _not_taken(jobs: Sequence[Periodic], now: datetime) -> list[Periodic]:
    due = {job.job: job.due_at(now) for job in jobs}
    found = Tick.objects.filter(job__in=due, due_at__in=set(due.values())).values_list("job", "due_at")
    taken = set(found)
    return [job for job in jobs if (job.job, due[job.job]) not in taken]


def _run(job: Periodic, due_at: datetime, worker: Worker) -> bool:
    try:
        with transaction.atomic():
            tick = Tick.objects.create(job=job.job, due_at=due_at, owner=worker.name)
    except IntegrityError:
        return False  # Another worker was first.
    try:
        job.run(worker)
    except Exception as error:
        tick.error = f"{type(error).__name__}: {error}"
        raise
    finally:
        tick.finished_at = database_now()
        tick.save(update_fields=["finished_at", "error"])
    return True
