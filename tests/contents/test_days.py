"""An institution's calendar: statutory days, its own word, its terms, and the warning for what is not published."""

from datetime import date, datetime

import pytest

from guanhao.cases import deadlines
from guanhao.contents import days
from guanhao.contents.models import StatutoryDay
from guanhao.contents.statutory import known_years, package_days
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of


def by(cast, who):
    person = cast.people[who]
    return {"actor": actor_of(person), "person": person, "institution": cast.institution}


@pytest.mark.article("ruian-11")
def test_holidays_and_make_up_days_come_from_the_table(ruian):
    """National Day 2026 is off on a Thursday, the Saturday after is worked."""
    calendar = days.calendar_of(ruian.institution)
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))
    assert calendar.name_of(date(2026, 10, 10)) == "国庆节调休"


@pytest.mark.article("ruian-11")
def test_the_institutions_own_word_goes_before_the_table(ruian):
    """And can be taken back; both are on record."""
    holiday = date(2026, 10, 1)
    days.set_day(**by(ruian, "ruian-office-head"), day=holiday, working=True, name="校庆值班")
    assert days.calendar_of(ruian.institution).is_workday(holiday)
    days.clear_day(**by(ruian, "ruian-office-head"), day=holiday)
    assert not days.calendar_of(ruian.institution).is_workday(holiday)
    told = [event.action for event in Event.objects.about("calendar", ruian.institution.pk)]
    assert told[-2:] == ["calendar.day_set", "calendar.day_removed"]


def test_only_who_manages_the_calendar_may_change_it(ruian):
    """A section head may not."""
    with pytest.raises(Refused):
        days.set_day(**by(ruian, "ruian-section-head"), day=date(2026, 10, 1), working=True)


@pytest.mark.requirement("RS4")
def test_a_year_that_is_not_announced_is_warned_of(ruian):
    """2027 is in no package yet."""
    calendar = days.calendar_of(ruian.institution)
    assert days.unpublished_years(calendar, date(2026, 11, 20)) == (2027,)
    days.set_day(**by(ruian, "ruian-office-head"), day=date(2027, 1, 1), working=False)
    assert days.unpublished_years(days.calendar_of(ruian.institution), date(2026, 11, 20)) == (2027,)
    StatutoryDay.objects.create(day=date(2027, 1, 1), working=False, name="元旦")
    assert days.unpublished_years(days.calendar_of(ruian.institution), date(2026, 11, 20)) == ()


def test_entered_terms_go_before_the_rulebooks_usual_dates(ruian):
    """The usual term gives way to the one entered for that time; overlaps are refused."""
    with clock.frozen(datetime(2026, 11, 20, 9, tzinfo=CHINA)):
        usual = days.calendar_of(ruian.institution).term_of(date(2026, 11, 20))
        assert (usual.starts, usual.ends) == (date(2026, 9, 1), date(2027, 1, 20))
        entered = {"starts": date(2026, 9, 7), "ends": date(2027, 1, 15)}
        days.set_term(**by(ruian, "ruian-office-head"), name="2026 秋", **entered)
        term = days.calendar_of(ruian.institution).term_of(date(2026, 11, 20))
        assert term.name == "2026 秋"
        with pytest.raises(Refused):
            days.set_term(**by(ruian, "ruian-office-head"), name="另一学期", **entered)


def test_the_calendar_takes_the_same_number_of_queries_whatever_is_in_it(ruian, django_assert_num_queries):
    """Rulebook, statutory days, own days, terms."""
    days.calendar_of(ruian.institution)
    with django_assert_num_queries(4):
        days.calendar_of(ruian.institution)


def test_seeding_again_changes_nothing_and_keeps_edits(db):
    """An edited day stays as it was edited."""
    edited = StatutoryDay.objects.get(day=date(2026, 10, 1))
    StatutoryDay.objects.filter(pk=edited.pk).update(working=True, source="通知")
    assert days.seed_statutory() == 0
    assert StatutoryDay.objects.get(pk=edited.pk).working


def test_the_package_names_days_in_chinese():
    """Every one of them; 2026 has six make-up days."""
    named = list(package_days([2026]))
    assert sum(day["working"] for day in named) == 6
    assert all(not day["name"].isascii() for day in package_days())
    assert 2027 not in known_years()


def test_the_approval_engine_counts_in_this_calendar(ruian):
    """Handed down at start: a step reached on the eve of National Day is due after it."""
    calendar = deadlines._calendar_of(ruian.institution)
    assert not calendar.is_workday(date(2026, 10, 1))
