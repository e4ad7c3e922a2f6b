"""One reading request asks once; everything else asks afresh."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.contents.days import calendar_of
from guanhao.core import clock, memo
from guanhao.people.models import Appointment
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below
from guanhao.regulation.queries import in_force


def test_inside_a_reading_request_the_first_answer_serves(ruian, django_assert_num_queries):
    """One question for what is held and one for the tree, however often they are asked."""
    person = ruian.people["ruian-editor"]
    with memo.during(), django_assert_num_queries(2):
        for _ in range(5):
            with_units_below(standing(person).unit_ids)


@pytest.mark.requirement("TN6")
def test_outside_it_every_question_is_asked_again(ruian):
    """What changes something never trusts an earlier answer."""
    person = ruian.people["ruian-editor"]
    assert Permission.ARTICLE_SEE_ALL in standing(person).permissions
    Appointment.objects.filter(person=person).update(until=clock.today() - timedelta(days=1))
    assert Permission.ARTICLE_SEE_ALL not in standing(person).permissions


def test_nothing_survives_the_request(ruian):
    """The next request begins with nothing remembered, and one person's answer is not another's."""
    editor, student = ruian.people["ruian-editor"], ruian.people["ruian-student"]
    with memo.during():
        assert standing(editor).permissions != standing(student).permissions
        Appointment.objects.filter(person=editor).delete()
    with memo.during():
        assert standing(editor).seats == frozenset()


def test_an_act_asks_once_what_holds_for_it(ruian, django_assert_num_queries):
    """The rulebook in force and the calendar are one answer for the whole act."""
    with memo.one_act(), django_assert_num_queries(4):
        for _ in range(3):
            in_force(ruian.institution)
            calendar_of(ruian.institution)


@pytest.mark.requirement("TN6")
def test_an_act_asks_afresh_what_people_hold(ruian):
    """A post that ended meanwhile is gone, also within the act."""
    person = ruian.people["ruian-editor"]
    with memo.one_act():
        assert Permission.ARTICLE_SEE_ALL in standing(person).permissions
        Appointment.objects.filter(person=person).update(until=clock.today() - timedelta(days=1))
        assert Permission.ARTICLE_SEE_ALL not in standing(person).permissions


def test_the_next_act_asks_again(ruian, django_assert_num_queries):
    """Nothing survives an act; an act within an act is the same one."""
    with memo.one_act(), memo.one_act():
        in_force(ruian.institution)
    with memo.one_act(), django_assert_num_queries(1):
        in_force(ruian.institution)
