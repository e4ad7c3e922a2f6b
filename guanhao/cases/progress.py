"""How a case moves: the next step opens, or the case ends. Callers hold the lock on the case row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from guanhao.cases import deadlines
from guanhao.cases.models import Case, Decision, Step
from guanhao.cases.types import CaseState, StepState, in_both
from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, WrongState
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.rulebook.types import StepAct

_LOCKED: Prepared[Case] = Prepared(
    lambda: (
        Case.objects.select_for_update(of=("self",))
        .filter(pk=given("case"))
        .select_related("institution", "rulebook")
        .defer("rulebook__content", "rulebook__source")
    )
)
_HELD: Prepared[int] = Prepared(
    lambda: (
        Case.objects.select_for_update()
        .filter(pk__in=given("cases", many=True))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
)
_NEXT: Prepared[Step] = Prepared(
    lambda: Step.objects.filter(case=given("case"), state=StepState.WAITING).select_related("unit")[:1]
)
_BESIDE: Prepared[Step] = Prepared(
    lambda: Step.objects.filter(
        case=given("case"), act=StepAct.JOINT_OPINION, state=StepState.WAITING
    ).select_related("unit")
)
_WAITING: Prepared[Step] = Prepared(lambda: Step.objects.waiting().filter(case=given("case"))[:1])


@dataclass(frozen=True, slots=True)
class Gesture:
    """What one person does in one go: the events of it share an id."""

    actor: Actor
    id: str


def gesture_of(actor: Actor) -> Gesture:
    """A new gesture of the actor."""
    return Gesture(actor, randomness.token_hex(16))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision: the case as it stands now, the decisions recorded, and the step that waits next."""

    case: Case
    decisions: tuple[Decision, ...]
    next_step: Step | None

    @property
    def state(self) -> CaseState:
        """Where the case stands now."""
        return CaseState(self.case.state)


def locked(case_id: int) -> Case:
    """The case as it is now, locked until the transaction ends: of two decisions the second sees the first (AP4)."""
    return _LOCKED.one(case=case_id)


def waiting(case: Case) -> Step | None:
    """The step that waits for a decision, if one does."""
    return _WAITING.first(case=case)


def hold(case_ids: Iterable[int | None]) -> None:
    """Keep cases as they are until the transaction ends: nothing is decided, marked or withdrawn meanwhile.

    For whoever acts on approvals (the intent of security §2.3): hold first, then ask `checks.approval`. Locked in the
    order of their keys, so that two holders never wait for each other.
    """
    _HELD.all(cases=[pk for pk in case_ids if pk])


def require_state(case: Case, *states: CaseState) -> None:
    """Raise `WrongState` unless the case is in one of the states."""
    if case.state in states:
        return
    state = in_both(CaseState(case.state).label)
    raise WrongState(
        Denied(
            Text(zh=f"办件已经结束：{state.zh}。", en=f"The case is over: {state.en}."), clause=case.clause
        )
    )


def tell(
    gesture: Gesture,
    case: Case,
    action: Action,
    *,
    facts: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
    clause: str = "",
) -> None:
    """Append the one event of a change to the ledger; every event of a case says what it is about, exactly."""
    about = {"about": {"kind": case.subject_kind, "id": case.subject_id, "digest": case.subject_digest}}
    record(
        institution=case.institution,
        actor=gesture.actor,
        action=action,
        subject=Subject("case", str(case.pk), case.label),
        facts={"act": case.act, **about, **(facts or {})},
        detail=detail,
        clause=clause or case.clause,
        gesture=gesture.id,
    )


def advance(case: Case, gesture: Gesture) -> Step | None:
    """Open the first step that still waits for its turn, or approve the case when none does.

    The seats of a joint opinion (会签) open together: nobody of the group waits for another.
    """
    step = _NEXT.first(case=case)
    if step is None:
        end(case, CaseState.APPROVED, gesture)
        return None
    for one in [step, *beside(step)]:
        _open(case, one, gesture)
    return step


def beside(step: Step) -> list[Step]:
    """The other seats of the same joint opinion that have not opened yet; of any other step there are none."""
    if step.act != StepAct.JOINT_OPINION:
        return []
    waiting = _BESIDE.all(case=step.case_id)
    return [
        one for one in waiting if one.pk != step.pk and deadlines.rule_key(one) == deadlines.rule_key(step)
    ]


def joint_open(step: Step) -> list[Step]:
    """The other seats of the same joint opinion that still wait for an answer."""
    if step.act != StepAct.JOINT_OPINION:
        return []
    rows = Step.objects.waiting().filter(case=step.case_id, act=StepAct.JOINT_OPINION).exclude(pk=step.pk)
    return [one for one in rows if deadlines.rule_key(one) == deadlines.rule_key(step)]


def skip_joint(step: Step) -> None:
    """One seat of a joint opinion ended the case: nobody of the others is asked any more."""
    others = [one.pk for one in joint_open(step)]
    if others:
        Step.objects.filter(pk__in=others).update(state=StepState.SKIPPED, closed_at=clock.now())


def _open(case: Case, step: Step, gesture: Gesture) -> None:
    step.case, step.institution = case, case.institution
    step.state = StepState.CURRENT
    step.opened_at = clock.now()
    step.due_at = deadlines.due_at(step, step.opened_at)
    step.save(update_fields=["state", "opened_at", "due_at"])
    tell(
        gesture,
        case,
        Action.CASE_STEP_OPENED,
        facts={**naming(step), "due_at": step.due_at.isoformat() if step.due_at else None},
        clause=step.clause,
    )


_ENDINGS = {
    CaseState.APPROVED: Action.CASE_APPROVED,
    CaseState.RETURNED: Action.CASE_RETURNED,
    CaseState.REJECTED: Action.CASE_REJECTED,
    CaseState.WITHDRAWN: Action.CASE_WITHDRAWN,
}


def end(case: Case, state: CaseState, gesture: Gesture, *, reason: str = "") -> None:
    """Close the case."""
    before = case.state
    case.state = state
    case.closed_at = clock.now()
    case.save(update_fields=["state", "closed_at"])
    tell(
        gesture,
        case,
        _ENDINGS[state],
        facts={"before": before, "after": state.value},
        detail={"reason": reason} if reason else None,
    )


def reopen(case: Case, gesture: Gesture) -> None:
    """Open an approved case again for steps it was found to need; until they pass nothing relies on it.

    Raises:
        WrongState: a later case of the same subject is under way; the mark belongs there.
    """
    case.state = CaseState.OPEN
    case.closed_at = None
    try:
        with transaction.atomic():
            case.save(update_fields=["state", "closed_at"])
    except IntegrityError as clash:
        raise WrongState(
            Denied(
                Text(
                    zh="同一内容另有办件在办，请在那里标注。", en="A later case is under way; mark that one."
                ),
                clause=case.clause,
            )
        ) from clash
    tell(
        gesture,
        case,
        Action.CASE_REOPENED,
        facts={"before": CaseState.APPROVED.value, "after": CaseState.OPEN.value},
    )
    advance(case, gesture)


def settle(step: Step, state: StepState) -> None:
    """Put the step into the state a decision gave it."""
    step.state = state
    step.closed_at = None if state == StepState.HELD else clock.now()
    step.save(update_fields=["state", "closed_at"])


def send_back(case: Case, target: Step) -> None:
    """Begin a new round from an earlier step on: it and everything decided after it is asked again.

    Decisions of the earlier rounds stay on record and no longer count.
    """
    again = case.steps.filter(position__gte=target.position).exclude(state=StepState.WAITING)
    for step in again:
        step.state = StepState.WAITING
        step.round += 1
        step.opened_at = step.due_at = step.reminded_at = step.closed_at = None
        step.save(update_fields=["state", "round", "opened_at", "due_at", "reminded_at", "closed_at"])


def naming(step: Step) -> dict[str, Any]:
    """How events name a step."""
    return {
        "step": step.pk,
        "key": step.key,
        "round": step.round,
        "unit": step.unit_id,
        "post": step.post,
        "article": step.article,
    }
