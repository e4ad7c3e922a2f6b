"""The one function that changes a job's state: conditional, in the caller's transaction, with exactly one event (LG2).

A change names the state it starts from and counts the job's serial up; a worker's change also requires its lease. So
of two that want to change the same job one wins, and the other learns it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from guanhao.contents.models import Article, Push, PushItem
from guanhao.contents.types import ArticleState, PushState
from guanhao.core import clock, rows
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, WrongState
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.publishing.types import JobState
from guanhao.steps.claims import LeaseLost
from guanhao.steps.types import Worker

PUBLISHER = system("publisher", "发布程序")

WAITING = frozenset({JobState.PLANNED, JobState.STAGING, JobState.STAGED})
OVER = frozenset({JobState.REJECTED, JobState.CANCELLED, JobState.REMOVED})
LONGEST_CAUSE = 2000

_ACTIONS: dict[JobState, Action] = {
    JobState.PLANNED: Action.JOB_RETRIED,
    JobState.STAGING: Action.JOB_STAGING,
    JobState.STAGED: Action.JOB_STAGED,
    JobState.ARMED: Action.JOB_ARMED,
    JobState.ACCEPTED: Action.JOB_ACCEPTED,
    JobState.WAITING_CONFIRM: Action.JOB_WAITING_CONFIRM,
    JobState.PUBLISHED: Action.JOB_PUBLISHED,
    JobState.REMOVED: Action.JOB_REMOVED,
    JobState.REJECTED: Action.JOB_REJECTED,
    JobState.UNKNOWN: Action.JOB_UNKNOWN,
    JobState.ASK: Action.JOB_ASKED,
    JobState.CANCELLED: Action.JOB_CANCELLED,
}

_PUSH_STATES: dict[JobState, PushState] = {
    JobState.PLANNED: PushState.PLANNED,
    JobState.STAGING: PushState.PLANNED,
    JobState.STAGED: PushState.PLANNED,
    JobState.ARMED: PushState.SENDING,
    JobState.ACCEPTED: PushState.SENDING,
    JobState.WAITING_CONFIRM: PushState.SENDING,
    JobState.UNKNOWN: PushState.SENDING,
    JobState.ASK: PushState.ASK,
    JobState.PUBLISHED: PushState.PUBLISHED,
    JobState.REJECTED: PushState.REJECTED,
    JobState.CANCELLED: PushState.CANCELLED,
    JobState.REMOVED: PushState.REMOVED,
}

# What becomes of the articles: a refused one needs an edit and so a new revision; a cancelled one stays approved.
_ARTICLE_STATES: dict[JobState, tuple[ArticleState, ArticleState]] = {
    JobState.PUBLISHED: (ArticleState.SCHEDULED, ArticleState.PUBLISHED),
    JobState.REJECTED: (ArticleState.SCHEDULED, ArticleState.RETURNED),
    JobState.CANCELLED: (ArticleState.SCHEDULED, ArticleState.APPROVED),
}


def subject_of(job: PublishJob) -> Subject:
    """The job as an event's subject."""
    return Subject("job", str(job.pk), job.account.name)


def caused_by(sentence: Text) -> dict[str, str]:
    """The columns of the sentence that a person reads about a job."""
    return {"cause": sentence.zh[:LONGEST_CAUSE], "cause_en": sentence.en[:LONGEST_CAUSE]}


def move(
    job: PublishJob,
    to: JobState,
    *,
    actor: Actor = PUBLISHER,
    worker: Worker | None = None,
    hold: bool = False,
    alone: bool = True,
    run_after: datetime | None = None,
    cause: Text | None = None,
    facts: Mapping[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Change the job's state with one event, in the transaction of the caller.

    ``worker`` is given by whoever holds the lease; it is freed unless ``hold`` says that the work goes on. ``cause`` is
    the sentence a person reads. ``fields`` are further columns. Who moves several and says that this one is not
    ``alone`` lets their pushes follow together (`pushes_follow`).

    Raises:
        LeaseLost: the worker no longer holds the job.
        WrongState: somebody else changed it first.
    """
    before = JobState(job.state)
    changes: dict[str, Any] = {"state": to, **fields}
    if to != JobState.ASK:
        changes["ask_why"] = ""
    if cause is not None:
        changes.update(caused_by(cause))
    if not hold:
        changes.update(owner="", lease_until=None, attempts=0)
    if run_after is not None:
        changes["run_after"] = run_after
    if to in OVER:
        changes.setdefault("finished_at", clock.now())
    if to in OVER or to == JobState.PUBLISHED:
        changes["operator_address"] = None  # It was wanted for the send alone (PD4).
    apply(job, changes, worker=worker)
    _mirror(job, before, to, alone=alone)
    told = {"why": str(job.ask_why)} if to == JobState.ASK else {}
    record(
        institution=job.institution,
        actor=actor,
        action=_ACTIONS[to],
        subject=subject_of(job),
        facts={"before": before.value, "after": to.value, "push": job.push_id, **told, **(facts or {})},
        detail={"cause": cause.zh, "cause_en": cause.en} if cause else {},
    )
    if to == JobState.PUBLISHED:
        _tell_published(job, actor)


def apply(job: PublishJob, changes: Mapping[str, Any], *, worker: Worker | None = None) -> None:
    """Write columns if the job is still as it was read; the object in hand is brought up to date."""
    as_read: dict[str, Any] = {"state": job.state, "serial": job.serial}
    if worker is not None:
        as_read["owner"] = worker.name
    if not rows.change(job, {**changes, "serial": job.serial + 1}, only_where=as_read):
        if worker is not None:
            raise LeaseLost(f"Job {job.pk} is no longer as {worker.name} read it.")
        raise WrongState(
            Denied(
                Text(
                    zh="任务状态刚刚有变化，请刷新后再试。",
                    en="The job has just changed; reload and try again.",
                )
            )
        )
    job.serial += 1
    for name, value in changes.items():
        setattr(job, name, value)


def pushes_follow(jobs: Iterable[PublishJob], to: JobState) -> None:
    """Let the pushes of jobs follow to their new state. The serial counts what a planner sees."""
    changed = Push.objects.filter(pk__in=[job.push_id for job in jobs]).exclude(state=_PUSH_STATES[to])
    changed.update(state=_PUSH_STATES[to], serial=F("serial") + 1)


def _mirror(job: PublishJob, before: JobState, to: JobState, *, alone: bool) -> None:
    """The push, its places and its articles follow the job."""
    # Preparing a draft must not spoil a drag on the calendar.
    if alone and _PUSH_STATES[before] != _PUSH_STATES[to]:
        pushes_follow([job], to)
    if to in OVER:
        JobItem.objects.filter(job=job).update(live=False)
    if to in {JobState.REJECTED, JobState.CANCELLED}:
        PushItem.objects.filter(push=job.push_id).update(live=False)
    if to in _ARTICLE_STATES:
        start, end = _ARTICLE_STATES[to]
        articles = Article.objects.filter(state=start, current__job_items__job=job)
        Article.objects.filter(pk__in=list(articles.values_list("pk", flat=True))).update(
            state=end, changed_at=clock.now()
        )


def _tell_published(job: PublishJob, actor: Actor) -> None:
    """One event per article, which counting and thanking read."""
    for item in job.items.select_related("revision__article").order_by("position"):
        article = item.revision.article
        record(
            institution=job.institution,
            actor=actor,
            action=Action.ARTICLE_PUBLISHED,
            subject=Subject("article", str(article.pk), article.title),
            facts={"job": job.pk, "revision": item.revision.hash, "position": item.position},
            detail={"url": item.url},
        )
