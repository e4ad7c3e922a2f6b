"""Changes to cases. Each locks the case row, asks again whether it may, changes, and records in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import transaction

from guanhao.cases import checks, deciding, opening, progress
from guanhao.cases.models import Case, Step
from guanhao.cases.progress import Outcome
from guanhao.cases.types import BarredWhy, CaseState
from guanhao.core.actors import Actor
from guanhao.core.verdicts import require
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.regulation.types import Parties
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.types import Act, ClauseKind, Facts

# The engine runs any route; a kind of route is enforced once something opens its cases and obeys the answer.
enforces(ClauseKind.ROUTE, Act.RELEASE)


@transaction.atomic
def open_case(
    *,
    actor: Actor,
    submitted_by: Person,
    act: str,
    subject: Subject,
    digest: str,
    facts: Facts,
    parties: Parties,
    hands: Iterable[tuple[Person, BarredWhy]],
    follows: Case | None = None,
) -> Case:
    """Put a subject on its way: choose the route in force now, freeze its steps, open the first.

    ``digest`` is what will be decided, exactly (AP1). ``hands`` are the people who made it, and why they count as such;
    they, the submitter and whoever submits in their name cannot approve it (AP3). ``follows`` is the case of an earlier
    version: who wrote that wrote this.

    Raises:
        Refused: no route, the submitter may not open one, or a step that nobody can fill, naming it and its article.
        WrongState: the subject is already on its way.
    """
    matter = opening.Matter(submitted_by, subject, digest, replace(facts, act=act), parties, follows)
    case, steps = opening.freeze(matter, hands=[*hands, *opening.submitters(actor, submitted_by)])
    gesture = progress.gesture_of(actor)
    progress.tell(
        gesture,
        case,
        Action.CASE_OPENED,
        facts={"steps": [step.key for step in steps], "rulebook": case.rulebook.digest, "facts": case.facts},
        detail={"submitted_by": submitted_by.name},
    )
    progress.advance(case, gesture)
    return case


def decide(
    *,
    actor: Actor,
    person: Person,
    step: Step,
    digest: str,
    verdict: str,
    opinion: str = "",
    checklist: Mapping[str, bool] | None = None,
    acting_for: Person | None = None,
    return_to: str = "",
    combine: bool = False,
) -> Outcome:
    """Decide a step about exactly the digest that was read.

    ``return_to`` may send a returned case to its author instead of the earlier step the rulebook names. ``combine``
    settles, in the same gesture, the following steps that the rulebook lets one person settle together, as far as the
    person holds them too and the ticked items cover them; each gets a decision of its own.

    Raises:
        WrongState: the step no longer waits; the reason says who was faster.
        DigestChanged: the digest is not what is up for decision (AP1).
        Refused: not entitled, hands not clean, items not ticked, no reason given.
    """
    require(checks.acts_as(actor, person))
    saying = deciding.Saying(
        person=person,
        digest=digest,
        verdict=verdict,
        opinion=opinion.strip(),
        checklist=dict(checklist or {}),
        acting_for=acting_for,
        return_to=return_to,
    )
    with transaction.atomic():
        case = progress.locked(step.case_id)
        gesture = progress.gesture_of(actor)
        decisions = [deciding.decide_one(case, step.pk, saying, gesture, strict=not combine)]
        while combine:
            following = deciding.combinable(case, decisions[-1], saying)
            if following is None:
                break
            decisions.append(deciding.decide_one(case, following.pk, saying, gesture, strict=False))
        waiting = case.steps.waiting().first() if case.state == CaseState.OPEN else None
        return Outcome(case, tuple(decisions), waiting)


@transaction.atomic
def withdraw(*, actor: Actor, person: Person, case: Case, reason: str = "") -> Case:
    """Take a case back, also after approval: nothing relies on it from then on.

    Raises:
        Refused: the person neither submitted it nor wrote what it is about.
        WrongState: the case ended otherwise.
    """
    require(checks.acts_as(actor, person))
    case = progress.locked(case.pk)
    progress.require_state(case, CaseState.OPEN, CaseState.APPROVED)
    require(checks.may_withdraw(person, case))
    progress.end(case, CaseState.WITHDRAWN, progress.gesture_of(actor), reason=reason.strip())
    return case
