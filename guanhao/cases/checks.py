"""May this person decide this step; does this approval still count? Every answer carries its reason (AP1–AP5)."""

from __future__ import annotations

from collections.abc import Mapping

from guanhao.cases import eligibility
from guanhao.cases.grounds import Grounds
from guanhao.cases.identity import among, same_human
from guanhao.cases.models import Case, Decision, PaperCopy, Step
from guanhao.cases.types import BarredWhy, CaseState, PaperKind, StepState, Verdict, in_both
from guanhao.core.actors import Actor, ActorKind
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied
from guanhao.core.verdicts import Verdict as Answer
from guanhao.people.models import Delegation, Person
from guanhao.rulebook.types import Quorum, StepAct

_STEP: Prepared[Step] = Prepared(lambda: Step.objects.filter(pk=given("step")).select_related("case", "unit"))
_DECIDED: Prepared[Decision] = Prepared(
    lambda: Decision.objects.filter(step=given("step"), final=True, round=given("round")).select_related(
        "person"
    )
)
_APPROVALS: Prepared[Decision] = Prepared(
    lambda: (
        Decision.objects.counting()
        .filter(step=given("step"))
        .select_related("person", "acting_for")
        .order_by("pk")
    )
)

LONGEST_OPINION = 2000
_ONLY_ONESELF = Text(zh="只能由本人登录后办理。", en="Only the person themselves, signed in, can do this.")


def may_decide(person: Person, step: Step, *, acting_for: Person | None = None) -> Answer:
    """Whether the person may decide the step now: it waits, they sit at it, and their hands are clean.

    Asked of the database as it is, not of the objects handed in, so that a lost post or an ended delegation binds at
    once (AP5, TN6). ``acting_for`` names the principal; without it a deputy acts for whoever delegated first, of those
    for whom they may.
    """
    seat = seat_for(person, _STEP.one(step=step), acting_for=acting_for)
    return seat if isinstance(seat, Denied) else ALLOWED


def seat_for(person: Person, step: Step, *, acting_for: Person | None = None) -> eligibility.Seat | Denied:
    """The seat from which the person may decide the step, or why they may not; the step is as the database has it."""
    waiting = still_waiting(step)
    if isinstance(waiting, Denied):
        return waiting
    seat = eligibility.seat_of(person, step, acting_for)
    if seat is None:
        return _denied(
            step,
            f"这一环节由{step.unit.name}的“{step.title_zh}”办理，您目前没有这一任职，也没有有效的委托。",
            f"This step belongs to “{step.title_en or step.title_zh}” of {step.unit.name};"
            " you neither hold that post now nor a delegation in force.",
        )
    clean = hands_clean(seat, step)
    return clean if isinstance(clean, Denied) else seat


def still_waiting(step: Step) -> Answer:
    """Whether the step waits for a decision; if not, says what happened and who was faster (AP4)."""
    if step.case.state == CaseState.OPEN and step.state in {StepState.CURRENT, StepState.HELD}:
        return ALLOWED
    if step.case.state == CaseState.OPEN and step.state == StepState.WAITING:
        return _denied(step, "还没有轮到这一环节。", "It is not this step's turn yet.")
    last = step.decisions.filter(final=True).select_related("person").order_by("-pk").first()
    if last is not None:
        return _denied(
            step,
            f"这一环节已由{last.person.name}办理：{in_both(Verdict(last.verdict).label).zh}。",
            f"{last.person.name} has already decided this step: {in_both(Verdict(last.verdict).label).en}.",
        )
    return _denied(
        step,
        f"办件已经结束：{in_both(CaseState(step.case.state).label).zh}。",
        f"The case is over: {in_both(CaseState(step.case.state).label).en}.",
    )


def hands_clean(seat: eligibility.Seat, step: Step) -> Answer:
    """Whether nothing bars the seat: no hand in the matter (AP3), no other step that must differ, no word given yet.

    The other step bars whoever sits and for whom they sit, the rest whoever sits; the seat has them as they are now.
    """
    person = seat.person
    for row in eligibility.barred_at(step):
        if same_human(person, row.person):
            why = in_both(BarredWhy(row.why).label)
            return _denied(
                step,
                f"您参与了本件（{why.zh}），不能审批自己经手的内容。",
                f"You had a hand in this ({why.en}) and cannot approve it.",
            )
    apart = _differs(seat, step)
    if not apart:
        return apart
    decided = _DECIDED.all(step=step, round=step.round)
    if among(person, [decision.person for decision in decided]) is not None:
        return _denied(step, "您已在这一环节表示过意见。", "You have already decided at this step.")
    return ALLOWED


def _differs(seat: eligibility.Seat, step: Step) -> Answer:
    """Whether the step's other voices are other people: not of whoever sits, and not of whom they sit for."""
    out = eligibility.excluded(step)
    if among(seat.person, out) is not None:
        return _denied(
            step,
            "您已办理过须由不同人员办理的另一环节。",
            "You decided another step that must be decided by somebody else.",
        )
    if not eligibility.differs(seat, out):
        return _denied(
            step,
            "委托您的人已办理过须由不同人员办理的另一环节。",
            "Whoever delegated to you decided another step that must be decided by somebody else.",
        )
    return ALLOWED


def acts_as(actor: Actor, person: Person) -> Answer:
    """Whether the actor is the person: nobody, and no part of the system, decides in another's name (AP3)."""
    if actor.kind is ActorKind.PERSON and actor.person_id == person.pk:
        return ALLOWED
    return Denied(_ONLY_ONESELF)


def may_withdraw(person: Person, case: Case) -> Answer:
    """Whether the person may take the case back: whoever submitted it, or wrote what it is about."""
    own = {BarredWhy.SUBMITTED, BarredWhy.WROTE}
    if any(row.why in own and same_human(person, row.person) for row in eligibility.barred(case)):
        return ALLOWED
    return Denied(
        Text(zh="只有提交人或作者可以撤回。", en="Only whoever submitted or wrote it can take it back."),
        clause=case.clause,
    )


def may_mark(actor: Actor, person: Person | None, case: Case) -> Answer:
    """Whether a content class may be added: by anyone in the chain, or by the system for a screening hit (AP7)."""
    if person is None and actor.kind is ActorKind.SYSTEM:
        return ALLOWED
    if person is None or not acts_as(actor, person):
        return Denied(_ONLY_ONESELF)
    if Case.objects.filter(pk=case.pk).visible_to(person).exists():
        return ALLOWED
    return Denied(
        Text(
            zh="只有经手或审批本件的人可以标注内容类别。",
            en="Only people who made or decide this can mark its content class.",
        ),
        clause=case.clause,
    )


def may_unmark(person: Person, step: Step, content_class: str, reason: str) -> Answer:
    """Whether the person may take a content class off at this step (AP7)."""
    if content_class not in step.authorises:
        return _denied(
            step,
            "只有负责授权这类内容的环节可以取消标注。",
            "Only the step that authorises such content can take the mark off.",
        )
    if not reason.strip():
        return _denied(step, "取消标注须写明理由。", "Give a reason for taking the mark off.")
    return may_decide(person, step)


def well_formed(step: Step, verdict: str, opinion: str, checklist: Mapping[str, bool]) -> Answer:
    """Whether the decision says all it must: reasons for anything but approval, every required item ticked."""
    if verdict not in Verdict.values:
        return _denied(step, "没有这种意见。", "There is no such verdict.")
    if step.act == StepAct.JOINT_OPINION and not opinion.strip():
        return _denied(step, "会签须写明意见。", "A joint opinion says what it is.")
    if verdict != Verdict.APPROVE and not opinion.strip():
        return _denied(
            step, "退回、暂缓或不同意时须写明理由。", "Give a reason when you return, hold or reject."
        )
    if len(opinion) > LONGEST_OPINION:
        return _denied(
            step,
            f"意见不能超过 {LONGEST_OPINION} 字。",
            f"An opinion has at most {LONGEST_OPINION} characters.",
        )
    known = {item["key"] for item in step.checklist}
    strange = sorted(set(checklist) - known)
    if strange:
        return _denied(
            step, f"审查项不存在：{'、'.join(strange)}。", f"There is no such item: {', '.join(strange)}."
        )
    if verdict != Verdict.APPROVE:
        return ALLOWED
    ticked = _ticked(step, checklist)
    return paper_in(step) if ticked else ticked


def paper_in(step: Step) -> Answer:
    """Whether the signed or sealed paper of the step is here, about exactly what is up for decision (AP1)."""
    if not step.needs_paper or any(step.key in copy.covers for copy in returned_papers(step.case)):
        return ALLOWED
    return _denied(
        step,
        f"“{step.title_zh}”须有签字盖章的纸质件：请先打印、签章、扫描上传。内容改过的要重新签章。",
        f"“{step.title_en or step.title_zh}” needs the signed or sealed paper: print it, have it signed, and upload the"
        " scan first. What was changed since must be signed anew.",
    )


def returned_papers(case: Case) -> list[PaperCopy]:
    """The papers that came back about the present content of the case; those about an earlier one do not count."""
    return list(case.papers.filter(kind=PaperKind.RETURNED, subject_digest=case.subject_digest))


def may_add_paper(person: Person, case: Case) -> Answer:
    """Whether the person may add a paper: while the case is under way, whoever may see it."""
    if case.state != CaseState.OPEN:
        state = in_both(CaseState(case.state).label)
        return Denied(
            Text(zh=f"办件已经结束：{state.zh}。", en=f"The case is over: {state.en}."), clause=case.clause
        )
    if Case.objects.filter(pk=case.pk).visible_to(person).exists():
        return ALLOWED
    return Denied(
        Text(zh="只有经手或审批本件的人可以添加纸质件。", en="Only people of this case can add its papers."),
        clause=case.clause,
    )


def _ticked(step: Step, checklist: Mapping[str, bool]) -> Answer:
    missing = [item for item in step.checklist if item["required"] and checklist.get(item["key"]) is not True]
    if not missing:
        return ALLOWED
    return _denied(
        step,
        f"请先逐项确认：{'；'.join(item['zh'] for item in missing)}。",
        f"Confirm each item first: {'; '.join(item['en'] or item['zh'] for item in missing)}.",
    )


def approval(case: Case, digest: str, grounds: Grounds | None = None) -> Answer:
    """Whether the case approves exactly this digest at this moment (AP1, AP2, AP5).

    Every step has passed, and every approval it passed on still counts: the person and the post are still there, the
    delegation was not revoked, no hand in the matter has come to light, and nobody counts twice. ``grounds`` are given by
    whoever read those of several cases in the same transaction.
    """
    grounds = grounds or Grounds.of([case.pk])
    case = grounds.cases[case.pk]
    if case.state != CaseState.APPROVED:
        state = in_both(CaseState(case.state).label)
        return Denied(
            Text(zh=f"尚未获得批准（{state.zh}）。", en=f"It is not approved ({state.en})."),
            clause=case.clause,
        )
    if digest != case.subject_digest:
        return Denied(
            Text(
                zh="内容在批准后有变动，须重新审批。",
                en="The content differs from what was approved; it needs a new approval.",
            ),
            clause=case.clause,
        )
    for step in grounds.steps[case.pk]:
        answer = _step_counts(step, grounds)
        if not answer:
            return answer
    return ALLOWED


def _step_counts(step: Step, grounds: Grounds) -> Answer:
    decisions = grounds.approvals[step.pk]
    if step.state != StepState.PASSED or not decisions:
        return _denied(step, f"“{step.title_zh}”尚未办理。", f"“{step.title_en}” has not been decided.")
    holders, out = grounds.holders(step), grounds.unfit(step)
    before: list[Person] = []
    for decision in decisions:
        if not _counts(decision, holders) or among(decision.person, out + before) is not None:
            return _denied(
                step,
                f"{decision.person.name}在“{step.title_zh}”的同意已不再有效（离任、调岗、停用或委托被撤回），须重新审批。",
                f"The approval of {decision.person.name} at “{step.title_en or step.title_zh}” no longer counts"
                " (left, moved, suspended or delegation revoked); it needs a new approval.",
            )
        before.append(decision.person)
    return ALLOWED


def _counts(decision: Decision, holders: frozenset[int]) -> bool:
    """Whether who approved could still stand for it. A delegation that merely ran out keeps what was done under it."""
    if decision.acting_for is None:
        return decision.person_id in holders
    return (
        decision.person.active
        and decision.acting_for_id in holders
        and Delegation.objects.at(decision.at)
        .filter(principal=decision.acting_for, deputy=decision.person)
        .exists()
    )


def complete(step: Step) -> bool:
    """Whether the step's quorum is reached: one approval, or one by or for each holder who may decide (AP4)."""
    decisions = _APPROVALS.all(step=step)
    if step.quorum != Quorum.ALL:
        return bool(decisions)
    covered = [decision.acting_for or decision.person for decision in decisions]
    return bool(covered) and all(among(holder, covered) is not None for holder in eligibility.required(step))


def _denied(step: Step, zh: str, en: str) -> Denied:
    return Denied(Text(zh=zh, en=en), article=step.article, clause=step.clause)
