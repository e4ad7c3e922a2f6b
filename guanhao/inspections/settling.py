"""What an inspection comes to: passed, sent back for mending, failed, absent; and what the regulation makes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction

from guanhao.applications.actions import order_closure
from guanhao.cases import actions as cases
from guanhao.cases.models import Decision, Step
from guanhao.cases.progress import Outcome
from guanhao.cases.saying import Saying
from guanhao.cases.types import CaseState, Verdict
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.clock import CHINA
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.inspections import checks
from guanhao.inspections.models import ClosureOrder, Inspection
from guanhao.inspections.recording import SUBJECT, locked, tell
from guanhao.inspections.terms import Terms, after, facts_of, parties_of, rulebook_of, terms_of
from guanhao.inspections.types import InspectionState
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.registry import moves
from guanhao.registry.types import AccountState
from guanhao.regulation.roles import holders
from guanhao.rulebook.selection import duties_on
from guanhao.rulebook.types import Happening, Span, Task, Unit
from guanhao.rulebook.vocabulary import Absence, FailureMeans

_NO_REGISTRAR = Text(
    "没有在任的备案人员，无法发起关闭办件。", "There is no registrar to open the case of closing it."
)
MENDING = Span(Decimal(10), Unit.WORKDAY)  # where the regulation says nothing


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, time(23, 59), CHINA)


@dataclass(frozen=True, slots=True)
class _Settling:
    """One inspection on its way to its result."""

    actor: Actor
    inspection: Inspection
    terms: Terms
    person: Person | None = None  # who decided; nobody where the time did
    reason: str = ""


def decide(
    *,
    actor: Actor,
    person: Person,
    step: Step,
    saying: Saying,
) -> Outcome:
    """Decide a step about a report and move the inspection with it.

    Approved by all is passed; returned is mending by a day; rejected is failed. What the rulebook's veto list names
    cannot be approved by anybody.

    Raises:
        WrongState, DigestChanged, Refused: as `cases.actions.decide`; WrongState also for a step of another matter.
    """
    with transaction.atomic():
        inspection = _about(step)
        terms = terms_of(inspection)
        if saying.verdict == Verdict.APPROVE:
            require(checks.no_veto(inspection, terms))
        outcome = cases.decide(actor=actor, person=person, step=step, saying=saying)
        settle = _AFTER_CASE.get(outcome.state)
        if settle is not None:
            settle(_Settling(actor, inspection, terms, person, saying.opinion.strip()))
        return outcome


def pass_clean(
    *, actor: Actor, person: Person, steps: Iterable[Step], opinion: str
) -> tuple[int, list[Denied]]:
    """Approve many waiting steps of clean reports, each with a decision of its own; how many passed, and why others did not.

    The caller has shown the list and had it confirmed; every item of each checklist counts as confirmed with it. What
    is not clean any more is left alone.
    """
    done, denied = 0, []
    for step in steps:
        inspection = _about(step, lock=False)
        if not Inspection.objects.clean().filter(pk=inspection.pk).exists():
            denied.append(_not_clean(inspection))
            continue
        try:
            decide(
                actor=actor,
                person=person,
                step=step,
                saying=Saying.all_ticked(step, Verdict.APPROVE, opinion=opinion),
            )
        except Refused as refusal:
            denied.append(refusal.denied)
        else:
            done += 1
    return done, denied


def _not_clean(inspection: Inspection) -> Denied:
    name = inspection.account.name
    return Denied(
        Text(
            zh=f"“{name}”须单独审核：迟交、整改后重报或有否决事项。",
            en=f"{name} needs a review of its own: late, mended, or with something against it.",
        )
    )


def _about(step: Step, *, lock: bool = True) -> Inspection:
    if step.case.subject_kind != SUBJECT:
        raise WrongState(Denied(Text(zh="这不是年检的环节。", en="This step decides no inspection.")))
    inspection = Inspection.objects.select_related("account").get(pk=step.case.subject_id)
    return locked(inspection) if lock else inspection


def _pass(settling: _Settling) -> None:
    inspection = settling.inspection
    _settled(inspection, InspectionState.PASSED, reason="")
    case = inspection.case
    assert case is not None
    case.refresh_from_db()
    if inspection.account.state != AccountState.CLOSING:
        moves.move(actor=settling.actor, account=inspection.account, step="pass_inspection", case=case)
    _tell(settling, Action.INSPECTION_PASSED, {"late": inspection.late, "case": inspection.case_id})


def _send_back(settling: _Settling) -> None:
    """Mending by a day: the rulebook's span from today, never a day of the past."""
    inspection = settling.inspection
    span = settling.terms.rules.rectify or MENDING
    inspection.rectify_by = after(inspection.institution, clock.today(), span)
    inspection.state, inspection.reason = InspectionState.RECTIFY, settling.reason[:500]
    inspection.save(update_fields=["state", "reason", "rectify_by"])
    _tell(settling, Action.INSPECTION_RECTIFY, {"by": inspection.rectify_by.isoformat()})


def _fail(settling: _Settling) -> None:
    inspection = settling.inspection
    _settled(inspection, InspectionState.FAILED, reason=settling.reason)
    _tell(settling, Action.INSPECTION_FAILED, {"case": inspection.case_id})
    if settling.terms.rules.failed is FailureMeans.ORDER_CLOSURE:
        _order_closure(settling)


_AFTER_CASE: dict[CaseState, Callable[[_Settling], None]] = {
    CaseState.APPROVED: _pass,
    CaseState.RETURNED: _send_back,
    CaseState.REJECTED: _fail,
}


def _order_closure(settling: _Settling) -> None:
    """The account publishes nothing from now on; by when it is to be closed, the duty on a failed inspection says."""
    inspection, terms = settling.inspection, settling.terms
    order = ClosureOrder(
        institution_id=inspection.institution_id,
        inspection=inspection,
        account=inspection.account,
        article=terms.route.article,
        reason=settling.reason[:500],
        ordered_by=settling.person,
        ordered_at=clock.now(),
        close_by=_close_by(inspection),
    )
    _open_closing(settling, order)
    order.save()
    if inspection.account.state in {AccountState.ACTIVE, AccountState.CLOSING}:
        moves.move(
            actor=settling.actor,
            account=inspection.account,
            step="suspend",
            given=moves.Given(reason=f"{inspection.round.year} 年检不合格，责令关闭"),
        )
    facts = {
        "order": order.pk,
        "by": order.close_by.isoformat() if order.close_by else None,
        "application": order.application_id,
    }
    _tell(settling, Action.INSPECTION_ORDERED, facts)


def _open_closing(settling: _Settling, order: ClosureOrder) -> None:
    """The order's own case, on the rulebook's road for closing. Without one the order stands, and says what is missing."""
    person = settling.person or _registrar(settling)
    if person is None:
        _say_why(order, _NO_REGISTRAR)
        return
    try:
        order.application = order_closure(
            actor=settling.actor,
            person=person,
            account=order.account,
            reason=f"{settling.inspection.round.year} 年检不合格，责令关闭。{order.reason}",
            by=order.close_by,
        )
    except Refused as refusal:
        _say_why(order, refusal.denied.reason)


def _say_why(order: ClosureOrder, why: Text) -> None:
    order.why_none_zh, order.why_none_en = why.zh[:500], why.en[:500]


def _registrar(settling: _Settling) -> Person | None:
    """In whose name the time itself orders it: whom the reports go to."""
    rulebook = rulebook_of(settling.inspection.round)
    parties = parties_of(settling.inspection)
    people = (holders(role, parties, rulebook).order_by("pk").first() for role in settling.terms.duty.to)
    return next((person for person in people if person is not None), None)


def _close_by(inspection: Inspection) -> date | None:
    rulebook = rulebook_of(inspection.round)
    facts = facts_of(inspection.account, rulebook)
    for duty in duties_on(rulebook, Happening.INSPECTION_FAILED, facts):
        if duty.do is Task.CLOSE_ACCOUNT and duty.within and duty.within.span:
            return after(inspection.institution, clock.today(), duty.within.span)
    return None


@transaction.atomic
def missed(*, actor: Actor, inspection: Inspection) -> bool:
    """No report came by the last day: absent. Mandatory ones count as the regulation says; whether anything was done."""
    inspection = locked(inspection)
    if inspection.state != InspectionState.OWED:
        return False
    terms = terms_of(inspection)
    settling = _Settling(actor, inspection, terms, reason="逾期未报")
    if inspection.mandatory and terms.rules.absent is Absence.FAILED:
        _fail(settling)
        return True
    _settled(inspection, InspectionState.ABSENT, reason="")
    if inspection.mandatory and inspection.account.state in {AccountState.ACTIVE, AccountState.SUSPENDED}:
        moves.move(actor=actor, account=inspection.account, step="miss_inspection")
    _tell(settling, Action.INSPECTION_ABSENT, {"mandatory": inspection.mandatory})
    return True


@transaction.atomic
def unmended(*, actor: Actor, inspection: Inspection) -> bool:
    """The day for mending passed: failed, or unconfirmed until it is mended, as the regulation says."""
    inspection = locked(inspection)
    if (
        inspection.state != InspectionState.RECTIFY
        or (inspection.rectify_by or clock.today()) >= clock.today()
    ):
        return False
    terms = terms_of(inspection)
    settling = _Settling(actor, inspection, terms, reason="逾期未整改")
    if terms.rules.unrectified is Absence.FAILED:
        _fail(settling)
        return True
    if inspection.account.uninspected_since is None and inspection.account.state != AccountState.CLOSING:
        moves.move(actor=actor, account=inspection.account, step="miss_inspection")
        return True
    return False


@transaction.atomic
def fail_absent(*, actor: Actor, person: Person, inspection: Inspection, reason: str) -> Inspection:
    """Fail an account that sent nothing, or mended nothing, without waiting any longer; with a reason.

    Raises:
        Refused: not the registrar, or no reason.
        WrongState: it is under review or settled otherwise.
    """
    inspection = locked(inspection)
    require(checks.may_run_round(person, inspection.round))
    if inspection.state not in {InspectionState.ABSENT, InspectionState.RECTIFY}:
        raise WrongState(
            Denied(
                Text(
                    zh="只有未参加或逾期未整改的可以直接判为不合格。",
                    en="Only who sent or mended nothing is failed without a review.",
                )
            )
        )
    if (
        inspection.state == InspectionState.RECTIFY
        and (inspection.rectify_by or clock.today()) >= clock.today()
    ):
        raise WrongState(Denied(Text(zh="整改期限还没有到。", en="There is still time for mending.")))
    if not reason.strip():
        raise Refused(Denied(Text(zh="请写明理由。", en="Give a reason.")))
    _fail(_Settling(actor, inspection, terms_of(inspection), person, reason.strip()))
    return inspection


def _settled(inspection: Inspection, state: InspectionState, *, reason: str) -> None:
    inspection.state, inspection.settled_at = state, clock.now()
    inspection.reason = reason[:500]
    inspection.save(update_fields=["state", "settled_at", "reason"])


def _tell(settling: _Settling, action: Action, facts: Mapping[str, object]) -> None:
    tell(
        settling.actor,
        action,
        settling.inspection,
        dict(facts),
        detail={"reason": settling.reason, "unit": settling.inspection.unit.name},
        clause=settling.terms.route.id,
    )


def decisions_of(inspection: Inspection) -> list[Decision]:
    """What was decided about the reports of an inspection, the latest first."""
    rows = Decision.objects.filter(
        step__case__subject_kind=SUBJECT, step__case__subject_id=str(inspection.pk)
    )
    return list(rows.select_related("person", "acting_for", "step").order_by("-at", "-pk"))
