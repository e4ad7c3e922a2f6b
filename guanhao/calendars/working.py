"""A working calendar as a value: which days and hours are worked, and how deadlines are counted in them.

Two ways of counting meet here. Clock units (minutes, hours) simply pass. Working time (workdays, also fractions such as
half a day) passes only within working hours. Calendar units (days, weeks, months, years) pass as on the wall, but a
deadline that would fall on a day off moves to the nearest working day, forward after an event and backward before it,
so nobody is ever due on a holiday.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from guanhao.core.clock import CHINA

FURTHEST = 3700  # days looked ahead for a working day before we say that there is none


class CannotCount(ValueError):  # noqa: N818 - it states a fact about the calendar.
    """The calendar lacks what the count needs: no such term, no working day, a fraction of a month."""


class Unit(StrEnum):
    """What a span is measured in; the words are the rulebook's."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A part of a day, the end not included."""

    start: time
    end: time

    def on(self, day: date, zone: tzinfo) -> Span:
        """The stretch on one day, as instants."""
        return Span(datetime.combine(day, self.start, zone), datetime.combine(day, self.end, zone))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From an instant to an instant, the end not included."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def after(self, instant: datetime) -> Span:
        """What is left of it from the instant on; empty when nothing is."""
        return Span(min(max(self.start, instant), self.end), self.end)

    def before(self, instant: datetime) -> Span:
        """What there is of it up to the instant; empty when nothing is."""
        return Span(self.start, max(min(self.end, instant), self.start))


@dataclass(frozen=True, slots=True)
class DayMark:
    """What is said about one day: worked or not, and what it is called."""

    working: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class SchoolTerm:
    """A term from its first to its last day, both included."""

    name: str
    starts: date
    ends: date


def working_hours(whole: Stretch, breaks: tuple[Stretch, ...] = ()) -> tuple[Stretch, ...]:
    """The stretches of a working day that remain when the breaks are taken out."""
    stretches = []
    start = whole.start
    for pause in sorted(breaks):
        if pause.start > start:
            stretches.append(Stretch(start, pause.start))
        start = max(start, pause.end)
    if start < whole.end:
        stretches.append(Stretch(start, whole.end))
    return tuple(stretches)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Which days and hours an institution works.

    ``days`` overrides the weekdays, which count from 1 (Monday) to 7; ``published`` are the years whose statutory
    holidays are known.
    """

    hours: tuple[Stretch, ...] = (Stretch(time(8), time(17)),)
    rest_weekdays: frozenset[int] = frozenset({6, 7})
    days: Mapping[date, DayMark] = field(default_factory=dict)
    published: frozenset[int] = frozenset()
    terms: tuple[SchoolTerm, ...] = ()
    zone: tzinfo = CHINA

    def __post_init__(self) -> None:
        if not self.hours or self.day_length <= timedelta():
            raise CannotCount("A working day has working hours.")
        if len(self.rest_weekdays) == 7:  # noqa: PLR2004 - a week.
            raise CannotCount("A week without a working day has no deadlines.")

    # --- days ---------------------------------------------------------------------------------------------------

    @property
    def day_length(self) -> timedelta:
        """The working time of one working day."""
        return sum((stretch.on(date.min, self.zone).length for stretch in self.hours), timedelta())

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked, make-up days and holidays considered."""
        mark = self.days.get(day)
        return mark.working if mark else day.isoweekday() not in self.rest_weekdays

    def is_published(self, year: int) -> bool:
        """Whether the year's statutory holidays are known; if not, only weekdays tell (未公布)."""
        return year in self.published

    def name_of(self, day: date) -> str:
        """What the day is called, such as 国庆节; empty for an ordinary day."""
        mark = self.days.get(day)
        return mark.name if mark else ""

    def local_day(self, instant: datetime) -> date:
        """The institution's day an instant falls on."""
        return instant.astimezone(self.zone).date()

    def next_workday(self, day: date) -> date:
        """The day itself when it is worked, or the first working day after it."""
        return self._seek(day, timedelta(days=1))

    def previous_workday(self, day: date) -> date:
        """The day itself when it is worked, or the last working day before it."""
        return self._seek(day, timedelta(days=-1))

    def workdays(self, first: date, last: date) -> Iterator[date]:
        """The working days from the first to the last day, both included."""
        return (day for day in days_between(first, last) if self.is_workday(day))

    def term_of(self, day: date) -> SchoolTerm | None:
        """The term the day lies in."""
        return next((term for term in self.terms if term.starts <= day <= term.ends), None)

    # --- counting -----------------------------------------------------------------------------------------------

    def add(self, start: datetime, amount: Decimal | int, unit: str) -> datetime:
        """The instant that lies ``amount`` of the unit after ``start`` (aware), in the calendar's zone.

        Raises:
            CannotCount: negative amounts, fractions of calendar units, or a term the calendar does not know.
        """
        return self._count(start, Decimal(amount), Unit(unit), forward=True)

    def subtract(self, end: datetime, amount: Decimal | int, unit: str) -> datetime:
        """The latest instant from which ``amount`` of the unit still fits before ``end``; errors as `add`."""
        return self._count(end, Decimal(amount), Unit(unit), forward=False)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two instants; nothing when the end is not later."""
        if end <= start:
            return timedelta()
        days = self.workdays(self.local_day(start), self.local_day(end))
        return sum(
            (span.after(start).before(end).length for day in days for span in self._spans(day)), timedelta()
        )

    def workdays_between(self, start: datetime, end: datetime) -> Decimal:
        """Working time between two instants, in working days (0.5 is half a day)."""
        return _seconds(self.working_time(start, end)) / _seconds(self.day_length)

    # --- inside -------------------------------------------------------------------------------------------------

    def _count(self, origin: datetime, amount: Decimal, unit: Unit, *, forward: bool) -> datetime:
        if amount < 0:
            raise CannotCount("A span of time is not negative.")
        origin = origin.astimezone(self.zone)
        if unit in {Unit.MINUTE, Unit.HOUR}:
            step = timedelta(seconds=float(amount * (3600 if unit is Unit.HOUR else 60)))
            return origin + step if forward else origin - step
        if unit is Unit.WORKDAY:
            length = timedelta(seconds=float(amount * _seconds(self.day_length)))
            return self._work_on(origin, length) if forward else self._work_back(origin, length)
        if unit is Unit.TERM:
            return self._end_of_term(origin, _whole(amount, unit), forward=forward)
        day = shifted(origin.date(), amount if forward else -amount, unit)
        day = self.next_workday(day) if forward else self.previous_workday(day)
        return datetime.combine(day, origin.timetz())

    def _work_on(self, start: datetime, length: timedelta) -> datetime:
        for day in days_between(start.date(), start.date() + timedelta(days=FURTHEST)):
            for span in self._spans(day):
                rest = span.after(start)
                if rest.length and rest.length >= length:
                    return rest.start + length
                length -= rest.length
        raise CannotCount("The calendar has too few working days ahead.")

    def _work_back(self, end: datetime, length: timedelta) -> datetime:
        for back in range(FURTHEST):
            for span in reversed(self._spans(end.date() - timedelta(days=back))):
                rest = span.before(end)
                if rest.length and rest.length >= length:
                    return rest.end - length
                length -= rest.length
        raise CannotCount("The calendar has too few working days behind.")

    def _spans(self, day: date) -> list[Span]:
        if not self.is_workday(day):
            return []
        return [stretch.on(day, self.zone) for stretch in self.hours]

    def _end_of_term(self, origin: datetime, count: int, *, forward: bool) -> datetime:
        day = origin.date()
        edges = sorted(term.ends if forward else term.starts for term in self.terms)
        edges = [edge for edge in edges if edge >= day] if forward else [e for e in edges if e <= day][::-1]
        if not 1 <= count <= len(edges):
            raise CannotCount("The calendar does not know that term; enter the term dates.")
        edge = self.previous_workday(edges[count - 1]) if forward else self.next_workday(edges[count - 1])
        hours = self._spans(edge)
        return max(hours[-1].end, origin) if forward else min(hours[0].start, origin)

    def _seek(self, day: date, step: timedelta) -> date:
        for _ in range(FURTHEST):
            if self.is_workday(day):
                return day
            day += step
        raise CannotCount("The calendar has no working day in sight.")


def days_between(first: date, last: date) -> Iterator[date]:
    """The days from the first to the last, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the day's week."""
    monday = day - timedelta(days=day.isoweekday() - 1)
    return monday, monday + timedelta(days=6)


def shifted(day: date, amount: Decimal, unit: Unit) -> date:
    """The day some days, weeks, months or years away; the 31st becomes the last day of a shorter month."""
    if unit is Unit.DAY:
        return day + timedelta(days=_whole(amount, unit))
    if unit is Unit.WEEK:
        return day + timedelta(days=_whole(amount * 7, unit))
    months = _whole(amount, unit) * (12 if unit is Unit.YEAR else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def _whole(amount: Decimal, unit: Unit) -> int:
    if amount != amount.to_integral_value():
        raise CannotCount(f"{amount} {unit} is not a whole number of days or months.")
    return int(amount)


def _seconds(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(seconds=1))
