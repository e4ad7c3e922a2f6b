"""One is enough, or each of them decides: quorums count distinct people who may decide (AP4)."""

from __future__ import annotations

import pytest

from guanhao.cases.actions import reconsider
from guanhao.cases.models import Step
from guanhao.cases.types import BarredWhy, CaseState
from guanhao.core.verdicts import Refused, WrongState
from tests.cases.house import SYSTEM, lived_in, route, step

pytestmark = [pytest.mark.requirement("AP4")]


@pytest.fixture
def house(house):
    """Every head of the unit decides."""
    house.adopt(route(step("heads", "unit_head", quorum="all")))
    house.person("作者", "甲科.member")
    return house


def test_all_means_each_holder(house):
    """With three heads the case passes at the third approval, not before."""
    heads = [house.person(f"科长{number}", "甲科.head") for number in range(3)]
    case = house.submit(house.people["作者"])
    assert [house.decide(head, case).state for head in heads] == ["open", "open", "approved"]


def test_nobody_counts_twice(house):
    """A second approval of the same person is refused, also under a second entry."""
    head, other = house.person("科长", "甲科.head", staff_no="H1"), house.person("副科长", "甲科.head")
    twin = house.person("科长（二）", "甲科.head", staff_no="h1")
    case = house.submit(house.people["作者"])
    house.decide(head, case)
    for person in (head, twin):
        with pytest.raises(Refused, match="表示过意见"):
            house.decide(person, case)
    assert house.decide(other, case).state == CaseState.APPROVED


def test_a_holder_with_a_hand_in_it_is_not_waited_for(house):
    """The head who wrote it is left out of *all*; the others decide."""
    author, other = house.person("科长甲", "甲科.head"), house.person("科长乙", "甲科.head")
    case = house.submit(author, hands=[(author, BarredWhy.WROTE)])
    assert house.decide(other, case).state == CaseState.APPROVED


def test_a_deputy_stands_for_one_holder(house):
    """A deputy covers the principal's seat; the other holder still decides."""
    first, second, deputy = (
        house.person("科长甲", "甲科.head"),
        house.person("科长乙", "甲科.head"),
        house.person("代办"),
    )
    house.delegate(first, deputy)
    case = house.submit(house.people["作者"])
    assert house.decide(deputy, case).state == CaseState.OPEN
    assert house.decide(second, case).state == CaseState.APPROVED


def test_a_deputy_of_two_still_counts_as_one(house):
    """One human being cannot fill two seats of a quorum."""
    first, second, deputy = (
        house.person("科长甲", "甲科.head"),
        house.person("科长乙", "甲科.head"),
        house.person("代办"),
    )
    house.delegate(first, deputy)
    house.delegate(second, deputy)
    case = house.submit(house.people["作者"])
    house.decide(deputy, case, acting_for=first)
    with pytest.raises(Refused, match="表示过意见"):
        house.decide(deputy, case, acting_for=second)
    assert house.decide(second, case).state == CaseState.APPROVED


def test_one_rejection_ends_it_for_all(house):
    """Each of them may stop it."""
    first, second = house.person("科长甲", "甲科.head"), house.person("科长乙", "甲科.head")
    case = house.submit(house.people["作者"])
    house.decide(first, case)
    assert house.decide(second, case, "reject").state == CaseState.REJECTED


def test_a_holder_who_leaves_is_no_longer_waited_for(house):
    """Asked again, the step passes with those who remain; before that it waits."""
    first, second = house.person("科长甲", "甲科.head"), house.person("科长乙", "甲科.head")
    case = house.submit(house.people["作者"])
    house.decide(first, case)
    assert reconsider(actor=SYSTEM, case=case).state == CaseState.OPEN
    house.dismiss(second)
    assert reconsider(actor=SYSTEM, case=case).state == CaseState.APPROVED


def test_reconsidering_a_step_nobody_approved_passes_nothing(house):
    """An empty quorum is no quorum, even when every holder is gone."""
    head = house.person("科长", "甲科.head")
    case = house.submit(house.people["作者"])
    house.dismiss(head)
    assert reconsider(actor=SYSTEM, case=case).state == CaseState.OPEN


def test_any_means_one_and_the_second_sees_who_was_first(db):
    """After the first approval of *any* the other holder is told who decided."""
    with lived_in("any") as house:
        house.adopt(route(step("head", "unit_head")))
        first, second = house.person("科长甲", "甲科.head"), house.person("科长乙", "甲科.head")
        case = house.submit(house.person("作者"))
        waiting = case.steps.get()
        house.decide(first, case)
        with pytest.raises(WrongState, match="科长甲"):
            house.decide(second, case, step=waiting)


def test_a_function_of_several_units_asks_each_of_them(db):
    """A joint opinion makes one step per unit, and all of them must pass."""
    with lived_in("joint") as house:
        house.adopt(
            route(
                step("joint", "both_heads", act="joint_opinion"),
                step("office", "office_editor", must_differ=["joint"]),
            )
        )
        one, two, editor = (
            house.person("甲头", "甲科.head"),
            house.person("乙头", "乙科.head"),
            house.person("编辑", "办公室.editor"),
        )
        case = house.submit(house.person("作者"))
        assert [step.key for step in case.steps.all()] == ["joint", "joint.2", "office"]
        assert case.steps.get(key="office").must_differ == ["joint", "joint.2"]
        assert [step.key for step in case.steps.waiting()] == ["joint", "joint.2"]
        seats = [(two, "joint.2"), (one, "joint"), (editor, "office")]
        decided = [house.decide(person, case, step=case.steps.get(key=key)).state for person, key in seats]
        assert decided == ["open", "open", "approved"]


@pytest.fixture
def joint(db):
    """Two units give a joint opinion, then the office agrees."""
    with lived_in("joint") as house:
        house.adopt(
            route(
                step("joint", "both_heads", act="joint_opinion", within="1 workday"),
                step("office", "office_editor"),
            )
        )
        for name, post in (
            ("甲头", "甲科.head"),
            ("乙头", "乙科.head"),
            ("编辑", "办公室.editor"),
            ("作者", "甲科.member"),
        ):
            house.person(name, post)
        yield house


@pytest.mark.article("gpnu-9", "gpnu-12")
def test_all_of_the_group_are_asked_at_once_and_the_office_waits_for_the_last(joint):
    """Nobody waits for another; the one who has not answered is seen, and reminded by a due time of their own."""
    case = joint.submit(joint.people["作者"])
    steps = {step.key: step for step in case.steps.all()}
    assert {key: step.state for key, step in steps.items()} == {
        "joint": "current", "joint.2": "current", "office": "waiting",
    }  # fmt: skip
    assert steps["joint"].due_at == steps["joint.2"].due_at is not None
    joint.decide(joint.people["乙头"], case, step=steps["joint.2"])
    assert [step.key for step in case.steps.waiting()] == ["joint"]
    joint.decide(joint.people["甲头"], case, step=steps["joint"])
    assert [step.key for step in case.steps.waiting()] == ["office"]


@pytest.mark.article("gpnu-12")
def test_a_joint_opinion_says_what_it_is(joint):
    """An agreement without a word is refused."""
    case = joint.submit(joint.people["作者"])
    with pytest.raises(Refused, match="会签须写明意见"):
        joint.decide(joint.people["甲头"], case, step=case.steps.get(key="joint"), opinion=" ")


@pytest.mark.parametrize(("verdict", "state"), [("return", "returned"), ("reject", "rejected")])
def test_one_who_says_no_ends_it_for_all(joint, verdict, state):
    """The others are not asked any more, on no list of what waits."""
    case = joint.submit(joint.people["作者"])
    assert joint.decide(joint.people["甲头"], case, verdict, step=case.steps.get(key="joint")).state == state
    assert case.steps.get(key="joint.2").state == "skipped"
    assert not Step.objects.waiting_for(joint.people["乙头"]).exists()
