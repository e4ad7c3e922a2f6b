"""By when a duty is due, and the ladder of what time brings to it. Pure: the clause, an instant, a working calendar.

Nobody is ever due on a day off. A span counted in working or calendar units ends on a working day by itself
(`guanhao.calendars`); one in hours that would end on a day off moves to the first working hour after it. A point in the
calendar that falls on a day off moves back to the working day before it, within its period: what was wanted by Friday is
not wanted later because Friday is a holiday. A period without any working day owes nothing.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from guanhao.calendars.working import CannotCount, WorkCalendar, week_of
from guanhao.duties.types import Rung, RungKind
from guanhao.rulebook.clauses import Duty
from guanhao.rulebook.timing import CalendarPoint, Part
from guanhao.rulebook.vocabulary import Day, Period, Task

# What belongs to its period and cannot be made up for when the period is over.
OF_ITS_PERIOD = frozenset({Task.PUSH, Task.PLAN_WEEK, Task.SUPPLY_ARTICLES, Task.PREPARE_COPY, Task.MONITOR})
NUDGES = (1, 5, 10, 20, 40)  # working days after which *promptly* is called to mind
_WEEKDAYS = (Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI, Day.SAT, Day.SUN)
_EARLY, _MIDDLE = 10, 20  # 上旬 ends with the tenth, 中旬 with the twentieth
_HALF = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period from its first to its last day, both included, with a stable key such as ``2026-W48``."""

    key: str
    first: date
    last: date


def period_of(period: Period, day: date, calendar: WorkCalendar) -> Stretch | None:
    """The period the day lies in; nothing where there is none: a day off has no workday, a vacation no term."""
    match period:
        case Period.WORKDAY:
            return Stretch(day.isoformat(), day, day) if calendar.is_workday(day) else None
        case Period.DAY:
            return Stretch(day.isoformat(), day, day)
        case Period.WEEK:
            year, number, _ = day.isocalendar()
            return Stretch(f"{year}-W{number:02}", *week_of(day))
        case Period.MONTH:
            return Stretch(f"{day:%Y-%m}", day.replace(day=1), _end_of_month(day))
        case Period.HALF_YEAR:
            half = 1 if day.month <= _HALF else 2
            first = date(day.year, 1 if half == 1 else _HALF + 1, 1)
            return Stretch(f"{day.year}-H{half}", first, _end_of_month(first.replace(month=half * _HALF)))
        case Period.TERM:
            term = calendar.term_of(day)
            return Stretch(f"term {term.starts}", term.starts, term.ends) if term else None
        case Period.YEAR:
            return Stretch(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))


def owed_in(stretch: Stretch, calendar: WorkCalendar) -> bool:
    """Whether anything can be owed in the period: it has a working day."""
    return any(True for _ in calendar.workdays(stretch.first, stretch.last))


def opens_at(duty: Duty, stretch: Stretch, calendar: WorkCalendar) -> datetime:
    """When a duty of the period begins: at its first moment, or at the point from which it may be done."""
    point = duty.within.opens if duty.within else None
    day = _day_of(point, stretch) if point else stretch.first
    return datetime.combine(day, time(), calendar.zone)


def due_in(duty: Duty, stretch: Stretch, calendar: WorkCalendar) -> datetime | None:
    """When a duty of the period is due; nothing for *promptly*. Without a deadline it is the period's end."""
    deadline = duty.within
    if deadline is not None and deadline.promptly:
        return None
    if deadline is not None and deadline.span is not None:
        return due_after(duty, datetime.combine(stretch.first, time(), calendar.zone), calendar)
    point = deadline.by if deadline and deadline.by else CalendarPoint()
    return _instant(point, _working(_day_of(point, stretch), stretch, calendar), calendar)


def due_after(duty: Duty, start: datetime, calendar: WorkCalendar) -> datetime | None:
    """When a duty that an event at ``start`` opened is due; nothing for *promptly*, none, or what nobody can count."""
    deadline = duty.within
    if deadline is None or deadline.promptly:
        return None
    if deadline.span is None:
        return _next_point(deadline.by or CalendarPoint(), start, calendar)
    if deadline.anchor is not None and deadline.anchor not in duty.on:
        return None
    try:
        found = calendar.add(start, deadline.span.amount, deadline.span.unit.value)
    except CannotCount:
        return None
    return _on_a_workday(found, calendar)


def ladder(
    duty: Duty, opened_at: datetime, due_at: datetime | None, ends: date | None, calendar: WorkCalendar
) -> tuple[Rung, ...]:
    """What time will bring, in order: reminders, lateness, escalation step by step, and the end of its period."""
    rungs = list(
        _nudges(opened_at, calendar) if due_at is None else _rungs(duty, opened_at, due_at, calendar)
    )
    if ends is not None and (due_at is None or duty.do in OF_ITS_PERIOD):
        end = datetime.combine(ends + timedelta(days=1), time(), calendar.zone)
        kind = RungKind.LAPSE if due_at is None else RungKind.MISS
        rungs = [rung for rung in rungs if rung.at < end] + [Rung(end, kind.value)]
    return tuple(sorted(rungs, key=lambda rung: rung.at))


def _rungs(duty: Duty, opened_at: datetime, due_at: datetime, calendar: WorkCalendar) -> Iterator[Rung]:
    for span in duty.remind:
        at = calendar.subtract(due_at, span.amount, span.unit.value)
        if at > opened_at:
            yield Rung(at, RungKind.REMIND.value)
    yield Rung(due_at, RungKind.OVERDUE.value)
    for level in range(len(duty.escalates_to)):
        yield Rung(
            calendar.add(due_at, level, "workday") if level else due_at, RungKind.ESCALATE.value, level
        )


def _nudges(opened_at: datetime, calendar: WorkCalendar) -> Iterator[Rung]:
    for days in NUDGES:
        yield Rung(calendar.add(opened_at, days, "workday"), RungKind.REMIND.value)


def _next_point(point: CalendarPoint, start: datetime, calendar: WorkCalendar) -> datetime | None:
    """The first occurrence of the point after an instant."""
    day = calendar.local_day(start)
    for _ in range(4):  # this period and those after it; a term may have a vacation between
        stretch = period_of(_repeats(point), day, calendar)
        if stretch is not None:
            found = _instant(point, _working(_day_of(point, stretch), stretch, calendar), calendar)
            if found > start:
                return found
        day = (stretch.last if stretch else _end_of_month(day)) + timedelta(days=1)
    return None


def _repeats(point: CalendarPoint) -> Period:
    if point.period is not None:
        return point.period
    if point.month is not None:
        return Period.YEAR
    if point.day is not None or point.part is not None:
        return Period.MONTH
    return Period.WEEK if point.weekday is not None else Period.DAY


def _day_of(point: CalendarPoint, stretch: Stretch) -> date:
    """The last day that the point allows within the period, before days off are considered."""
    first, last = stretch.first, stretch.last
    if point.month is not None:
        first = _clamped(date(last.year, point.month, 1), stretch)
        last = _end_of_month(first)
    if point.day is not None:
        return _clamped(first.replace(day=min(point.day, _end_of_month(first).day)), stretch)
    if point.part is not None:
        return _clamped(_part(point.part, first, last), stretch)
    if point.weekday in _WEEKDAYS:
        return _clamped(
            first + timedelta(days=(_WEEKDAYS.index(point.weekday) - first.weekday()) % 7), stretch
        )
    return _clamped(last, stretch)


def _part(part: Part, first: date, last: date) -> date:
    in_month = last == _end_of_month(first) and first.day == 1
    length = (last - first).days
    match part:
        case Part.START:
            return first
        case Part.EARLY:
            return first.replace(day=_EARLY) if in_month else first + timedelta(days=length // 3)
        case Part.MIDDLE:
            return first.replace(day=_MIDDLE) if in_month else first + timedelta(days=2 * length // 3)
        case Part.LATE | Part.END:
            return last


def _working(day: date, stretch: Stretch, calendar: WorkCalendar) -> date:
    """The working day nearest before the day within the period, else the first after it; after the period in none."""
    before = calendar.previous_workday(day)
    return before if before >= stretch.first else calendar.next_workday(day)


def _instant(point: CalendarPoint, day: date, calendar: WorkCalendar) -> datetime:
    """The time the point names, or the end of the working day."""
    at = time.fromisoformat(point.time) if point.time else calendar.hours[-1].end
    return datetime.combine(day, at, calendar.zone)


def _on_a_workday(instant: datetime, calendar: WorkCalendar) -> datetime:
    day = calendar.local_day(instant)
    if calendar.is_workday(day):
        return instant
    return datetime.combine(calendar.next_workday(day), calendar.hours[0].start, calendar.zone)


def _clamped(day: date, stretch: Stretch) -> date:
    return min(max(day, stretch.first), stretch.last)


def _end_of_month(day: date) -> date:
    return day.replace(day=gregorian.monthrange(day.year, day.month)[1])
