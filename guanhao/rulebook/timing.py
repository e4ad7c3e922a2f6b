"""Times as regulations write them: spans, deadlines, points in the calendar, windows of the day.

Nothing here computes a date; `guanhao.calendars` does, knowing holidays and terms. These are the written rules.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self

from guanhao.core.text import Text
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.vocabulary import Day, Happening, Period

DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Unit(StrEnum):
    """What a span is measured in. A workday is one by the institution's calendar; half of one is half its hours."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    YEAR = "year"


# Rough lengths in hours, only for telling which of two spans is longer (diff).
ROUGH_HOURS = {
    Unit.MINUTE: Decimal(1) / 60,
    Unit.HOUR: Decimal(1),
    Unit.DAY: Decimal(24),
    Unit.WORKDAY: Decimal(34),
    Unit.WEEK: Decimal(168),
    Unit.MONTH: Decimal(730),
    Unit.TERM: Decimal(3600),
    Unit.YEAR: Decimal(8766),
}


class Direction(StrEnum):
    """Whether a deadline lies before or after its anchor."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of time in a unit, written ``0.5 workday``."""

    pattern: ClassVar[str] = r"^(\d+(?:\.\d+)?) (minute|hour|day|workday|week|month|term|year)s?$"
    example: ClassVar[str] = "0.5 workday"
    written_only: ClassVar[bool] = True

    amount: Decimal
    unit: Unit

    @classmethod
    def spelled(cls, text: str) -> Self:
        """Read the written form; `ValueError` when it is not one."""
        match = re.match(cls.pattern, text)
        if match is None:
            raise ValueError(text)
        return cls(Decimal(match[1]), Unit(match[2]))

    def rough_hours(self) -> Decimal:
        """An approximate length, good for comparing two spans and for nothing else."""
        return self.amount * ROUGH_HOURS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A stretch of one day in the institution's local time, written ``16:00-18:00``; the end is not included."""

    pattern: ClassVar[str] = r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$"
    example: ClassVar[str] = "16:00-18:00"
    written_only: ClassVar[bool] = True

    start: time
    end: time

    @classmethod
    def spelled(cls, text: str) -> Self:
        """Read the written form; `ValueError` when it is not one."""
        match = re.match(cls.pattern, text)
        if match is None:
            raise ValueError(text)
        return cls(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))

    def overlaps(self, other: "TimeSpan") -> bool:
        """Whether the two share a moment."""
        return self.start < other.end and other.start < self.end

    def complaints(self) -> Iterator[Complaint]:
        """An end at or before the start."""
        if self.start >= self.end:
            yield Complaint(
                Text(
                    zh=f"时段 {self} 的结束不晚于开始。", en=f"The span {self} ends no later than it starts."
                ),
                Text(
                    zh="请把较早的时刻写在前面；跨零点的时段分成两段写。",
                    en="Write the earlier time first; split at midnight.",
                ),
            )

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year, written ``12-31``."""

    pattern: ClassVar[str] = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
    example: ClassVar[str] = "12-31"
    written_only: ClassVar[bool] = True

    month: int
    day: int

    @classmethod
    def spelled(cls, text: str) -> Self:
        """Read the written form; `ValueError` when it is not one, or no such day exists in any year."""
        match = re.match(cls.pattern, text)
        if match is None or int(match[2]) > DAYS_IN_MONTH[int(match[1]) - 1]:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"


class Part(StrEnum):
    """A part of a period: regulations say "mid-June" and "at the end of term"."""

    START = "start"
    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPoint:
    """A recurring point: ``{month: 6, part: middle}``, ``{day: 29}``, ``{weekday: fri, time: "17:00"}``, ``{period: term, part: end}``.

    What is left out is not fixed: a month alone means any time in that month.
    """

    month: int | None = None
    day: int | None = None
    weekday: Day | None = None
    period: Period | None = None
    part: Part | None = None
    time: str = ""

    def complaints(self) -> Iterator[Complaint]:
        """Numbers no calendar has, and a point that says nothing."""
        if self == CalendarPoint():
            yield _bad_point("没有说明是哪一天", "does not say which day")
        if self.month is not None and not 1 <= self.month <= len(DAYS_IN_MONTH):
            yield _bad_point(f"没有 {self.month} 月", f"has no month {self.month}")
        longest = dict(enumerate(DAYS_IN_MONTH, start=1)).get(self.month or 0, 31)
        if self.day is not None and not 1 <= self.day <= longest:
            yield _bad_point(f"没有 {self.day} 日", f"has no day {self.day}")
        if self.time and re.match(r"^([01]\d|2[0-3]):[0-5]\d$", self.time) is None:
            yield _bad_point(f"时刻“{self.time}”不对", f"has the impossible time “{self.time}”")


def _bad_point(zh: str, en: str) -> Complaint:
    return Complaint(
        Text(zh=f"日历时点{zh}。", en=f"The calendar point {en}."),
        Text(
            zh='例如 {month: 12, day: 31}、{weekday: fri, time: "17:00"} 或 {period: term, part: end}。',
            en='For example {month: 12, day: 31}, {weekday: fri, time: "17:00"} or {period: term, part: end}.',
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """By when. Exactly one of: a span before or after an anchor, a calendar point, or *promptly*.

    Written ``1 workday``, ``0.5 workday before push.due``, ``promptly`` or ``{by: {month: 12, day: 31}}``. Without an
    anchor the clause's own event is meant. *Promptly* reminds and never fails (architecture §1, 5).
    """

    pattern: ClassVar[str] = (
        r"^(?:promptly|(\d+(?:\.\d+)?) (minute|hour|day|workday|week|month|term|year)s?"
        r"(?: (before|after) ([a-z_]+\.[a-z_]+))?)$"
    )
    example: ClassVar[str] = "1 workday after holder.changed"

    promptly: bool = False
    amount: Decimal | None = None
    unit: Unit | None = None
    direction: Direction = Direction.AFTER
    anchor: Happening | None = None
    by: CalendarPoint | None = None
    opens: CalendarPoint | None = None

    @classmethod
    def spelled(cls, text: str) -> Self:
        """Read the short form; `ValueError` when it is not one or names an unknown event."""
        match = re.match(cls.pattern, text)
        if match is None:
            raise ValueError(text)
        if match[1] is None:
            return cls(promptly=True)
        return cls(
            amount=Decimal(match[1]),
            unit=Unit(match[2]),
            direction=Direction(match[3] or Direction.AFTER),
            anchor=Happening(match[4]) if match[4] else None,
        )

    @property
    def span(self) -> Span | None:
        """The amount and unit, where the deadline is a span."""
        if self.amount is None or self.unit is None:
            return None
        return Span(self.amount, self.unit)

    def complaints(self) -> Iterator[Complaint]:
        """Not exactly one kind of deadline; half a span; a window without its end."""
        kinds = (self.promptly, self.amount is not None or self.unit is not None, self.by is not None)
        if sum(kinds) != 1 or (self.amount is None) != (self.unit is None) or (self.opens and not self.by):
            yield Complaint(
                Text(
                    zh="期限必须且只能是一种：时长、日历时点，或“及时”。",
                    en="A deadline is exactly one of: a span, a calendar point, or promptly.",
                ),
                Text(
                    zh="例如 “1 workday”、{by: {month: 12}} 或 promptly。",
                    en="For example “1 workday”, {by: {month: 12}} or promptly.",
                ),
            )

    def __str__(self) -> str:
        if self.promptly:
            return "promptly"
        if self.span is None:
            return f"by {self.by}"
        return f"{self.span} {self.direction} {self.anchor}" if self.anchor else str(self.span)
