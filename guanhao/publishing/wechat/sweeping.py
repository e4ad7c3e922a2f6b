"""Deleting drafts with our mark that nobody needs any more. The sweeper only deletes; it never publishes (§2.6)."""

from __future__ import annotations

from django.db import transaction

from guanhao.platforms.wechat import calls
from guanhao.publishing import attempts
from guanhao.publishing.points import Point, passing
from guanhao.publishing.types import EffectClass
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.wechat.marks import marks_of, search
from guanhao.publishing.wechat.staging import INTENT_ALLOWED


def sweep(work: WeChatWork) -> None:
    """Delete every draft in the box that carries the job's mark. Called only for jobs that are over or published.

    Raises:
        Put: the platform does not answer; try again later.
    """
    found = search(work, calls.DRAFT_LIST, marks_of(work.job), work.job.created_at, bare=True)
    if found.failed is not None:
        raise work.put_aside(found.failed)
    for entry in found.marked:
        _delete(work, entry.id)


def _delete(work: WeChatWork, media_id: str) -> None:
    payload = {"media_id": media_id}
    with transaction.atomic():
        attempt = attempts.intend(
            work.job,
            calls.DRAFT_DELETE.name,
            EffectClass.INVISIBLE,
            work.worker,
            request=payload,
            allowed=INTENT_ALLOWED,
        )
    answer = work.ask(calls.DRAFT_DELETE, payload)
    passing(Point.SWEEP_REPLY)
    attempts.conclude(attempt, answer, payload)
    passing(Point.SWEEP_OUTCOME)
    if not answer.done:
        raise work.put_aside(answer)
