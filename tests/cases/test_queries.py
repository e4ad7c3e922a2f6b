"""What waits for whom, who may see which case: by posts held today, in a constant number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.cases.checks import may_decide
from guanhao.cases.models import Case, Step
from guanhao.cases.types import BarredWhy
from guanhao.cases.visibility import visibility_of
from guanhao.core import clock
from guanhao.people.actions import give_function
from guanhao.regulation.types import Parties
from tests.cases.house import SYSTEM


@pytest.fixture(params=[False, True], ids=["own cases looked up", "each case asked"], autouse=True)
def either_way(request, monkeypatch):
    """What is visible has two forms, which must answer the same."""
    monkeypatch.setattr("guanhao.cases.visibility.decided_much", lambda _person: request.param)


def waiting(person):
    return [(step.case_id, step.key) for step in Step.objects.waiting_for(person).order_by("pk")]


def test_a_step_waits_for_its_holders_and_their_deputies(staffed):
    """The head and the head's deputy see it; the leader only when it is the leader's turn."""
    deputy = staffed.person("代办")
    staffed.delegate(staffed.people["科长"], deputy)
    case = staffed.submit(staffed.people["作者"])
    assert waiting(staffed.people["科长"]) == waiting(deputy) == [(case.pk, "head")]
    assert waiting(staffed.people["分管"]) == []
    staffed.decide(deputy, case)
    assert waiting(staffed.people["科长"]) == []
    assert waiting(staffed.people["分管"]) == [(case.pk, "leader")]


def test_a_held_step_still_waits(staffed):
    """Holding is not deciding."""
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(staffed.people["科长"], case, "hold")
    assert waiting(staffed.people["科长"]) == [(case.pk, "head")]


def test_what_one_may_not_decide_does_not_wait_for_one(staffed):
    """One's own, what one already decided another step of, and everything once one has left."""
    both = staffed.person("科长兼编辑", "甲科.head", "办公室.editor")
    own = staffed.submit(both)
    case = staffed.submit(staffed.people["作者"])
    assert waiting(both) == [(case.pk, "head")]
    staffed.decide(both, case)
    staffed.decide(staffed.people["分管"], case)
    assert waiting(both) == []
    assert waiting(staffed.people["编辑"]) == [(case.pk, "office")]
    assert waiting(staffed.people["科长"]) == [(own.pk, "head")]
    staffed.people["科长"].active = False
    assert waiting(staffed.people["科长"]) == []


def test_after_a_return_to_an_earlier_step_it_waits_for_the_same_person_again(staffed):
    """A decision of an earlier round takes nobody off the list."""
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(staffed.people["科长"], case)
    staffed.decide(staffed.people["分管"], case)
    staffed.decide(staffed.people["编辑"], case, "return")
    assert waiting(staffed.people["科长"]) == [(case.pk, "head")]


def test_the_list_agrees_with_the_action(staffed):
    """Whoever finds a step in their list may decide it, and nobody else may."""
    staffed.person("科长兼编辑", "甲科.head", "办公室.editor")
    deputy = staffed.person("代办")
    staffed.delegate(staffed.people["编辑"], deputy)
    case = staffed.submit(staffed.people["作者"])
    for decider in ("科长兼编辑", "分管", "代办"):
        step = case.steps.waiting().get()
        listed = {name for name, person in staffed.people.items() if waiting(person)}
        allowed = {name for name, person in staffed.people.items() if may_decide(person, step)}
        assert listed == allowed
        staffed.decide(staffed.people[decider], case)


def queries(what):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        list(what())
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_list(staffed):
    """One case or twenty: the same number of queries for the waiting steps and for the visible cases."""
    head, author = staffed.people["科长"], staffed.people["作者"]
    staffed.submit(author)
    few = queries(lambda: Step.objects.waiting_for(head)), queries(lambda: Case.objects.visible_to(head))
    for _ in range(19):
        staffed.submit(author)
    assert len(waiting(head)) == 20
    assert few == (
        queries(lambda: Step.objects.waiting_for(head)),
        queries(lambda: Case.objects.visible_to(head)),
    )
    assert max(few) <= 6


@pytest.mark.article("gpnu-3")
def test_people_see_the_cases_they_had_to_do_with(staffed):
    """Author, unit, office once reached or by publishing, and nobody of another unit."""
    stranger = staffed.person("路人", "乙科.member")
    case = staffed.submit(staffed.people["作者"])

    def sees(person):
        return Case.objects.visible_to(person).filter(pk=case.pk).exists()

    assert sees(staffed.people["作者"])
    assert sees(staffed.people["科长"])
    assert sees(staffed.person("总部的人", "总部.member"))
    assert not sees(stranger)
    former = staffed.people["科长"]
    staffed.decide(former, case)
    staffed.dismiss(former)
    assert sees(former)
    former.active = False
    assert not sees(former)


@pytest.mark.article("gpnu-3")
def test_each_tie_to_a_case_is_enough(staffed):
    """Whose unit it comes from, to whose unit's account it goes, who handed it in, who wrote it: each by itself."""
    submitter, writer = staffed.person("外人"), staffed.person("执笔")
    parties = Parties(owner=staffed.units["甲科"], publisher=staffed.units["乙科"])
    case = staffed.submit(submitter, hands=[(writer, BarredWhy.WROTE)], parties=parties)
    staffed.person("甲员", "甲科.member")
    staffed.person("乙员", "乙科.member")
    staffed.person("丙员")

    def sees(name):
        return Case.objects.visible_to(staffed.people[name]).filter(pk=case.pk).exists()

    assert all(map(sees, ["外人", "执笔", "甲员", "乙员"]))
    assert not sees("丙员")


@pytest.mark.article("gpnu-3")
def test_for_whom_somebody_else_decided_sees_it_still(staffed):
    """The principal, after they and their deputy hold nothing any more."""
    head, deputy = staffed.people["科长"], staffed.person("代办", "乙科.member")
    staffed.delegate(head, deputy)
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(deputy, case, acting_for=head)
    staffed.dismiss(head)
    staffed.dismiss(deputy)
    assert Case.objects.visible_to(head).get() == case
    assert Case.objects.visible_to(deputy).get() == case


@pytest.mark.article("gpnu-1")
def test_the_competent_office_sees_every_case(staffed):
    """All units' cases, for whoever holds a post in the competent office."""
    editor, other = staffed.people["编辑"], staffed.person("乙员", "乙科.member")
    staffed.person("乙长", "乙科.head")
    staffed.person("乙分管", "乙科.leader")
    give_function(actor=SYSTEM, unit=staffed.units["办公室"], function="competent_office")
    case = staffed.submit(
        other, parties=Parties(owner=staffed.units["乙科"], publisher=staffed.units["乙科"])
    )
    assert Case.objects.visible_to(editor).get() == case
    assert Case.objects.within(visibility_of(editor)).get() == case  # As the search asks.
    assert not Case.objects.visible_to(staffed.people["作者"]).exists()


def test_a_deputy_sees_what_waits_for_them(staffed):
    """Somebody of another unit who decides for the head sees the case once it has reached that step."""
    deputy = staffed.person("代办", "乙科.member")
    staffed.delegate(staffed.people["分管"], deputy)
    case = staffed.submit(staffed.people["作者"])
    assert not Case.objects.visible_to(deputy).exists()
    staffed.decide(staffed.people["科长"], case)
    assert Case.objects.visible_to(deputy).get() == case
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert not Case.objects.visible_to(deputy).exists()
