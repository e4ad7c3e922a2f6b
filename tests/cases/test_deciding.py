"""A case runs through its frozen steps; each verdict has its consequence and its event."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from guanhao.cases.actions import withdraw
from guanhao.cases.models import Decision
from guanhao.cases.types import CaseState, StepState
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of


def keys(case, *states):
    return [step.key for step in case.steps.filter(state__in=states)]


def test_steps_come_one_after_the_other_until_the_case_is_approved(staffed):
    """Each approval opens exactly the next step; the last one approves the case."""
    case = staffed.submit(staffed.people["作者"])
    seen = [keys(case, StepState.CURRENT)]
    for name in ("科长", "分管", "编辑"):
        outcome = staffed.decide(staffed.people[name], case)
        seen.append(keys(case, StepState.CURRENT))
    assert seen == [["head"], ["leader"], ["office"], []]
    assert outcome.state == CaseState.APPROVED
    assert outcome.next_step is None
    case.refresh_from_db()
    assert case.closed_at is not None


def test_every_change_is_one_event_in_order(staffed):
    """Opening, each decision, each step reached and the end are recorded once each, sharing the gesture's id."""
    case = staffed.submit(staffed.people["作者"])
    for name in ("科长", "分管", "编辑"):
        staffed.decide(staffed.people[name], case)
    events = list(Event.objects.about("case", case.pk))
    assert [event.action for event in events] == [
        "case.opened",
        "case.step_opened",
        "case.decided",
        "case.step_opened",
        "case.decided",
        "case.step_opened",
        "case.decided",
        "case.approved",
    ]
    assert events[2].gesture == events[3].gesture
    assert events[2].facts["verdict"] == "approve"
    assert events[2].clause == "house-1.route_0"
    assert "科长" not in str(events[2].facts)
    assert events[2].detail.data["detail"]["person"] == "科长"


@pytest.mark.parametrize("verdict", ["return", "hold", "reject"])
def test_anything_but_approval_needs_a_reason(staffed, verdict):
    """Whoever returns, holds or rejects says why; blanks are no reason."""
    case = staffed.submit(staffed.people["作者"])
    with pytest.raises(Refused, match="理由"):
        staffed.decide(staffed.people["科长"], case, verdict, opinion="  ")
    assert Decision.objects.count() == 0
    staffed.decide(staffed.people["科长"], case, verdict, opinion="数据有误")
    assert Decision.objects.get().opinion == "数据有误"


def test_required_items_are_ticked_before_approving_and_stored_with_the_decision(staffed):
    """An unticked item stops the approval and names itself; a foreign item is refused; the ticks are kept."""
    case = staffed.submit(staffed.people["作者"])
    head = staffed.people["科长"]
    with pytest.raises(Refused, match="属实"):
        staffed.decide(head, case, checklist={})
    with pytest.raises(Refused, match="不存在"):
        staffed.decide(head, case, checklist={"true": True, "invented": True})
    staffed.decide(head, case, checklist={"true": True})
    assert Decision.objects.get().checklist == {"true": True}


def test_a_ticked_item_is_only_the_plain_truth(staffed):
    """A string such as 'false' posted by a form is no confirmation."""
    case = staffed.submit(staffed.people["作者"])
    with pytest.raises(Refused):
        staffed.decide(staffed.people["科长"], case, checklist={"true": "false"})


def test_a_return_to_the_author_ends_the_case(staffed):
    """The first step returns to the author: the case is over, and later steps were never asked."""
    case = staffed.submit(staffed.people["作者"])
    outcome = staffed.decide(staffed.people["科长"], case, "return")
    assert outcome.state == CaseState.RETURNED
    assert keys(case, StepState.RETURNED) == ["head"]
    assert keys(case, StepState.WAITING) == ["leader", "office"]
    with pytest.raises(WrongState, match="科长"):
        staffed.decide(staffed.people["科长"], case, step=case.steps.get(key="head"))


def test_a_return_to_an_earlier_step_asks_again_from_there(staffed):
    """The office sends it back to the head: head and leader decide anew, their first decisions stay on record."""
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(staffed.people["科长"], case)
    staffed.decide(staffed.people["分管"], case)
    outcome = staffed.decide(staffed.people["编辑"], case, "return")
    assert outcome.state == CaseState.OPEN
    assert outcome.next_step.key == "head"
    for name in ("科长", "分管", "编辑"):
        outcome = staffed.decide(staffed.people[name], case)
    assert outcome.state == CaseState.APPROVED
    assert Decision.objects.filter(step__case=case).count() == 6
    assert Decision.objects.counting().filter(step__case=case).count() == 3


def test_the_office_may_also_return_to_the_author(staffed):
    """Where the rulebook names an earlier step, the author remains a choice; any other step is not."""
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(staffed.people["科长"], case)
    staffed.decide(staffed.people["分管"], case)
    with pytest.raises(Refused, match="没有规定"):
        staffed.decide(staffed.people["编辑"], case, "return", return_to="leader")
    assert (
        staffed.decide(staffed.people["编辑"], case, "return", return_to="author").state == CaseState.RETURNED
    )


def test_a_held_step_waits_and_can_be_decided_later_by_the_same_person(staffed):
    """A hold keeps the step in hand; it is no final word and does not use up the person's decision."""
    case = staffed.submit(staffed.people["作者"])
    head = staffed.people["科长"]
    outcome = staffed.decide(head, case, "hold")
    assert outcome.state == CaseState.OPEN
    assert keys(case, StepState.HELD) == ["head"]
    staffed.decide(head, case, "hold")
    assert staffed.decide(head, case).next_step.key == "leader"


def test_a_held_step_can_be_decided_by_another_holder(staffed):
    """A second head may go on where the first one paused."""
    other = staffed.person("副科长", "甲科.head")
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(staffed.people["科长"], case, "hold")
    assert staffed.decide(other, case).next_step.key == "leader"


def test_a_rejection_closes_the_case(staffed):
    """不同意 ends it; nothing can be decided afterwards."""
    case = staffed.submit(staffed.people["作者"])
    assert staffed.decide(staffed.people["科长"], case, "reject").state == CaseState.REJECTED
    with pytest.raises(WrongState):
        staffed.decide(staffed.people["分管"], case, step=case.steps.get(key="leader"))


def test_a_step_cannot_be_decided_before_its_turn(staffed):
    """The office cannot overtake the head."""
    case = staffed.submit(staffed.people["作者"])
    with pytest.raises(WrongState, match="没有轮到"):
        staffed.decide(staffed.people["编辑"], case, step=case.steps.get(key="office"))


def test_steps_that_must_differ_are_decided_by_different_people(staffed):
    """Who decided as head, or was decided for, cannot decide as office; after a return to the head another may be it."""
    both = staffed.person("科长兼编辑", "甲科.head", "办公室.editor")
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(both, case)
    staffed.decide(staffed.people["分管"], case)
    with pytest.raises(Refused, match="不同人员"):
        staffed.decide(both, case)
    staffed.decide(staffed.people["编辑"], case, "return")
    staffed.decide(staffed.people["科长"], case)
    staffed.decide(staffed.people["分管"], case)
    assert staffed.decide(both, case).state == CaseState.APPROVED


def test_a_principal_must_differ_too(staffed):
    """The head's deputy decided the first step; the head, who is editor as well, cannot decide the office's."""
    both = staffed.person("科长兼编辑", "甲科.head", "办公室.editor")
    deputy = staffed.person("代办")
    staffed.delegate(both, deputy)
    case = staffed.submit(staffed.people["作者"])
    staffed.decide(deputy, case)
    staffed.decide(staffed.people["分管"], case)
    for person in (both, deputy):
        with pytest.raises(Refused, match="不同人员"):
            staffed.decide(person, case)


def test_an_unknown_verdict_is_refused(staffed):
    """The four verdicts are all there is."""
    case = staffed.submit(staffed.people["作者"])
    with pytest.raises(Refused, match="没有这种意见"):
        staffed.decide(staffed.people["科长"], case, "perhaps")


def test_whoever_holds_two_combinable_roles_settles_both_in_one_gesture(staffed):
    """Both decisions are recorded, about the same digest, in events that share the gesture."""
    both = staffed.person("科长兼分管", "甲科.head", "甲科.leader")
    case = staffed.submit(staffed.people["作者"])
    outcome = staffed.decide(both, case, combine=True)
    assert [decision.step.key for decision in outcome.decisions] == ["head", "leader"]
    assert outcome.next_step.key == "office"
    gestures = (
        Event.objects.about("case", case.pk).filter(action="case.decided").values_list("gesture", flat=True)
    )
    assert len(gestures) == 2
    assert len(set(gestures)) == 1


def test_without_asking_for_it_one_gesture_settles_one_step(staffed):
    """Combining is the person's choice, never a surprise."""
    both = staffed.person("科长兼分管", "甲科.head", "甲科.leader")
    case = staffed.submit(staffed.people["作者"])
    assert staffed.decide(both, case).next_step.key == "leader"


def test_combining_stops_where_the_person_does_not_hold_the_next_role(staffed):
    """The head alone settles the head's step, whatever they ask for."""
    case = staffed.submit(staffed.people["作者"])
    outcome = staffed.decide(staffed.people["科长"], case, combine=True)
    assert len(outcome.decisions) == 1
    assert outcome.next_step.key == "leader"


def test_the_submitter_can_withdraw_on_the_way_and_after_approval(staffed):
    """Nothing relies on a withdrawn case any more; a stranger cannot withdraw it."""
    author, head = staffed.people["作者"], staffed.people["科长"]
    case = staffed.submit(author)
    with pytest.raises(Refused, match="撤回"):
        withdraw(actor=actor_of(head), person=head, case=case)
    assert withdraw(actor=actor_of(author), person=author, case=case).state == CaseState.WITHDRAWN
    with pytest.raises(WrongState):
        staffed.decide(head, case, step=case.steps.get(key="head"))
    with pytest.raises(WrongState):
        withdraw(actor=actor_of(author), person=author, case=case)


@pytest.mark.requirement("AP1")
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_decided(staffed, change):
    """Neither a decision, nor a bar, nor a rulebook version can be altered or removed, whatever code tries."""
    staffed.decide(staffed.people["科长"], staffed.submit(staffed.people["作者"]))
    statements = {
        "update": "UPDATE {} SET institution_id = institution_id",
        "delete": "DELETE FROM {}",
    }
    for table in ("cases_decision", "cases_barred", "regulation_rulebookversion"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statements[change].format(table))
