"""When a duty is due: spans, points of the calendar, and the ladder, over any calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanhao.calendars.working import DayMark, SchoolTerm, Stretch, WorkCalendar
from guanhao.core.clock import CHINA
from guanhao.duties.dues import due_after, due_in, ladder, opens_at, owed_in, period_of
from guanhao.duties.types import RungKind
from guanhao.rulebook.clauses import Duty
from guanhao.rulebook.timing import CalendarPoint, Deadline, Part, Span, Unit
from guanhao.rulebook.vocabulary import Day, Happening, Period, Task
from tests.duties.conftest import at

FIRST = date(2026, 9, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(500)]
PLAIN = WorkCalendar(terms=(SchoolTerm("autumn", date(2026, 9, 1), date(2027, 1, 20)),))


def clause(within=None, every=None, do=Task.TASK, **more):
    """A duty with a deadline, after an event or every period."""
    on = () if every else (Happening.ACCOUNT_OPENED,)
    return Duty(article="x-1", do=do, owed_by="who", on=on, every=every, within=within, **more)


def spelled(text):
    """A deadline as a rulebook writes it."""
    return Deadline.spelled(text)


@st.composite
def calendars(draw):
    """Any calendar with at least one working weekday, marked days, and two terms."""
    marks = draw(st.dictionaries(st.sampled_from(DAYS), st.booleans(), max_size=40))
    return WorkCalendar(
        hours=(Stretch(time(8, 30), time(12)), Stretch(time(14), time(17, 30))),
        rest_weekdays=frozenset(draw(st.sets(st.integers(1, 7), max_size=5))),
        days={day: DayMark(working) for day, working in marks.items()},
        terms=(
            SchoolTerm("autumn", date(2026, 9, 1), date(2027, 1, 20)),
            SchoolTerm("spring", date(2027, 2, 25), date(2027, 7, 12)),
        ),
    )


INSTANTS = st.datetimes(datetime(2026, 9, 1), datetime(2027, 6, 30)).map(lambda at: at.replace(tzinfo=CHINA))
SPANS = st.builds(
    lambda amount, unit: Deadline(amount=Decimal(amount), unit=unit),
    st.integers(1, 20),
    st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.DAY, Unit.WORKDAY, Unit.WEEK, Unit.MONTH]),
)
TIMES = st.sampled_from(["", "13:00", "17:00", "21:00"])
POINTS = st.one_of(
    st.builds(CalendarPoint, weekday=st.sampled_from(list(Day)[2:]), time=TIMES),
    st.builds(CalendarPoint, day=st.integers(1, 31), time=TIMES),
    st.builds(CalendarPoint, month=st.integers(1, 12), part=st.sampled_from(list(Part)), time=TIMES),
    st.builds(CalendarPoint, month=st.integers(1, 12), day=st.integers(1, 28), time=TIMES),
    st.builds(CalendarPoint, time=st.sampled_from(["13:00", "21:00"])),
).map(lambda point: Deadline(by=point))


@given(calendars(), INSTANTS, st.one_of(SPANS, POINTS))
@settings(max_examples=300)
def test_nobody_is_ever_due_on_a_day_off(calendar, start, within):
    """Whatever the calendar and the deadline, the due time lies on a working day and not before the event."""
    due = due_after(clause(within), start, calendar)
    if due is not None:
        assert calendar.is_workday(calendar.local_day(due))
        assert due >= start


@given(calendars(), st.sampled_from(DAYS[:300]), st.sampled_from(list(Period)), st.one_of(SPANS, POINTS))
@settings(max_examples=300)
def test_a_returning_duty_is_due_on_a_working_day_of_its_period(calendar, day, period, within):
    """What is owed in a period is due in it where a point is named, and on a working day always."""
    stretch = period_of(period, day, calendar)
    if stretch is None or not owed_in(stretch, calendar):
        return
    assert stretch.first <= day <= stretch.last
    due = due_in(clause(within, every=period), stretch, calendar)
    assert due is not None
    assert calendar.is_workday(calendar.local_day(due))
    if within.by is not None:
        assert stretch.first <= calendar.local_day(due) <= stretch.last


@given(calendars(), INSTANTS, SPANS, st.lists(st.integers(1, 5), max_size=3), st.integers(0, 3))
@settings(max_examples=200)
def test_the_ladder_goes_up(calendar, start, within, spans, levels):
    """Reminders come before it is late and after the beginning; lateness comes once; escalation never before it."""
    remind = tuple(Span(Decimal(amount), Unit.WORKDAY) for amount in spans)
    duty = clause(within, remind=remind, escalates_to=tuple(f"r{number}" for number in range(levels)))
    due = due_after(duty, start, calendar)
    rungs = ladder(duty, start, due, None, calendar)
    assert [rung.at for rung in rungs] == sorted(rung.at for rung in rungs)
    assert [rung.at for rung in rungs if rung.kind == RungKind.OVERDUE] == [due]
    assert all(start < rung.at < due for rung in rungs if rung.kind == RungKind.REMIND)
    assert [rung.level for rung in rungs if rung.kind == RungKind.ESCALATE] == list(range(levels))
    assert all(rung.at >= due for rung in rungs if rung.kind == RungKind.ESCALATE)


def test_promptly_reminds_and_never_fails():
    """No due time, no lateness, only being called to mind again and again."""
    duty = clause(spelled("promptly"))
    assert due_after(duty, at(23), PLAIN) is None
    assert {rung.kind for rung in ladder(duty, at(23), None, None, PLAIN)} == {RungKind.REMIND}


def test_hours_that_end_on_a_day_off_end_with_the_first_working_hour_after_it():
    """An hour from Saturday noon is Monday at eight; from Friday at five it is Friday at six."""
    duty = clause(spelled("1 hour"))
    assert due_after(duty, at(28, 12), PLAIN) == at(30, 8)
    assert due_after(duty, at(27, 17), PLAIN) == at(27, 18)


@pytest.mark.parametrize(
    ("point", "period", "day", "due"),
    [
        (CalendarPoint(weekday=Day.FRI, time="17:00"), Period.WEEK, date(2026, 11, 23), at(27, 17)),
        (CalendarPoint(weekday=Day.SUN, time="12:00"), Period.WEEK, date(2026, 11, 23), at(27, 12)),
        (CalendarPoint(day=25), Period.MONTH, date(2026, 11, 2), at(25, 17)),
        (CalendarPoint(day=31), Period.MONTH, date(2026, 11, 2), at(30, 17)),
        (CalendarPoint(month=12, day=31), Period.YEAR, date(2026, 2, 2), at(31, 17, month=12)),
        (CalendarPoint(period=Period.TERM, part=Part.END), Period.TERM, date(2026, 11, 2), at(20, 17, month=1, year=2027)),
        (CalendarPoint(month=6, part=Part.MIDDLE), Period.YEAR, date(2027, 6, 1), at(18, 17, month=6, year=2027)),
    ],
)  # fmt: skip
def test_points_of_the_calendar(point, period, day, due):
    """Fridays, the 25th, the last of the month, the end of term, the middle of June; a day off moves back."""
    duty = clause(Deadline(by=point), every=period)
    assert due_in(duty, period_of(period, day, PLAIN), PLAIN) == due


def test_a_week_that_is_all_holiday_owes_nothing():
    """Golden week: no working day, so no weekly plan and no supply."""
    off = {date(2026, 11, 23) + timedelta(days=number): DayMark(working=False) for number in range(7)}
    calendar = WorkCalendar(days=off)
    assert not owed_in(period_of(Period.WEEK, date(2026, 11, 25), calendar), calendar)
    assert period_of(Period.WORKDAY, date(2026, 11, 25), calendar) is None


def test_what_belongs_to_its_period_ends_with_it_and_the_rest_does_not():
    """A push of yesterday cannot be made up for; an inspection of last year can."""
    ends = date(2026, 11, 23)
    push = ladder(
        clause(spelled("1 hour"), every=Period.WORKDAY, do=Task.PUSH), at(23), at(23, 10), ends, PLAIN
    )
    inspect = ladder(
        clause(spelled("1 hour"), every=Period.YEAR, do=Task.INSPECT), at(23), at(23, 10), ends, PLAIN
    )
    assert [rung.kind for rung in push] == [RungKind.OVERDUE, RungKind.MISS]
    assert [rung.kind for rung in inspect] == [RungKind.OVERDUE]


def test_a_window_opens_on_its_day():
    """The inspection of the year may be handed in from the first of December."""
    within = Deadline(opens=CalendarPoint(month=12, day=1), by=CalendarPoint(month=12, day=31))
    duty = clause(within, every=Period.YEAR, do=Task.INSPECT)
    assert opens_at(duty, period_of(Period.YEAR, date(2026, 5, 5), PLAIN), PLAIN) == at(1, 0, month=12)
