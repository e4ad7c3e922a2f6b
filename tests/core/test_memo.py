"""One reading request asks once; everything else asks afresh."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.core import clock, memo
from guanhao.people.models import Appointment
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below


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
