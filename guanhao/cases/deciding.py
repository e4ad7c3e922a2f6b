"""One decision at one step. The caller holds the lock on the case row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from guanhao.cases import checks, progress
from guanhao.cases.eligibility import Seat
from guanhao.cases.models import Case, Decision, Step
from guanhao.cases.progress import Gesture
from guanhao.cases.refusals import DigestChanged
from guanhao.cases.saying import Saying
from guanhao.cases.types import AUTHOR, CaseState, StepState, Verdict
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.rulebook.types import Quorum

_STEP: Prepared[Step] = Prepared(
    lambda: Step.objects.filter(case=given("case"), pk=given("step")).select_related("unit", "institution")
)


def decide_one(
    case: Case, step_id: int, person: Person, saying: Saying, gesture: Gesture, *, strict: bool
) -> Decision:
    """Guard, record the decision, move the case. ``strict`` refuses ticked items the step does not have."""
    step = _STEP.one(case=case, step=step_id)
    step.case = case
    saying = saying if strict else _about(step, saying)
    waiting = checks.still_waiting(step)
    if isinstance(waiting, Denied):
        raise WrongState(waiting)
    if saying.digest != case.subject_digest:
        raise DigestChanged(
            seen=saying.digest, current=case.subject_digest, article=step.article, clause=step.clause
        )
    seat = checks.seat_for(person, step, acting_for=saying.acting_for)
    if isinstance(seat, Denied):
        raise Refused(seat)
    require(checks.well_formed(step, saying.verdict, saying.opinion, saying.checklist))
    decision = _stored(step, seat, saying)
    _tell(gesture, decision, saying)
    _MOVES[Verdict(saying.verdict)](step, saying, gesture)
    return decision


def combinable(case: Case, last: Decision, person: Person, saying: Saying) -> Step | None:
    """The step that opened next, where the same person may settle it in the same gesture."""
    if last.verdict != Verdict.APPROVE or case.state != CaseState.OPEN:
        return None
    step = case.steps.waiting().exclude(pk=last.step_id).select_related("unit").first()
    if step is None or not _combines(step, last.step):
        return None
    step.case = case
    own = _about(step, saying)
    may = checks.may_decide(person, step, acting_for=saying.acting_for)
    return step if may and checks.well_formed(step, own.verdict, own.opinion, own.checklist) else None


def _combines(one: Step, other: Step) -> bool:
    return one.key in other.may_combine_with or other.key in one.may_combine_with


def _about(step: Step, saying: Saying) -> Saying:
    """The part of what was said that belongs to the step."""
    known = {item["key"] for item in step.checklist}
    return replace(saying, checklist={key: yes for key, yes in saying.checklist.items() if key in known})


def pass_if_complete(step: Step, gesture: Gesture) -> None:
    """Go on to the next step once the quorum is reached."""
    if checks.complete(step):
        _pass(step, gesture)


def _pass(step: Step, gesture: Gesture) -> None:
    progress.settle(step, StepState.PASSED)
    if not progress.joint_open(step):
        progress.advance(step.case, gesture)


def _stored(step: Step, seat: Seat, saying: Saying) -> Decision:
    decision = Decision(
        institution_id=step.institution_id,
        step=step,
        person=seat.person,
        acting_for=seat.principal,
        verdict=saying.verdict,
        opinion=saying.opinion,
        checklist={item["key"]: saying.checklist.get(item["key"]) is True for item in step.checklist},
        subject_digest=saying.digest,
        rulebook_digest=step.case.rulebook.digest,
        at=clock.now(),
        final=saying.verdict != Verdict.HOLD,
        round=step.round,
    )
    decision.save()
    return decision


def _tell(gesture: Gesture, decision: Decision, saying: Saying) -> None:
    facts: dict[str, Any] = {
        **progress.naming(decision.step),
        "decision": decision.pk,
        "verdict": decision.verdict,
        "person": decision.person_id,
        "acting_for": decision.acting_for_id,
        "checklist": decision.checklist,
        "rulebook": decision.rulebook_digest,
    }
    detail = {
        "person": decision.person.name,
        "acting_for": decision.acting_for.name if decision.acting_for else "",
        "opinion": saying.opinion,
    }
    step = decision.step
    progress.tell(gesture, step.case, Action.CASE_DECIDED, facts=facts, detail=detail, clause=step.clause)


def _approve(step: Step, saying: Saying, gesture: Gesture) -> None:  # noqa: ARG001 - one signature for all moves.
    if step.quorum == Quorum.ALL:
        pass_if_complete(step, gesture)
    else:
        _pass(step, gesture)  # The approval that was just stored is the one it takes.


def _hold(step: Step, saying: Saying, gesture: Gesture) -> None:  # noqa: ARG001 - one signature for all moves.
    progress.settle(step, StepState.HELD)


def _reject(step: Step, saying: Saying, gesture: Gesture) -> None:
    progress.settle(step, StepState.REJECTED)
    progress.skip_joint(step)
    progress.end(step.case, CaseState.REJECTED, gesture, reason=saying.opinion)


def _return(step: Step, saying: Saying, gesture: Gesture) -> None:
    """Back to the author, which ends the case, or to an earlier step, which begins a new round from there."""
    to = saying.return_to or step.return_to
    if to not in {AUTHOR, step.return_to}:
        raise Refused(_cannot_return(step))
    target = None if to == AUTHOR else step.case.steps.filter(key=to, position__lt=step.position).first()
    if target is None:
        progress.settle(step, StepState.RETURNED)
        progress.skip_joint(step)
        progress.end(step.case, CaseState.RETURNED, gesture, reason=saying.opinion)
        return
    progress.send_back(step.case, target)
    progress.advance(step.case, gesture)


def _cannot_return(step: Step) -> Denied:
    return Denied(
        Text(zh="制度没有规定退回到这一环节。", en="The rulebook does not send it back to that step."),
        article=step.article,
        clause=step.clause,
    )


_MOVES = {
    Verdict.APPROVE: _approve,
    Verdict.RETURN: _return,
    Verdict.HOLD: _hold,
    Verdict.REJECT: _reject,
}
