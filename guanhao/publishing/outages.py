"""Open questions as they arose together: unknown pushes of one outage, missed ones in one list, a restore's (§2.7).

One answer may be given for several where that is safe; each job still gets a record of its own, under the same guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict
from guanhao.people.models import Person
from guanhao.publishing import answering, checks
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import Answered, AskWhy, JobState

ONE_OUTAGE = timedelta(minutes=15)  # sends that went unanswered this close to each other belong together


class Kind(StrEnum):
    """What sort of question a group is, in the order a person should take them."""

    UNKNOWN = "unknown"
    RESTORED = "restored"
    MISSED = "missed"
    BY_HAND = "by_hand"
    SEVERAL = "several"
    CHANGED = "changed"
    REFUSED = "refused"


_KINDS: dict[str, Kind] = {
    AskWhy.NOT_FOUND: Kind.UNKNOWN,
    AskWhy.RESTORED: Kind.RESTORED,
    AskWhy.WINDOW_MISSED: Kind.MISSED,
    AskWhy.BY_HAND: Kind.BY_HAND,
    AskWhy.SEVERAL: Kind.SEVERAL,
    AskWhy.DRAFT_CHANGED: Kind.CHANGED,
    AskWhy.CONTENT: Kind.REFUSED,
    AskWhy.ALLOWANCE: Kind.REFUSED,
    AskWhy.NOT_CONFIRMED: Kind.REFUSED,
}
_ONE_BY_ONE = Denied(
    Text(zh="这一项要逐条回答。", en="This answer is given for each push by itself."),
)


@dataclass(slots=True)
class Group:
    """Questions that arose together, the oldest first. ``platform`` and ``since`` are those of an outage."""

    kind: Kind
    platform: str = ""
    since: datetime | None = None
    jobs: list[PublishJob] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person says of one job."""

    job: PublishJob
    choice: Answered
    links: tuple[str, ...] = ()
    note: str = ""


def kind_of(job: PublishJob) -> Kind:
    """What sort of question a job asks; one that is still looked for is unknown."""
    return Kind.UNKNOWN if job.state == JobState.UNKNOWN else _KINDS.get(job.ask_why, Kind.UNKNOWN)


def grouped(jobs: Iterable[PublishJob]) -> list[Group]:
    """The questions in groups: kinds in their order, unknown ones by outage, oldest first within each."""
    groups: list[Group] = []
    for job in sorted(jobs, key=lambda one: (one.armed_at or one.due_at, one.pk)):
        kind = kind_of(job)
        sent = job.armed_at if kind is Kind.UNKNOWN else None
        group = next((one for one in groups if _belongs(job, one, kind, sent)), None)
        if group is None:
            group = Group(kind, job.account.platform if sent else "", sent)
            groups.append(group)
        group.jobs.append(job)
    order = list(Kind)
    return sorted(groups, key=lambda one: order.index(one.kind))


def _belongs(job: PublishJob, group: Group, kind: Kind, sent: datetime | None) -> bool:
    if group.kind is not kind:
        return False
    if sent is None:
        return group.since is None
    last = group.jobs[-1].armed_at
    return group.platform == job.account.platform and last is not None and sent - last <= ONE_OUTAGE


def may_answer_all(person: Person, jobs: Sequence[PublishJob], choice: Answered) -> Verdict:
    """Whether one answer may be given for all: links are each job's own, and an early re-send is judged one by one."""
    if choice is Answered.PUBLISHED:
        return _ONE_BY_ONE
    for job in jobs:
        if choice is Answered.RESEND and not answering.quiet(job):
            return _ONE_BY_ONE
        for verdict in (answering.may_answer(job, choice), checks.may_handle(person, job)):
            if not verdict:
                return verdict
    return ALLOWED


def answer_each(
    *, actor: Actor, person: Person, answers: Sequence[Answer]
) -> list[tuple[PublishJob, Denied]]:
    """Give each job its own answer; one that is refused does not undo the others."""
    refused = []
    for one in answers:
        try:
            answering.answer_ask(
                actor=actor,
                person=person,
                job=one.job,
                choice=one.choice,
                links=list(one.links),
                note=one.note,
            )
        except Refused as refusal:
            refused.append((one.job, refusal.denied))
    return refused
