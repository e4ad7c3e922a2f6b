"""Nobody approves what they had a hand in, by whatever road they come (AP3)."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from guanhao.cases.checks import may_decide
from guanhao.cases.models import Decision, Step
from guanhao.cases.types import BarredWhy, CaseState
from guanhao.core import actors, clock
from guanhao.core.verdicts import Refused
from guanhao.people.access import actor_of
from guanhao.people.models import User
from tests.cases.house import route, step

pytestmark = [pytest.mark.requirement("AP3")]


@pytest.fixture
def house(house):
    """One step, decided by the head of the unit; besides the culprit there is always another head."""
    house.adopt(route(step("head", "unit_head")))
    house.person("另一科长", "甲科.head")
    house.person("作者", "甲科.member")
    return house


def refused(house, person, case, **more):
    """The decision is refused because of the person's own hand, and nothing was recorded."""
    with pytest.raises(Refused, match=r"经手|由本人"):
        house.decide(person, case, **more)
    assert not Decision.objects.filter(step__case=case).exists()
    case.refresh_from_db()
    assert case.state == CaseState.OPEN
    return True


@pytest.mark.parametrize("why", [BarredWhy.WROTE, BarredWhy.EDITED, BarredWhy.IMPORTED])
def test_whoever_wrote_edited_or_imported_cannot_approve_by_role(house, why):
    """Roads 1 to 3: the head had a hand in the text, another submitted it."""
    head = house.person("科长", "甲科.head")
    case = house.submit(house.people["作者"], hands=[(head, why)])
    assert refused(house, head, case)


def test_a_co_writer_cannot_approve(house):
    """Road 4: of several writers none may approve."""
    head = house.person("科长", "甲科.head")
    case = house.submit(
        house.people["作者"], hands=[(house.people["作者"], BarredWhy.WROTE), (head, BarredWhy.WROTE)]
    )
    assert refused(house, head, case)


def test_whoever_submitted_cannot_approve(house):
    """Road 5: submitting what another wrote is a hand in it too."""
    head = house.person("科长", "甲科.head")
    case = house.submit(head, hands=[(house.people["作者"], BarredWhy.WROTE)])
    assert refused(house, head, case)


def test_whoever_submits_in_anothers_name_cannot_approve(house):
    """Road 6: an assistant hands it in for the author; the assistant is barred as well."""
    head = house.person("科长", "甲科.head")
    case = house.submit(house.people["作者"], actor=actor_of(head))
    assert refused(house, head, case)


def test_an_editor_of_an_earlier_version_cannot_approve_the_later_one(house):
    """Road 7: who wrote version one wrote version two, even if somebody else submitted that."""
    head = house.person("科长", "甲科.head")
    first = house.submit(house.people["作者"], hands=[(head, BarredWhy.EDITED)])
    house.decide(house.people["另一科长"], first, "return")
    second = house.submit(house.people["作者"], hands=[], follows=first)
    assert refused(house, head, second)


def test_a_deputy_cannot_approve_their_own_for_a_principal(house):
    """Road 8: the author holds no post but is the head's deputy."""
    author, other = house.people["作者"], house.people["另一科长"]
    house.delegate(other, author)
    case = house.submit(author)
    assert refused(house, author, case)
    assert refused(house, author, case, acting_for=other)


def test_a_barred_head_cannot_come_back_as_the_deputy_of_another(house):
    """Road 9: barred in one's own right, one cannot sit in somebody else's seat."""
    head = house.person("科长", "甲科.head")
    house.delegate(house.people["另一科长"], head)
    case = house.submit(head)
    assert refused(house, head, case, acting_for=house.people["另一科长"])


def test_the_deputy_of_a_barred_head_is_somebody_else(house):
    """Delegating does not spread the bar: the deputy had no hand in it and may decide."""
    head = house.person("科长", "甲科.head")
    deputy = house.person("代办")
    house.delegate(head, deputy)
    case = house.submit(head)
    outcome = house.decide(deputy, case)
    assert outcome.state == CaseState.APPROVED
    decision = outcome.decisions[0]
    assert (decision.person, decision.acting_for) == (deputy, head)


@pytest.mark.parametrize(
    ("number", "again"),
    [("T0001", "t0001"), ("T0001", " T0001"), ("T0001", "Ｔ０００１"), ("T0001", "T 0001")],
)
def test_a_second_entry_with_the_same_number_is_the_same_person(house, number, again):
    """Road 10: a second account of the same human being, however the number is written."""
    author = house.person("作者甲", "甲科.member", staff_no=number)
    second = house.person("作者甲（二）", "甲科.head", staff_no=again)
    case = house.submit(author)
    assert refused(house, second, case)


def test_a_second_entry_with_the_same_name_and_phone_is_the_same_person(house):
    """Road 10, by another mark: no number, but the same name and telephone."""
    author = house.person("作者甲", staff_no="", phone="138 0000 0000")
    second = house.person("作者甲", "甲科.head", staff_no="", phone="13800000000")
    case = house.submit(author)
    assert refused(house, second, case)


def test_a_shared_office_telephone_makes_nobody_the_same_person(house):
    """Colleagues with one telephone are two people."""
    author = house.person("作者甲", phone="0577-1")
    head = house.person("科长乙", "甲科.head", phone="0577-1")
    assert house.decide(head, house.submit(author)).state == CaseState.APPROVED


def test_a_post_gained_after_submission_does_not_help(house):
    """Road 11: the author becomes head while the case waits."""
    author = house.people["作者"]
    case = house.submit(author)
    house.appoint(author, "甲科.head")
    assert refused(house, author, case)


def test_nobody_decides_under_anothers_name(house):
    """Road 12: the actor is the author, the person named is the head; also the system is nobody's stand-in."""
    author, head = house.people["作者"], house.people["另一科长"]
    case = house.submit(author)
    assert refused(house, head, case, actor=actor_of(author))
    assert refused(house, head, case, actor=actors.system("importer"))
    assert refused(house, head, case, actor=dataclasses.replace(actor_of(author), acting_for=str(head.pk)))


def test_a_bulk_gesture_refuses_what_is_ones_own_and_passes_the_rest(house):
    """By bulk: three of one's own among five: exactly the two others pass."""
    head = house.person("科长", "甲科.head")
    cases = [house.submit(head if number % 2 == 0 else house.people["作者"]) for number in range(5)]
    passed = []
    for case in cases:
        try:
            passed.append(house.decide(head, case).case.pk)
        except Refused:
            continue
    assert passed == [cases[1].pk, cases[3].pk]


def test_the_administrators_flag_of_the_sign_in_changes_nothing(house):
    """By admin: a superuser's sign-in gives its person no power to approve their own."""
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    head = house.person("科长", "甲科.head", user=user)
    assert refused(house, head, house.submit(head))


def test_a_superuser_without_the_post_cannot_decide_at_all(house):
    """Power comes from posts, never from Django's flags."""
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    root = house.person("管理员", user=user)
    with pytest.raises(Refused, match="没有这一任职"):
        house.decide(root, house.submit(house.people["作者"]))


def test_the_answer_on_the_page_is_the_answer_of_the_action(house):
    """The reason a button is closed comes from the function that closes it, with the article it rests on."""
    head = house.person("科长", "甲科.head")
    case = house.submit(head)
    waiting = case.steps.waiting().get()
    answer = may_decide(head, waiting)
    assert not answer
    assert answer.article == "house-1"
    assert "提交" in answer.reason.zh or "撰写" in answer.reason.zh
    assert "hand in this" in answer.reason.en
    assert not Step.objects.waiting_for(head).exists()
    assert Step.objects.waiting_for(house.people["另一科长"]).get() == waiting


def test_an_ended_or_revoked_delegation_gives_no_seat(house):
    """Before its beginning, after its end and once revoked a delegation is worth nothing."""
    head, deputy = house.people["另一科长"], house.person("代办")
    case = house.submit(house.people["作者"])
    delegation = house.delegate(head, deputy)
    for change in (
        {"until": clock.now() - timedelta(minutes=1)},
        {"since": clock.now() + timedelta(days=1), "until": clock.now() + timedelta(days=2)},
        {"since": clock.now() - timedelta(days=1), "revoked_at": clock.now()},
    ):
        for name, value in change.items():
            setattr(delegation, name, value)
        delegation.save()
        with pytest.raises(Refused, match="有效的委托"):
            house.decide(deputy, case)


def test_a_delegation_of_somebody_without_the_post_gives_no_seat(house):
    """One can only hand on what one holds; nor does a deputy's deputy sit."""
    head, first, second = house.people["另一科长"], house.person("代办"), house.person("再代办")
    house.delegate(head, first)
    house.delegate(first, second)
    case = house.submit(house.people["作者"])
    with pytest.raises(Refused, match="有效的委托"):
        house.decide(second, case)
    with pytest.raises(Refused, match="有效的委托"):
        house.decide(first, case, acting_for=second)
