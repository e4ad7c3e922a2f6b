"""Words and values of duties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guanhao.people.models import Person, Unit
from guanhao.regulation.types import Parties
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Happening, Task


class DutyState(TextChoices):
    """Every duty that was opened ends in exactly one of the others; late is not a state but open and past its time."""

    OPEN = "open", _("待办")
    MET = "met", _("已办")
    WAIVED = "waived", _("已免除")
    MISSED = "missed", _("未完成")
    LAPSED = "lapsed", _("期满")
    DROPPED = "dropped", _("不再需要")


class ConcernKind(TextChoices):
    """What people bring up; each is a happening of the rulebook (`happening_of`)."""

    QUESTION = "question", _("师生问题和意见")
    SYSTEM_ERROR = "system_error", _("系统故障")
    ABUSE = "abuse", _("滥用举报")
    VIOLATION = "violation", _("违规信息")


HAPPENINGS = {
    ConcernKind.QUESTION: Happening.QUESTION_ASKED,
    ConcernKind.SYSTEM_ERROR: Happening.SYSTEM_ERROR_REPORTED,
    ConcernKind.ABUSE: Happening.ABUSE_REPORTED,
    ConcernKind.VIOLATION: Happening.VIOLATION_FOUND,
}


class SeatKind(TextChoices):
    """What an office held has to do with a duty."""

    OWES = "owes", _("承担")
    OWED = "owed", _("报送对象")
    HEARS = "hears", _("督办")
    WAIVES = "waives", _("可免除")


class RungKind(TextChoices):
    """What time alone brings to an open duty."""

    REMIND = "remind", _("提醒")
    OVERDUE = "overdue", _("逾期")
    ESCALATE = "escalate", _("上报督办")
    MISS = "miss", _("未完成")
    LAPSE = "lapse", _("期满")


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """One rung of a duty's ladder: what happens at an instant while it is still open; ``level`` counts escalations."""

    at: datetime
    kind: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What a duty is about: ``account`` 5, ``unit`` 7, ``article`` 9."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An event as the rulebook's words have it: what happened, to what, whose matter it is, when."""

    happening: Happening
    about: About
    parties: Parties
    at: datetime
    origin: str  # the event, as "event:123"
    facts: Facts = field(default_factory=Facts)
    unit: Unit | None = None
    without: frozenset[Task] = frozenset()  # what this change asks for in no case


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An event that may meet duties: which tasks, about what, by which event; ``counted`` is what counts once only."""

    tasks: frozenset[Task]
    abouts: tuple[About, ...]
    at: datetime
    event: int
    counted: str
    names: tuple[int, str] | None = None  # for naming somebody: unit and post


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a person says they did: in words, with a link where the task leaves one."""

    person: Person
    note: str
    link: str = ""
