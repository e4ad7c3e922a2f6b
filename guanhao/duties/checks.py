"""Who may report a duty as done and who may waive it. Answers Allowed or Denied with the reason and the article."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.duties.models import Duty
from guanhao.duties.types import SeatKind
from guanhao.people.models import Person
from guanhao.rulebook.vocabulary import Task

# What leaves no trace of its own here: the report of who owes it is the event that meets it.
REPORTED = frozenset(
    {
        Task.MONITOR, Task.REPORT, Task.FORWARD, Task.HANDLE, Task.REPLY, Task.REPOST, Task.FOLLOW, Task.UPDATE_MENU,
        Task.FIX_ERROR, Task.PREPARE_COPY, Task.TASK,
    }
)  # fmt: skip
NEEDS_LINK = frozenset({Task.REPOST})  # it can be seen on the platform, so it is shown


def is_reported(duty: Duty) -> bool:
    """Whether the duty is met by the report of who owes it; an article that was sent back is met by handing it in."""
    return duty.task in REPORTED and duty.about_kind != "article"


def may_report(person: Person, duty: Duty) -> Verdict:
    """Whether the person owes the duty, holds the office that does, or stands in for its holder."""
    if not is_reported(duty):
        return Denied(
            Text(
                zh="这项义务由相应的办理结果自动销项，不能自行申报。",
                en="What is done meets this duty by itself; it cannot be reported.",
            ),
            duty.article,
            duty.clause,
        )
    if Duty.objects.owed_by(person).filter(pk=duty.pk).exists():
        return ALLOWED
    return Denied(Text(zh="这项义务不由您承担。", en="This duty is not yours."), duty.article, duty.clause)


def may_waive(person: Person, duty: Duty) -> Verdict:
    """Whether the clause names an office the person holds as one that waives; never for what one owes oneself."""
    if not Duty.objects.waivable_by(person).filter(pk=duty.pk).exists():
        named = duty.seats.filter(kind=SeatKind.WAIVES).exists()
        zh = "只有本条指定的人可以免除。" if named else "本条没有指定谁可以免除，因此不能免除。"
        en = (
            "Only whom the clause names may waive it."
            if named
            else "The clause names nobody who may waive it, so nobody may."
        )
        return Denied(Text(zh=zh, en=en), duty.article, duty.clause)
    if Duty.objects.owed_by(person).filter(pk=duty.pk).exists():
        return Denied(
            Text(zh="不能免除本人承担的义务。", en="Nobody waives what they owe themselves."),
            duty.article,
            duty.clause,
        )
    return ALLOWED
