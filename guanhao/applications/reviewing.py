"""From handing in to the effect: the immutable revision, its case, the decisions on it, and what follows at the last one."""

from __future__ import annotations

from django.db import transaction

from guanhao.applications import checks, completing, effects, freezing
from guanhao.applications.completing import NOTHING_DONE, Done
from guanhao.applications.matters import Matter
from guanhao.applications.models import Application, ApplicationRevision
from guanhao.applications.recording import locked, matter_of, move, subject_of, tell
from guanhao.applications.types import FROM_SIGHTING, SUBJECT, ApplicationState
from guanhao.cases import actions as cases
from guanhao.cases.models import Step
from guanhao.cases.progress import Outcome
from guanhao.cases.saying import Saying
from guanhao.cases.types import BarredWhy, CaseState, Verdict
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.types import Act, ClauseKind, Force

for _act in (
    Act.OPEN_ACCOUNT,
    Act.REGISTER_ACCOUNT,
    Act.CHANGE_PERSONS,
    Act.CHANGE_PARTICULARS,
    Act.CHANGE_MENU,
    Act.CHANGE_PROFILE,
    Act.CLOSE_ACCOUNT,
    Act.AUTHORISE,
    Act.HANDLE_UNAUTHORISED_ACCOUNT,
    Act.HANDLE_IMPOSTOR,
):
    enforces(ClauseKind.ROUTE, _act)

_AFTER_CASE = {
    CaseState.RETURNED: (ApplicationState.RETURNED, Action.APPLICATION_RETURNED),
    CaseState.REJECTED: (ApplicationState.REJECTED, Action.APPLICATION_REJECTED),
}


@transaction.atomic
def submit(*, actor: Actor, person: Person, application: Application) -> ApplicationRevision:
    """Hand the application in: checks, an immutable revision, and a case on its route.

    Raises:
        checks.Incomplete: something is missing or wrong; each finding names its field and article.
        Refused, WrongState: not theirs, not editable, no route, nobody to decide a step.
    """
    application = locked(application)
    require(checks.may_edit(person, application))
    require(checks.fit_account(application.kind, application.account))
    require(checks.fit_article(application.kind, application.article))
    matter = matter_of(application)
    findings = checks.findings_of(matter, but=application)
    stopping = [one for one in findings if one.force is Force.BLOCK]
    if stopping:
        raise checks.Incomplete(stopping)
    return hand_in(actor, person, application, matter, [one.stored() for one in findings])


def hand_in(
    actor: Actor,
    person: Person,
    application: Application,
    matter: Matter,
    findings: list[dict[str, str]],
    *,
    ordered: bool = False,
) -> ApplicationRevision:
    """Keep what is handed in and open its case. Errors as `submit`; the caller has asked the checks.

    ``ordered`` says that the regulation begins it and nobody asks for it, as with a sighting.
    """
    earlier = application.case
    revision = freezing.revise(application, matter, person, findings)
    application.case = cases.open_case(
        actor=actor,
        submitted_by=person,
        act=matter.kind.value,
        subject=subject_of(application),
        digest=revision.hash,
        facts=matter.facts,
        parties=matter.parties,
        hands=_hands(application),
        follows=earlier,
        noticed=ordered or matter.kind in FROM_SIGHTING,
    )
    move(application, ApplicationState.IN_REVIEW, "current", "case")
    facts = {"revision": revision.number, "hash": revision.hash, "case": application.case.pk}
    tell(actor, Action.APPLICATION_SUBMITTED, application, {**facts, "findings": len(findings)})
    return revision


def _hands(application: Application) -> list[tuple[Person, BarredWhy]]:
    """Who cannot decide it: whoever had a hand in the application, or in the article it is about (AP3)."""
    hands = [*application.hands.select_related("person")]
    of_text = application.article.hands.select_related("person") if application.article else ()
    return [(hand.person, BarredWhy(hand.why)) for hand in (*hands, *of_text)]


def decide(*, actor: Actor, person: Person, step: Step, saying: Saying, done: Done = NOTHING_DONE) -> Outcome:
    """Decide a step of an application's case; at the last approval the application takes effect in the same transaction.

    ``done`` is what was carried out, where the step is one to be carried out.

    Raises:
        WrongState, DigestChanged, Refused: as `cases.actions.decide`; Refused also where what was carried out is not
            said, or the register refuses the effect, which then takes the decision back with it.
    """
    if step.case.subject_kind != SUBJECT:
        raise WrongState(Denied(Text(zh="这不是账号申请的环节。", en="This step decides no application.")))
    with transaction.atomic():
        application = locked(Application.objects.get(pk=step.case.subject_id))
        if saying.verdict == Verdict.APPROVE:
            require(completing.is_said(application, step, done))
        outcome = cases.decide(actor=actor, person=person, step=step, saying=saying)
        for decision in outcome.decisions[
            1:
        ]:  # settled in the same gesture: nothing was said of carrying it out
            require(completing.is_said(application, decision.step, NOTHING_DONE))
        if saying.verdict == Verdict.APPROVE:
            completing.keep(actor, person, application, step, done)
        follow_case(actor, application, outcome.state)
        return outcome


def follow_case(actor: Actor, application: Application, state: CaseState) -> None:
    """Bring the application to where its case ended; an open case leaves it in review."""
    if state == CaseState.APPROVED and application.state == ApplicationState.IN_REVIEW:
        effects.take(actor, application)
    elif state in _AFTER_CASE:
        after, action = _AFTER_CASE[state]
        move(application, after)
        tell(actor, action, application)


@transaction.atomic
def reconsider(*, actor: Actor, application: Application) -> bool:
    """After people of a waiting step came or went: bring case and application on where nobody is missing any more."""
    application = locked(application)
    assert application.case is not None
    before = application.state
    case = cases.reconsider(actor=actor, case=application.case)
    follow_case(actor, application, CaseState(case.state))
    return application.state != before


@transaction.atomic
def withdraw(*, actor: Actor, person: Person, application: Application, reason: str = "") -> Application:
    """Take an application back before it has taken effect.

    Raises:
        Refused: not theirs, or settled.
    """
    application = locked(application)
    require(checks.may_withdraw(person, application))
    if application.case is not None and application.state == ApplicationState.IN_REVIEW:
        cases.withdraw(actor=actor, person=person, case=application.case, reason=reason)
    before = application.state
    move(application, ApplicationState.WITHDRAWN)
    tell(
        actor,
        Action.APPLICATION_WITHDRAWN,
        application,
        {"before": before},
        detail={"reason": reason.strip()},
    )
    return application
