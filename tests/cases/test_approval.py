"""An approval names exactly what was decided, and counts only as long as those who gave it could give it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.cases.actions import withdraw
from guanhao.cases.checks import approval
from guanhao.cases.models import Barred, Decision
from guanhao.cases.refusals import DigestChanged
from guanhao.cases.types import BarredWhy, CaseState
from guanhao.core import clock
from guanhao.core.verdicts import Refused
from guanhao.people.access import actor_of
from guanhao.people.actions import deactivate
from guanhao.regulation.queries import in_force
from tests.cases.house import DIGEST, SYSTEM, route, step

EDITED = "sha256:edited"


@pytest.fixture
def approved(staffed):
    """A case that head, leader and office approved."""
    case = staffed.submit(staffed.people["作者"])
    for name in ("科长", "分管", "编辑"):
        staffed.decide(staffed.people[name], case)
    assert approval(case, DIGEST)
    return case


@pytest.mark.requirement("AP1")
def test_a_decision_about_another_digest_is_refused_with_both(staffed):
    """Approving while somebody edits: the form posts what was read, the case knows what is up for decision."""
    case = staffed.submit(staffed.people["作者"], digest=EDITED)
    with pytest.raises(DigestChanged) as caught:
        staffed.decide(staffed.people["科长"], case, digest=DIGEST)
    assert (caught.value.seen, caught.value.current) == (DIGEST, EDITED)
    assert "差异" in caught.value.denied.reason.zh
    assert not Decision.objects.exists()


@pytest.mark.requirement("AP1")
def test_a_decision_names_digest_step_person_and_policy_version(staffed):
    """What was decided can be told from the decision alone."""
    case = staffed.submit(staffed.people["作者"])
    decision = staffed.decide(staffed.people["科长"], case).decisions[0]
    assert decision.subject_digest == DIGEST
    assert decision.step.key == "head"
    assert decision.person == staffed.people["科长"]
    assert decision.rulebook_digest == in_force(staffed.institution).version.digest


@pytest.mark.requirement("AP2")
def test_a_changed_digest_has_no_approval(approved):
    """One byte more, and nothing was approved."""
    answer = approval(approved, EDITED)
    assert not answer
    assert "变动" in answer.reason.zh


@pytest.mark.parametrize("verdict", ["return", "reject", "hold"])
def test_a_case_that_did_not_pass_is_no_approval(staffed, verdict):
    """Returned, rejected or held is not approved; nor is a case still on its way."""
    case = staffed.submit(staffed.people["作者"])
    assert not approval(case, DIGEST)
    staffed.decide(staffed.people["科长"], case, verdict)
    assert not approval(case, DIGEST)


@pytest.mark.requirement("AP5")
@pytest.mark.parametrize("name", ["科长", "分管", "编辑"])
def test_an_approver_who_loses_the_post_takes_the_approval_along(staffed, approved, name):
    """Demoted before it goes out: that approval no longer counts, and the answer says whose and where."""
    staffed.dismiss(staffed.people[name])
    answer = approval(approved, DIGEST)
    assert not answer
    assert name in answer.reason.zh
    assert answer.article == "house-1"


@pytest.mark.requirement("AP5")
def test_an_approver_who_left_takes_the_approval_along(staffed, approved):
    """Leaving the institution ends what one approved but what did not go out yet."""
    deactivate(actor=SYSTEM, person=staffed.people["分管"], on=clock.today())
    assert not approval(approved, DIGEST)


@pytest.mark.requirement("AP5")
def test_a_deputy_s_approval_falls_with_the_principal_s_post(staffed):
    """The power was the principal's; when that is gone, what was done under it no longer counts."""
    deputy = staffed.person("代办")
    staffed.delegate(staffed.people["科长"], deputy)
    case = staffed.submit(staffed.people["作者"])
    for person in (deputy, staffed.people["分管"], staffed.people["编辑"]):
        staffed.decide(person, case)
    assert approval(case, DIGEST)
    staffed.dismiss(staffed.people["科长"])
    assert not approval(case, DIGEST)


@pytest.mark.requirement("AP5")
def test_a_delegation_that_ran_out_keeps_what_was_done_under_it_and_a_revoked_one_does_not(staffed):
    """The end of a leave is no loss of eligibility; taking the power back is."""
    deputy = staffed.person("代办")
    delegation = staffed.delegate(staffed.people["科长"], deputy, days=1)
    case = staffed.submit(staffed.people["作者"])
    for person in (deputy, staffed.people["分管"], staffed.people["编辑"]):
        staffed.decide(person, case)
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert approval(case, DIGEST)
    delegation.revoked_at = clock.now()
    delegation.save()
    assert not approval(case, DIGEST)


@pytest.mark.requirement("AP3")
def test_a_hand_that_comes_to_light_later_undoes_the_approval(staffed, approved):
    """The leader turns out to have written it."""
    Barred(
        institution=staffed.institution, case=approved, person=staffed.people["分管"], why=BarredWhy.WROTE
    ).save()
    assert not approval(approved, DIGEST)


@pytest.mark.requirement("AP4")
def test_two_entries_that_turn_out_to_be_one_person_count_once(house):
    """Two heads approved as two people; then the numbers show that they are one."""
    house.adopt(route(step("heads", "unit_head", quorum="all")))
    first, second = house.person("甲一", "甲科.head"), house.person("甲二", "甲科.head")
    case = house.submit(house.person("作者"))
    house.decide(first, case)
    house.decide(second, case)
    assert approval(case, DIGEST)
    second.staff_no = f" {first.staff_no.lower()}"
    second.save()
    assert not approval(case, DIGEST)


@pytest.mark.requirement("AP6")
def test_a_weaker_rulebook_adopted_meanwhile_changes_nothing_for_what_was_submitted(staffed):
    """The case keeps the steps and the version it began under; what is submitted afterwards gets the new ones."""
    case = staffed.submit(staffed.people["作者"])
    before = case.rulebook.digest
    weaker = route(step("head", "unit_head"))
    staffed.adopt(weaker, version="2", effective=clock.today().isoformat())
    outcome = staffed.decide(staffed.people["科长"], case)
    assert outcome.next_step.key == "leader"
    assert outcome.decisions[0].rulebook_digest == before
    assert not approval(case, DIGEST)
    later = staffed.submit(staffed.people["作者"])
    assert staffed.decide(staffed.people["科长"], later).state == CaseState.APPROVED


@pytest.mark.requirement("AP6")
def test_a_checklist_that_became_laxer_is_still_asked_in_full(staffed):
    """An item dropped from the rulebook is still to be ticked where it was frozen."""
    case = staffed.submit(staffed.people["作者"])
    staffed.adopt(route(step("head", "unit_head")), version="2", effective=clock.today().isoformat())
    with pytest.raises(Refused, match="属实"):
        staffed.decide(staffed.people["科长"], case, checklist={})


def test_a_stricter_rulebook_adopted_meanwhile_leaves_the_case_its_version(staffed):
    """Strengthening binds what is submitted from then on; a case is judged by what its people were shown."""
    case = staffed.submit(staffed.people["作者"])
    staffed.person("院长", "总部.director")
    staffed.adopt(
        route(step("head", "unit_head"), step("director", "director")),
        version="2",
        effective=clock.today().isoformat(),
    )
    for name in ("科长", "分管", "编辑"):
        outcome = staffed.decide(staffed.people[name], case)
    assert outcome.state == CaseState.APPROVED
    assert approval(case, DIGEST)


def test_a_withdrawn_case_approves_nothing_any_more(staffed, approved):
    """Taking back after approval stops whatever has not gone out."""
    author = staffed.people["作者"]
    withdraw(actor=actor_of(author), person=author, case=approved)
    assert not approval(approved, DIGEST)
