"""A content class added on the way brings its step; only that step takes it off again (AP7)."""

from __future__ import annotations

import pytest

from guanhao.cases.actions import mark_class, unmark_class
from guanhao.cases.checks import approval
from guanhao.cases.types import CaseState
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.rulebook.types import Facts
from tests.cases.house import DIGEST, SYSTEM, lived_in, route, step

pytestmark = [pytest.mark.requirement("AP7")]

SENSITIVE = {"content_class": "sensitive"}


@pytest.fixture
def house(house):
    """The head decides; sensitive matters also need the office's head, in the middle of the route."""
    house.adopt(
        route(
            step("head", "unit_head"),
            step("authorise", "office_head", when=SENSITIVE, authorises=["sensitive"], must_differ=["head"]),
            step("office", "office_editor"),
        ),
        route(step("office", "office_editor"), when={"content_class": "light"}, precedence=5),
    )
    house.person("作者", "甲科.member")
    house.person("科长", "甲科.head")
    house.person("主任", "办公室.head")
    house.person("编辑", "办公室.editor")
    return house


def mark(house, who, case, key="sensitive"):
    person = house.people[who]
    return mark_class(actor=actor_of(person), person=person, case=case, content_class=key)


def keys(case):
    return [one.key for one in case.steps.all()]


@pytest.mark.parametrize("who", ["作者", "科长", "编辑"])
def test_anyone_in_the_chain_can_mark_it(house, who):
    """Author, reviewer and office alike: the authorising step is put in its place."""
    case = house.submit(house.people["作者"])
    added = mark(house, who, case)
    assert [one.key for one in added] == ["authorise"]
    assert keys(case) == ["head", "authorise", "office"]
    event = Event.objects.about("case", case.pk).get(action="case.class_marked")
    assert event.facts["class"] == "sensitive"


def test_the_added_step_must_pass(house):
    """The case is approved only after the authorising step, which is decided in its turn."""
    case = house.submit(house.people["作者"])
    mark(house, "科长", case)
    assert house.decide(house.people["科长"], case).next_step.key == "authorise"
    assert house.decide(house.people["主任"], case).next_step.key == "office"
    assert house.decide(house.people["编辑"], case).state == CaseState.APPROVED


def test_a_screening_hit_marks_without_a_person(house):
    """The system may add a class, never decide."""
    case = house.submit(house.people["作者"])
    assert mark_class(actor=SYSTEM, person=None, case=case, content_class="sensitive")


def test_a_mark_that_comes_late_is_asked_next(house):
    """Head already passed and the office decides: the step that belonged before is asked after, not skipped."""
    case = house.submit(house.people["作者"])
    house.decide(house.people["科长"], case)
    mark(house, "编辑", case)
    assert house.decide(house.people["编辑"], case).next_step.key == "authorise"
    assert house.decide(house.people["主任"], case).state == CaseState.APPROVED


def test_a_mark_after_approval_opens_the_case_again(house):
    """Approved, not yet out, found to be sensitive: the approval no longer stands until the step passes."""
    case = house.submit(house.people["作者"])
    for name in ("科长", "编辑"):
        house.decide(house.people[name], case)
    assert approval(case, DIGEST)
    mark(house, "作者", case)
    assert not approval(case, DIGEST)
    assert house.decide(house.people["主任"], case).state == CaseState.APPROVED
    assert approval(case, DIGEST)


def test_a_mark_never_takes_steps_away(house):
    """A class that would have chosen a shorter route at submission does not shorten one under way."""
    case = house.submit(house.people["作者"])
    assert mark(house, "作者", case, "light") == []
    assert keys(case) == ["head", "office"]


def test_a_class_marked_at_submission_keeps_its_step_under_a_further_mark(house):
    """Sensitive first, light afterwards: the authorising step stays."""
    case = house.submit(
        house.people["作者"], facts=Facts(contributor_kind="unit", content_classes=frozenset({"sensitive"}))
    )
    mark(house, "作者", case, "light")
    assert keys(case) == ["head", "authorise", "office"]


def test_marking_twice_changes_nothing(house):
    """The second mark is no event and no step."""
    case = house.submit(house.people["作者"])
    mark(house, "作者", case)
    assert mark(house, "科长", case) == []
    assert Event.objects.about("case", case.pk).filter(action="case.class_marked").count() == 1


def test_strangers_and_unknown_classes_are_refused(house):
    """Somebody of another unit is not in the chain; a class nobody defined cannot be marked."""
    house.person("路人", "乙科.member")
    case = house.submit(house.people["作者"])
    with pytest.raises(Refused, match="经手或审批"):
        mark(house, "路人", case)
    with pytest.raises(Refused, match="没有“unheard”"):
        mark(house, "作者", case, "unheard")
    with pytest.raises(Refused, match="本人"):
        mark_class(
            actor=actor_of(house.people["路人"]),
            person=house.people["作者"],
            case=case,
            content_class="sensitive",
        )


def test_a_case_that_is_over_cannot_be_marked(house):
    """Returned is returned: the next version is marked instead."""
    case = house.submit(house.people["作者"])
    house.decide(house.people["科长"], case, "return")
    with pytest.raises(WrongState):
        mark(house, "作者", case)


def unmark(house, who, step, reason="核实后不属于"):
    person = house.people[who]
    unmark_class(actor=actor_of(person), person=person, step=step, content_class="sensitive", reason=reason)


def test_only_the_authorising_step_takes_the_mark_off(house):
    """Neither author nor reviewer nor the right person at the wrong moment; then the right one, with a reason."""
    case = house.submit(house.people["作者"])
    mark(house, "作者", case)
    head, authorise = case.steps.get(key="head"), case.steps.get(key="authorise")
    with pytest.raises(Refused, match="授权"):
        unmark(house, "科长", head)
    with pytest.raises(Refused, match="没有轮到"):
        unmark(house, "主任", authorise)
    house.decide(house.people["科长"], case)
    with pytest.raises(Refused, match="没有这一任职"):
        unmark(house, "科长", authorise)
    with pytest.raises(Refused, match="理由"):
        unmark(house, "主任", authorise, reason=" ")
    unmark(house, "主任", authorise)
    case.refresh_from_db()
    assert case.facts["content_classes"] == []
    assert house.decide(house.people["主任"], case).next_step.key == "office"


def test_a_stricter_step_of_the_same_people_is_added_beside_the_frozen_one(db):
    """The same office decides anyway, but without the items the class asks for: it is asked once more, in full."""
    item = [{"key": "file", "text": {"zh": "有授权文件", "en": "There is an authorisation"}}]
    with lived_in("stricter") as house:
        house.adopt(
            route(step("office", "office_editor")),
            route(step("office", "office_editor", checklist=item, authorises=["sensitive"]), when=SENSITIVE),
        )
        editor = house.person("编辑", "办公室.editor")
        case = house.submit(house.person("作者"))
        assert [one.key for one in mark(house, "作者", case)] == ["office.2"]
        assert house.decide(editor, case).next_step.key == "office.2"
        assert house.decide(editor, case).decisions[0].checklist == {"file": True}
