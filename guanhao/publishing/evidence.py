"""What a look at the platform amounts to, and its one way into the job's row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from guanhao.core.text import Text
from guanhao.platforms.types import AnswerClass
from guanhao.publishing.models import JobItem
from guanhao.publishing.moves import move
from guanhao.publishing.types import AskWhy, JobState, LookVerdict
from guanhao.publishing.work import Work, note_look
from guanhao.steps.clock import database_now

RECHECKS = tuple(
    timedelta(minutes=minutes)
    for minutes in (10, 60, 6 * 60, 24 * 60, 3 * 24 * 60, 7 * 24 * 60, 30 * 24 * 60)
)
NEVER = timedelta(days=3650)
SWEEP_AFTER = timedelta(minutes=10)
POLL_WAITING = timedelta(seconds=30)  # while an administrator is to confirm


@dataclass(frozen=True, slots=True)
class Seen:
    """What the platform showed: the verdict, and the state that follows where it is known (``why``, where a person is asked).

    ``ids`` and ``urls`` (in the order of the items) come from the platform's own records; ``calls`` is the evidence.
    """

    verdict: LookVerdict
    sentence: Text
    calls: list[dict[str, Any]]
    state: JobState | None = None
    ids: dict[str, str] = field(default_factory=dict)
    urls: tuple[str, ...] = ()
    code: str = ""
    why: AskWhy | None = None

    @property
    def refused(self) -> bool:
        """Whether the platform refused the question itself, for example because it does not know the task."""
        return any(call.get("outcome") == AnswerClass.REFUSED for call in self.calls)


def take_in(work: Work, seen: Seen) -> None:
    """Write a conclusive look: the look, the state, the addresses and the events in one transaction."""
    job = work.job
    assert seen.state is not None
    remote = {**job.remote, **seen.ids}
    with transaction.atomic():
        note_look(work, seen.verdict, seen.calls, seen.sentence)
        for item, url in zip(job.items.order_by("position"), seen.urls, strict=False):
            JobItem.objects.filter(pk=item.pk).update(url=url)
        extra: dict[str, Any] = {"remote": remote, "cause_code": seen.code, "looks_done": 0}
        if seen.state == JobState.PUBLISHED:
            now = database_now()
            extra |= {
                "published_at": job.published_at or now,
                "run_after": now + RECHECKS[0],
                "sweep_at": now + SWEEP_AFTER,
            }
        if seen.state == JobState.ASK:
            extra["ask_why"] = seen.why or AskWhy.NOT_FOUND
        elif seen.state == JobState.WAITING_CONFIRM:
            extra["run_after"] = database_now() + POLL_WAITING
        move(work.job, seen.state, worker=work.worker, cause=seen.sentence, facts={"ids": seen.ids}, **extra)
