"""By when a step is to be decided: the rulebook's deadline, counted in the institution's working time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from guanhao.calendars.working import CannotCount, Stretch, WorkCalendar, working_hours
from guanhao.cases.models import Step
from guanhao.people.models import Institution
from guanhao.regulation.queries import in_force, of_version
from guanhao.rulebook.types import CalendarRules, Deadline, Direction, Happening, Route

CalendarOf = Callable[[Institution], WorkCalendar]


def ordinary_calendar(institution: Institution) -> WorkCalendar:
    """Hours and rest days as the rulebook in force says; knows no holidays."""
    rules: CalendarRules = in_force(institution).rulebook.calendar
    whole = Stretch(rules.workday_hours.start, rules.workday_hours.end)
    breaks = tuple(Stretch(pause.start, pause.end) for pause in rules.breaks)
    return WorkCalendar(hours=working_hours(whole, breaks), rest_weekdays=frozenset(rules.rest_weekdays))


_calendar_of: CalendarOf = ordinary_calendar


def count_with(source: CalendarOf) -> None:
    """Count in these calendars from now on. The package that keeps holidays sits above this one and hands them down."""
    global _calendar_of  # noqa: PLW0603 - the one seam, set once when the program starts.
    _calendar_of = source


def due_at(step: Step, opened_at: datetime) -> datetime | None:
    """When the step, reached at this instant, is due; nothing where the rule sets no span (*promptly*, or none).

    Nothing either where the calendar cannot count it (a term whose dates nobody entered): a missing date must not stop
    the case itself.
    """
    deadline = deadline_of(step)
    start = _start(deadline, step, opened_at)
    return None if deadline is None or start is None else count_from(step.institution, deadline, start)


def count_from(institution: Institution, deadline: Deadline, start: datetime) -> datetime | None:
    """When a span from the instant is over in the institution's time; nothing where it is none or cannot be counted."""
    if deadline.span is None:
        return None
    try:
        return _calendar_of(institution).add(start, deadline.span.amount, deadline.span.unit.value)
    except CannotCount:
        return None


def deadline_of(step: Step) -> Deadline | None:
    """The step's deadline in the version and route it was frozen from."""
    route = of_version(step.case.rulebook).clause(step.clause)
    assert isinstance(route, Route)
    return route.step(rule_key(step)).within


def rule_key(step: Step) -> str:
    """The key of the step in its route; a role with several seats makes steps ``key``, ``key.2``, ``key.3`` …."""
    return step.key.partition(".")[0]


def _start(deadline: Deadline | None, step: Step, opened_at: datetime) -> datetime | None:
    """What the span counts from: the step's being reached or the case's beginning. A case knows no other anchor."""
    if deadline is None or deadline.direction is Direction.BEFORE:
        return None
    anchors = {
        None: opened_at,
        Happening.STEP_REACHED: opened_at,
        Happening.CASE_OPENED: step.case.opened_at,
    }
    return anchors.get(deadline.anchor)
