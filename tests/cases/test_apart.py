"""Where people must differ a principal's voice counts once, whoever lends it to them (AP3, AP4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.cases import eligibility
from guanhao.cases.checks import approval, may_decide
from guanhao.cases.models import Decision, Step
from guanhao.cases.types import CaseState
from guanhao.core import clock
from guanhao.core.verdicts import Refused
from tests.cases.house import DIGEST, route, step

pytestmark = [pytest.mark.requirement("AP3"), pytest.mark.requirement("AP4")]
FIRST, SECOND = step("first", "office_editor"), step("second", "unit_head", must_differ=["first"])


def staff(house, *steps):
    """A route, its author, a head, two editors and somebody who holds nothing."""
    house.adopt(route(*steps))
    house.person("作者", "甲科.member")
    house.person("科长", "甲科.head")
    house.person("编辑", "办公室.editor", staff_no="E1")
    house.person("副编辑", "办公室.editor")
    house.person("代办")
    return house


@pytest.fixture
def office(house):
    """The editor decides first, the head second, and an editor who is neither of the two last."""
    return staff(house, FIRST, SECOND, step("third", "office_editor", must_differ=["first", "second"]))


@pytest.fixture
def case(office):
    """A case whose last step waits; the editor decided its first, and has a deputy now."""
    return up_to_the_last(office)


def up_to_the_last(house, editor="编辑"):
    case = house.submit(house.people["作者"])
    house.decide(house.people[editor], case)
    if case.steps.waiting().get().key == "second":
        house.decide(house.people["科长"], case)
    return case


def listed(person):
    return [waiting.case_id for waiting in Step.objects.waiting_for(person).order_by("pk")]


def left_to_others(house, person, case, **more):
    """The decision is refused for the principal's sake, in a sentence of its own, and is on no list."""
    before = Decision.objects.count()
    with pytest.raises(Refused, match=r"^委托您的人已办理过须由不同人员办理的另一环节"):
        house.decide(person, case, **more)
    assert Decision.objects.count() == before
    waiting = case.steps.waiting().get()
    answer = may_decide(person, waiting, **more)
    assert answer.reason.en.startswith("Whoever delegated to you decided another step")
    assert (answer.article, answer.clause) == ("house-1", "house-1.route_0")
    assert listed(person) == []
    assert person not in eligibility.deciders(waiting)
    return True


def test_a_principal_who_decided_the_first_step_has_no_deputy_at_the_last(office, case):
    """Approved with such a decision the case could never be published: the first approval would count no longer."""
    editor, deputy = office.people["编辑"], office.people["代办"]
    office.delegate(editor, deputy)
    assert left_to_others(office, deputy, case)
    assert left_to_others(office, deputy, case, acting_for=editor)
    assert office.decide(office.people["副编辑"], case).state == CaseState.APPROVED
    assert approval(case, DIGEST)


def test_whoever_was_decided_for_has_no_deputy_there_either(office):
    """One deputy decides the first step for the editor, another may not decide the last."""
    editor, deputy, other = office.people["编辑"], office.people["代办"], office.person("另一代办")
    office.delegate(editor, deputy)
    office.delegate(editor, other)
    case = up_to_the_last(office, "代办")
    assert left_to_others(office, other, case)
    assert listed(editor) == []
    office.delegate(office.people["副编辑"], deputy)
    with pytest.raises(Refused, match=r"^您已办理过"):
        office.decide(deputy, case)
    assert eligibility.deciders(case.steps.waiting().get()) == [office.people["副编辑"]]


def test_a_principal_is_the_same_human_being_under_a_second_entry(office, case):
    """The second entry of who decided the first step lends nobody its voice; nor do both together."""
    second = office.person("编辑（二）", "办公室.editor", staff_no="Ｅ１")
    for principal in (second, office.people["编辑"]):
        office.delegate(principal, office.people["代办"])
        assert left_to_others(office, office.people["代办"], case)


def test_the_earlier_step_may_say_that_the_later_one_must_differ(house):
    """Whichever of the two steps names the other."""
    office = staff(
        house, step("first", "office_editor", must_differ=["third"]), step("third", "office_editor")
    )
    case = up_to_the_last(office)
    office.delegate(office.people["编辑"], office.people["代办"])
    assert left_to_others(office, office.people["代办"], case)


def test_where_people_need_not_differ_the_deputy_decides(house):
    """The same people, the same steps, and no word of a distance between the two; as for the editor themselves."""
    office = staff(house, FIRST, SECOND, step("third", "office_editor", must_differ=["second"]))
    case = up_to_the_last(office)
    office.delegate(office.people["编辑"], office.people["代办"])
    assert listed(office.people["代办"]) == listed(office.people["编辑"]) == [case.pk]
    assert office.decide(office.people["代办"], case).state == CaseState.APPROVED


def test_who_only_held_the_first_step_decides_the_last(office):
    """A hold is no voice: somebody else's approval passed the step."""
    case = office.submit(office.people["作者"])
    office.decide(office.people["编辑"], case, "hold")
    office.decide(office.people["副编辑"], case)
    office.decide(office.people["科长"], case)
    office.delegate(office.people["编辑"], office.people["代办"])
    assert listed(office.people["代办"]) == listed(office.people["编辑"]) == [case.pk]
    assert office.decide(office.people["代办"], case).state == CaseState.APPROVED


def test_what_an_earlier_round_decided_keeps_no_deputy_away(house):
    """After a return somebody else decides the first step, so the editor's deputy may decide the last."""
    office = staff(house, FIRST, step("third", "office_editor", must_differ=["first"], return_to="first"))
    case = up_to_the_last(office)
    office.decide(office.people["副编辑"], case, "return")
    office.decide(office.people["副编辑"], case)
    office.delegate(office.people["编辑"], office.people["代办"])
    assert listed(office.people["代办"]) == listed(office.people["编辑"]) == [case.pk]
    assert office.decide(office.people["代办"], case).state == CaseState.APPROVED


def test_the_deputy_of_two_decides_for_the_one_who_differs(office, case):
    """Not for whoever delegated first; named, the excluded one is refused."""
    editor, other, deputy = (office.people[name] for name in ("编辑", "副编辑", "代办"))
    office.delegate(editor, deputy)
    office.delegate(other, deputy)
    assert listed(deputy) == [case.pk]
    assert not may_decide(deputy, case.steps.waiting().get(), acting_for=editor)
    decision = office.decide(deputy, case).decisions[0]
    assert (decision.person, decision.acting_for) == (deputy, other)
    assert approval(case, DIGEST)


def test_of_two_who_differ_the_deputy_decides_for_the_first(office, case, django_assert_num_queries):
    """As wherever nobody is excluded; and in their own right before that. Whoever has no choice is asked no more."""
    first, second, deputy = (
        office.person("甲", "办公室.editor"),
        office.people["副编辑"],
        office.people["代办"],
    )
    office.delegate(first, deputy)
    office.delegate(second, deputy)
    waiting = case.steps.waiting().get()
    with django_assert_num_queries(2):
        assert eligibility.seat_of(second, waiting).principal is None
    with django_assert_num_queries(4):
        assert eligibility.seat_of(deputy, waiting).principal == first
    office.appoint(deputy, "办公室.editor")
    assert eligibility.seat_of(deputy, waiting).principal is None


def test_who_holds_the_post_decides_in_their_own_right_whomever_they_stand_in_for(office, case):
    """The excluded principal does not take away what the deputy holds."""
    office.delegate(office.people["编辑"], office.people["副编辑"])
    assert listed(office.people["副编辑"]) == [case.pk]
    assert office.decide(office.people["副编辑"], case).decisions[0].acting_for is None


def test_the_deputy_of_an_author_still_decides(office):
    """A hand in the matter bars the author alone, also where steps must differ; but the author's voice counts once."""
    author, deputy, other = office.people["作者"], office.people["代办"], office.person("另一代办")
    office.appoint(author, "办公室.editor")
    office.delegate(author, deputy)
    case = up_to_the_last(office)
    assert listed(deputy) == [case.pk]
    assert deputy in eligibility.deciders(case.steps.waiting().get())
    assert office.decide(deputy, case).state == CaseState.APPROVED
    assert approval(case, DIGEST)
    office.delegate(author, other)
    assert left_to_others(office, other, up_to_the_last(office, "代办"))


def test_a_quorum_of_all_waits_for_no_deputy_of_the_excluded(house):
    """The editor of the first step is left out of the last, alone and through a deputy."""
    office = staff(house, FIRST, step("third", "office_editor", quorum="all", must_differ=["first"]))
    case = up_to_the_last(office)
    office.delegate(office.people["编辑"], office.people["代办"])
    assert left_to_others(office, office.people["代办"], case)
    assert office.decide(office.people["副编辑"], case).state == CaseState.APPROVED


def test_the_list_costs_a_deputy_two_statements_more_and_nobody_else_any(office, django_assert_num_queries):
    """However many steps have one beside them that was decided; where none was, no deputy either."""
    office.delegate(office.people["编辑"], office.people["代办"])
    begun = office.submit(office.people["作者"])
    with django_assert_num_queries(3):
        assert listed(office.people["代办"]) == [begun.pk]
    office.decide(office.people["编辑"], begun)
    cases = [up_to_the_last(office).pk for _ in range(3)]
    with django_assert_num_queries(3):
        assert listed(office.people["副编辑"]) == cases
    with django_assert_num_queries(3):
        assert listed(office.people["编辑"]) == []
    with django_assert_num_queries(5):
        assert listed(office.people["代办"]) == []
    office.delegate(office.people["副编辑"], office.people["代办"])
    with django_assert_num_queries(5):
        assert listed(office.people["代办"]) == cases


def test_only_what_keeps_the_deputy_away_at_this_step_is_left_out(office, case):
    """Steps of other posts and units, and cases whose first step another decided, stay on the deputy's list."""
    head, deputy = office.people["科长"], office.people["代办"]
    office.delegate(office.people["编辑"], deputy)
    office.delegate(head, deputy)
    other = up_to_the_last(office, "副编辑")
    waiting = office.submit(office.people["作者"])
    office.decide(office.people["编辑"], waiting)
    assert listed(deputy) == [other.pk, waiting.pk]


@pytest.mark.parametrize("elsewhere", ["乙科.editor", "办公室.member"])
def test_another_post_and_the_same_post_elsewhere_are_no_seat(office, case, elsewhere):
    """What the deputy holds beside the delegation, in another unit or by another name, gives no voice here."""
    deputy = office.person("另一代办", elsewhere)
    assert listed(deputy) == []
    office.delegate(office.people["编辑"], deputy)
    assert left_to_others(office, deputy, case)


def test_a_step_for_any_post_of_the_unit_is_judged_alike(office, case):
    """Whatever the principal holds there."""
    case.steps.filter(key="third").update(post="")
    office.delegate(office.people["编辑"], office.people["代办"])
    assert left_to_others(office, office.people["代办"], case)
    office.delegate(office.people["副编辑"], office.people["代办"])
    assert listed(office.people["代办"]) == [case.pk]


def test_a_delegation_that_is_over_gives_the_deputy_no_other_choice(office, case):
    """Only seats that somebody has at this moment are asked about: on the list, too."""
    deputy = office.people["代办"]
    office.delegate(office.people["编辑"], deputy)
    over = office.delegate(office.people["副编辑"], deputy)
    assert listed(deputy) == [case.pk]
    over.until = clock.now()
    over.save()
    assert left_to_others(office, deputy, case)
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert listed(deputy) == []
        assert may_decide(deputy, case.steps.waiting().get()).reason.zh.endswith("也没有有效的委托。")


def submitted(house, author="作者"):
    """Whether the engine takes a case of the author's: people can be found for its steps."""
    try:
        house.submit(house.people[author])
    except Refused as refused:
        return "不同人员" not in refused.denied.reason.zh
    return True


def test_a_deputy_does_not_make_a_second_person(house):
    """One editor and a deputy are one voice for two steps that must differ: such a case is never begun."""
    office = staff(
        house, FIRST, step("head", "unit_head"), step("third", "office_editor", must_differ=["first"])
    )
    office.dismiss(office.people["副编辑"])
    office.delegate(office.people["编辑"], office.people["代办"])
    assert not submitted(office)
    office.delegate(office.people["科长"], office.people["代办"])
    assert not submitted(office)
    office.appoint(office.people["代办"], "办公室.editor")
    assert submitted(office)


def test_the_deputies_of_two_authors_are_two_voices(house):
    """Who wrote it can decide neither step, but each can lend their seat to somebody else; one of them cannot lend it twice."""
    office = staff(house, FIRST, step("third", "office_editor", must_differ=["first"]))
    editor, other = office.people["编辑"], office.people["副编辑"]
    hands = {"hands": [(editor, "wrote"), (other, "wrote")]}
    deputy, third = office.people["代办"], office.person("另一代办")
    office.delegate(editor, deputy)
    office.delegate(other, deputy)
    with pytest.raises(Refused, match="不同人员"):
        office.submit(editor, **hands)
    office.delegate(editor, third)
    assert office.submit(editor, **hands)
    other.delegations_given.all().delete()
    with pytest.raises(Refused, match="不同人员"):
        office.submit(editor, **hands)


def test_of_a_quorum_of_all_only_the_holders_are_taken(house):
    """Their deputies need not decide there, and are free for the step that must differ; where only deputies may, one is enough."""
    office = staff(
        house, step("first", "unit_head", quorum="all"), step("third", "office_editor", must_differ=["first"])
    )
    head, editor = office.people["科长"], office.people["编辑"]
    office.dismiss(office.people["副编辑"])
    office.delegate(head, editor)
    assert submitted(office)
    assert not submitted(office, "科长")
    office.delegate(head, office.people["代办"])
    assert submitted(office, "科长")
    office.appoint(office.people["科长"], "办公室.editor")
    office.dismiss(editor)
    assert not submitted(office)


def test_all_holders_of_a_quorum_of_all_are_taken(house):
    """Two heads decide the first step; where one of them is the only editor nobody is left for the last."""
    office = staff(
        house, step("first", "unit_head", quorum="all"), step("third", "office_editor", must_differ=["first"])
    )
    office.dismiss(office.people["副编辑"])
    assert submitted(office)
    office.appoint(office.people["编辑"], "甲科.head")
    assert not submitted(office)
