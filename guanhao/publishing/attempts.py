"""Attempts: written and committed before the first byte of a call, finished in the transaction of its outcome (§2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from guanhao.core import rows, tenancy
from guanhao.core.canonical import digest
from guanhao.core.prepared import Prepared, given
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.types import EffectClass, Outcome
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

OUTCOMES: dict[AnswerClass, Outcome] = {
    AnswerClass.DONE: Outcome.DONE,
    AnswerClass.NOT_SENT: Outcome.NOT_SENT,
    AnswerClass.UNKNOWN: Outcome.UNKNOWN,
    AnswerClass.REFUSED: Outcome.REFUSED,
    AnswerClass.REFUSED_TOKEN: Outcome.REFUSED_TOKEN,
    AnswerClass.REFUSED_LATER: Outcome.REFUSED_LATER,
}


_NUMBERS: Prepared[tuple[int, str, int]] = Prepared(
    lambda: (
        Attempt.objects.filter(job__in=given("jobs", many=True))
        .order_by("number")
        .values_list("job_id", "call", "number")
    )
)


@dataclass(frozen=True, slots=True)
class Intent:
    """A call that is about to be made for a job.

    ``request`` is what will be sent, without the token; ``allowed`` how long the worker may still begin to send;
    ``told`` are marks, pre-observation and approvals.
    """

    job: PublishJob
    call: str
    effect: EffectClass
    request: Any
    allowed: timedelta
    told: Mapping[str, Any]


def intend(
    job: PublishJob,
    call: str,
    effect: EffectClass,
    worker: Worker,
    *,
    request: Any,
    allowed: timedelta,
    **told: Any,
) -> Attempt:
    """Write the intent of a call, in the caller's transaction; it must be committed before the call. See `Intent`."""
    return intend_all([Intent(job, call, effect, request, allowed, told)], worker)[0]


def intend_all(intents: Sequence[Intent], worker: Worker) -> list[Attempt]:
    """Write intents of several jobs together, as `intend` writes one; no job may be among them twice."""
    now = database_now()
    newest = {(job, call): number for job, call, number in _NUMBERS.all(jobs=[one.job.pk for one in intents])}
    written = [
        Attempt(
            institution_id=one.job.institution_id,
            job=one.job,
            account_id=one.job.account_id,
            call=one.call,
            effect=one.effect,
            number=newest.get((one.job.pk, one.call), 0) + 1,
            worker=worker.name,
            fence=one.job.serial,
            armed_at=now,
            deadline=now + one.allowed,
            request_digest=digest(one.request),
            **one.told,
        )
        for one in intents
    ]
    for attempt in written:
        tenancy.require_own(attempt)
    rows.insert_keyed(written, by="job_id")
    return written


def conclude(attempt: Attempt, answer: Answer, ids: Mapping[str, Any] | None = None) -> None:
    """Write the outcome of a call, once: a later, poorer answer never replaces what is known."""
    told = {
        "outcome": OUTCOMES[answer.outcome],
        "http_status": answer.http_status,
        "errcode": answer.errcode,
        "ids": dict(ids or {}),
        "body": answer.body or answer.why,
        "finished_at": database_now(),
    }
    rows.change(attempt, told, only_where={"outcome": Outcome.PENDING})


def give_up_pending(job: PublishJob) -> int:
    """Mark attempts that a dead worker left without outcome as unknown, and answer how many there were (§2.6)."""
    return job.tries.filter(outcome=Outcome.PENDING).update(
        outcome=Outcome.UNKNOWN, finished_at=database_now()
    )
