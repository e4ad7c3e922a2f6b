"""Attempts: written and committed before the first byte of a call, finished in the transaction of its outcome (§2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from guanhao.core import rows
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


_NEWEST: Prepared[int] = Prepared(
    lambda: (
        Attempt.objects.filter(job=given("job"), call=given("call"))
        .order_by("-number")
        .values_list("number", flat=True)[:1]
    )
)


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
    """Write the intent of a call, in the caller's transaction; it must be committed before the call.

    ``request`` is what will be sent, without the token; ``allowed`` how long the worker may still begin to send;
    ``told`` are marks, pre-observation and approvals.
    """
    now = database_now()
    newest = _NEWEST.first(job=job.pk, call=call) or 0
    attempt = Attempt(
        institution_id=job.institution_id,
        job=job,
        account_id=job.account_id,
        call=call,
        effect=effect,
        number=newest + 1,
        worker=worker.name,
        fence=job.serial,
        armed_at=now,
        deadline=now + allowed,
        request_digest=digest(request),
        **told,
    )
    attempt.save()
    return attempt


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
