"""Roles are relative: the same word finds other people in another matter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.core import clock
from guanhao.people.actions import give_function
from guanhao.people.models import Unit
from guanhao.regulation.roles import holders, place, places
from guanhao.regulation.types import NoPlace, Parties
from tests.cases.house import SYSTEM, route, step


@pytest.fixture
def house(house):
    """Heads in two units, a director above, an editor in the office."""
    house.adopt(route(step("head", "unit_head")))
    for name, post in (
        ("甲长", "甲科.head"),
        ("乙长", "乙科.head"),
        ("院长", "总部.director"),
        ("编辑", "办公室.editor"),
        ("主任", "办公室.head"),
    ):
        house.person(name, post)
    return house


def names(house, role, **parties):
    return [person.name for person in holders(role, Parties(**parties)).order_by("pk")]


@pytest.mark.parametrize(("unit", "head"), [("甲科", ["甲长"]), ("乙科", ["乙长"])])
def test_the_owner_s_head_is_the_head_of_that_unit(house, unit, head):
    """Owner relative."""
    assert names(house, "unit_head", owner=house.units[unit]) == head


def test_the_publisher_s_head_is_the_head_of_the_unit_whose_account_it_is(house):
    """Publisher relative, whoever provides."""
    parties = {"owner": house.units["甲科"], "publisher": house.units["办公室"]}
    assert names(house, "publisher_head", **parties) == ["主任"]


def test_a_function_finds_its_unit_wherever_the_matter_comes_from(house):
    """A fixed office; and both units where two carry the function."""
    assert names(house, "office_editor", owner=house.units["甲科"]) == ["编辑"]
    assert names(house, "both_heads", owner=house.units["办公室"]) == ["甲长", "乙长"]
    assert [one.unit.name for one in places("both_heads", Parties(owner=house.units["办公室"]))] == [
        "甲科",
        "乙科",
    ]


def test_the_institution_and_the_unit_above_are_found_in_the_tree(house):
    """The root stands for the institution; the owner's parent for the unit above."""
    assert names(house, "director", owner=house.units["乙科"]) == ["院长"]
    assert names(house, "above", owner=house.units["乙科"]) == ["院长"]
    assert place("above", Parties(owner=house.units["乙科"])).unit == house.units["总部"]


def test_with_several_roots_the_one_above_the_parties_is_meant(house):
    """A second tree in the same institution does not confuse the first."""
    unit = house.units["甲科"]
    Unit(institution=house.institution, name="分部", kind="unit").save()
    assert place("director", Parties(owner=unit)).unit == house.units["总部"]


def test_a_unit_called_differently_is_found_by_its_entered_function(house):
    """The rulebook says 办公室; here it is 综合处, and the institution entered what it is."""
    house.units["办公室"].name = "综合处"
    house.units["办公室"].save()
    assert names(house, "office_editor", owner=house.units["甲科"]) == ["编辑"]


def test_the_subject_is_the_person_the_matter_is_about(house):
    """No place, but a holder: the person, as long as they belong to the institution."""
    person = house.person("投稿人")
    assert names(house, "contributor", subject=person) == ["投稿人"]
    with pytest.raises(NoPlace):
        place("contributor", Parties(subject=person))
    person.active = False
    person.save()
    assert names(house, "contributor", subject=person) == []


def test_holders_are_those_of_today(house):
    """Past and future appointments and people who left do not hold."""
    head = house.people["甲长"]
    later = clock.today() + timedelta(days=3)
    head.appointments.update(since=later)
    assert names(house, "unit_head", owner=house.units["甲科"]) == []
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert names(house, "unit_head", owner=house.units["甲科"]) == ["甲长"]


def test_a_closed_unit_carries_no_function(house):
    """A unit that was closed is not looked in; where it was the only one, the role has no place."""
    office = house.units["办公室"]
    office.closed_on = clock.today() - timedelta(days=1)
    office.save()
    with pytest.raises(NoPlace, match="找不到承担"):
        place("office_editor", Parties(owner=house.units["甲科"]))
    give_function(actor=SYSTEM, unit=house.units["乙科"], function="competent_office")
    assert place("office_editor", Parties(owner=house.units["甲科"])).unit == house.units["乙科"]


def test_what_cannot_be_placed_says_why(house):
    """No owner, no unit above."""
    with pytest.raises(NoPlace, match="没有上级单位"):
        place("above", Parties(owner=house.units["总部"]))
    with pytest.raises(NoPlace, match="没有可以确定"):
        place("publisher_head", Parties(owner=house.units["甲科"]))
    assert names(house, "publisher_head", owner=house.units["甲科"]) == []


def test_without_a_party_the_rulebook_must_be_given(house):
    """Nobody guesses whose rules are meant."""
    with pytest.raises(ValueError, match="party"):
        place("director", Parties())
