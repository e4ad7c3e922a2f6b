"""What may be asked shortly before a push is due, so that at its time only the call itself goes out (decision 0007).

A minute before (`GUANHAO_READ_AHEAD_SECONDS`) a staged job is made ready: gate, the rulebook's send stage, the draft read
again, the account observed as it is. What was seen is kept with its time; the intent carries both. It counts for half a
minute past the due time, and once: a second attempt reads again.

Only for a channel whose publication can be read back (`Driver.reads_ahead`): what changes on the platform within that
minute is then found by comparing what was published. Everything that is ours (approvals, hashes, stops, holders, window,
fence) is asked at the time, in the transaction of the intent, as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from guanhao.publishing import checks
from guanhao.publishing.models import PublishJob
from guanhao.publishing.moves import apply
from guanhao.publishing.points import Point, passing
from guanhao.publishing.queries import READ_AHEAD
from guanhao.publishing.work import Put, Work
from guanhao.steps.claims import release
from guanhao.steps.clock import database_now

PAST_DUE = timedelta(seconds=30)
KEPT = "ready"


def make_ready(work: Work, ready: Callable[[Any], dict[str, Any]]) -> None:
    """Ask what may be asked ahead, and keep the answer until the push is due. ``ready`` is the driver's.

    Raises:
        Put: it waits, is put before a person, or ends.
        StagedGone: what was staged is gone.
    """
    job = work.job
    for gate in (checks.gate(job), checks.rules_gate(job, database_now())):
        if not gate:
            raise Put(gate)
    at = database_now()
    seen = ready(work)
    with transaction.atomic():
        kept = {**seen, "before": {**seen["before"], "read_at": at.isoformat()}}
        apply(job, {"staged": {**job.staged, KEPT: kept}}, worker=work.worker)
        release(job, work.worker, job.due_at)
    passing(Point.READY)


def seen_ahead(job: PublishJob, now: datetime) -> dict[str, Any] | None:
    """What was seen when the job was made ready, while that counts."""
    kept: dict[str, Any] | None = job.staged.get(KEPT)
    if kept is None:
        return None
    read_at = datetime.fromisoformat(kept["before"]["read_at"])
    fresh = read_at <= now <= min(read_at + READ_AHEAD, job.due_at) + PAST_DUE
    return kept if fresh else None


def ready_from(job: PublishJob) -> datetime:
    """When a staged job is taken up to be made ready."""
    return job.due_at - READ_AHEAD


def forgotten(job: PublishJob) -> dict[str, Any]:
    """What is staged, without what was seen ahead."""
    return {key: value for key, value in job.staged.items() if key != KEPT}
