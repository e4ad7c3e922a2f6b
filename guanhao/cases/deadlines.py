"""By when a step is to be decided: the rulebook's deadline, counted in the institution's working time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from guanhao.calendars.working import Stretch, WorkCalendar, working_hours
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
    """When the step, reached at this instant, is due; nothing where the rule sets no span (*promptly*, or none)."""
    deadline = deadline_of(step)
    if deadline is None or deadline.amount is None or deadline.unit is None:
        return None
    if deadline.direction is Direction.BEFORE or deadline.anchor not in {None, Happening.STEP_REACHED}:
        return _from_case(deadline, step)
    return _calendar_of(step.institution).add(opened_at, deadline.amount, deadline.unit.value)


def deadline_of(step: Step) -> Deadline | None:
    """The step's deadline in the version and route it was frozen from."""
    route = of_version(step.case.rulebook).clause(step.clause)
    assert isinstance(route, Route)
    return route.step(rule_key(step)).within


def rule_key(step: Step) -> str:
    """The key of the step in its route; a role with several seats makes steps ``key``, ``key.2``, ``key.3`` …."""
    return step.key.partition(".")[0]


def _from_case(deadline: Deadline, step: Step) -> datetime | None:
    """Deadlines counted from the case's beginning; other anchors (the push) are not known to a case."""
    if deadline.anchor is not Happening.CASE_OPENED or deadline.direction is Direction.BEFORE:
        return None
    assert deadline.amount is not None
    assert deadline.unit is not None
    return _calendar_of(step.institution).add(step.case.opened_at, deadline.amount, deadline.unit.value)
