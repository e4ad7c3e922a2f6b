"""A deadline never falls on a day off, and working time passes only while people work."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.calendars.working import (
    CannotCount,
    DayMark,
    SchoolTerm,
    Stretch,
    WorkCalendar,
    days_between,
    week_of,
    working_hours,
)
from guanhao.core.clock import CHINA

NATIONAL_DAY = {date(2026, 10, day): DayMark(working=False, name="国庆节") for day in range(1, 8)}
MAKE_UP = {date(2026, 10, 10): DayMark(working=True, name="国庆节调休")}
OFFICE = WorkCalendar(
    hours=working_hours(Stretch(time(8), time(17)), (Stretch(time(12), time(13)),)),
    days=NATIONAL_DAY | MAKE_UP,
    published=frozenset({2026}),
    terms=(
        SchoolTerm("秋季学期", date(2026, 9, 1), date(2027, 1, 17)),
        SchoolTerm("春季学期", date(2027, 2, 22), date(2027, 7, 4)),
    ),
)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), CHINA)


FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(CHINA))
amounts = st.decimals(0, 30, places=2)
overrides = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.booleans().map(DayMark),
    max_size=40,
)


def test_half_a_workday_is_half_of_the_working_hours():
    """Four hours of eight, the lunch break left out."""
    assert OFFICE.add(at(FRIDAY, 8), Decimal("0.5"), "workday") == at(FRIDAY, 12)
    assert OFFICE.add(at(FRIDAY, 10), Decimal("0.5"), "workday") == at(FRIDAY, 15)


def test_a_workday_from_friday_afternoon_ends_on_monday_afternoon():
    """The weekend does not count."""
    assert OFFICE.add(at(FRIDAY, 16), 1, "workday") == at(MONDAY, 16)


def test_a_workday_given_at_the_weekend_lasts_all_of_monday():
    """Counting begins when work begins."""
    assert OFFICE.add(at(date(2026, 11, 21), 11), 1, "workday") == at(MONDAY, 17)


@pytest.mark.article("ruian-16")
def test_half_a_workday_before_a_push_skips_lunch_and_weekend():
    """The latest hand-in for a push on Monday at nine is Friday afternoon."""
    assert OFFICE.subtract(at(MONDAY, 9), Decimal("0.5"), "workday") == at(FRIDAY, 14)


@pytest.mark.article("ruian-11")
def test_a_holiday_on_a_weekday_is_off_and_a_make_up_saturday_is_worked():
    """The statutory table goes before the weekday."""
    assert not OFFICE.is_workday(date(2026, 10, 1))
    assert OFFICE.is_workday(date(2026, 10, 10))
    assert OFFICE.name_of(date(2026, 10, 1)) == "国庆节"
    assert OFFICE.add(at(date(2026, 9, 30), 17), 1, "workday") == at(date(2026, 10, 8), 17)


def test_a_calendar_deadline_on_a_holiday_moves_to_the_next_working_day():
    """A week after 24 September is a holiday; the first working day after it is due."""
    assert OFFICE.add(at(date(2026, 9, 24), 15), 1, "week") == at(date(2026, 10, 8), 15)


def test_a_month_after_the_31st_is_the_last_day_of_the_shorter_month():
    """31 October plus a month is 30 November."""
    assert OFFICE.add(at(date(2026, 10, 31), 9), 1, "month") == at(date(2026, 11, 30), 9)


def test_a_term_ends_on_its_last_working_day_at_closing_time():
    """17 January 2027 is a Sunday."""
    assert OFFICE.add(at(FRIDAY, 9), 1, "term") == at(date(2027, 1, 15), 17)
    assert OFFICE.term_of(FRIDAY).name == "秋季学期"


@pytest.mark.parametrize(("amount", "unit"), [(Decimal("0.5"), "month"), (3, "term"), (-1, "workday")])
def test_what_cannot_be_counted_is_refused(amount, unit):
    """Half a month, a term nobody entered and a negative span have no answer."""
    with pytest.raises(CannotCount):
        OFFICE.add(at(FRIDAY, 9), amount, unit)


def test_a_year_that_is_not_published_says_so():
    """2027 is not announced; weekdays alone tell."""
    assert OFFICE.is_published(2026)
    assert not OFFICE.is_published(2027)


def test_a_calendar_without_working_days_is_refused():
    """Nobody could ever be due."""
    with pytest.raises(CannotCount):
        WorkCalendar(rest_weekdays=frozenset(range(1, 8)))
    with pytest.raises(CannotCount):
        WorkCalendar(hours=())


def test_a_week_runs_from_monday_to_sunday():
    """As Chinese calendars show it."""
    assert week_of(FRIDAY) == (date(2026, 11, 16), date(2026, 11, 22))


@given(instants, amounts, overrides)
def test_working_time_is_never_due_on_a_day_off(start, amount, marks):
    """Whatever the holidays, the deadline lies on a working day, not before the start."""
    calendar = WorkCalendar(hours=OFFICE.hours, days=marks)
    due = calendar.add(start, amount, "workday")
    assert calendar.is_workday(due.date())
    assert due >= start


@given(instants, st.integers(0, 60), st.sampled_from(["day", "week", "month", "year"]), overrides)
def test_a_calendar_deadline_is_never_on_a_day_off(start, amount, unit, marks):
    """After an event it moves later, before an event it moves earlier: never the laxer way for what precedes."""
    calendar = WorkCalendar(days=marks)
    after, before = calendar.add(start, amount, unit), calendar.subtract(start, amount, unit)
    assert calendar.is_workday(after.date())
    assert calendar.is_workday(before.date())
    assert before <= start <= after


@given(instants, amounts, overrides)
def test_adding_working_time_and_measuring_it_agree(start, amount, marks):
    """Between the start and the deadline lies exactly the amount, to the second."""
    calendar = WorkCalendar(hours=OFFICE.hours, days=marks)
    due = calendar.add(start, amount, "workday")
    assert abs(calendar.workdays_between(start, due) - amount) < Decimal("0.0001")


@given(instants, amounts, overrides)
def test_subtracting_working_time_leaves_room_for_it(end, amount, marks):
    """From the latest start the amount still fits, and one second later it does not."""
    calendar = WorkCalendar(hours=OFFICE.hours, days=marks)
    start = calendar.subtract(end, amount, "workday")
    assert start <= end
    assert abs(calendar.workdays_between(start, end) - amount) < Decimal("0.0001")


@given(instants, st.integers(0, 500))
def test_hours_pass_by_the_clock(start, amount):
    """Hours do not stop at night."""
    assert OFFICE.add(start.astimezone(UTC), amount, "hour") == start + timedelta(hours=amount)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(0, 40))
def test_days_between_counts_both_ends(first, count):
    """From a day to itself is one day."""
    assert len(list(days_between(first, first + timedelta(days=count)))) == count + 1
