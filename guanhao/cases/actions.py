"""Changes to cases. Each locks the case row, asks again whether it may, changes, and records in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from guanhao.cases import checks, deciding, marking, opening, progress
from guanhao.cases.models import Case, Step
from guanhao.cases.progress import Outcome
from guanhao.cases.saying import Saying
from guanhao.cases.types import BarredWhy, CaseState
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.verdicts import require
from guanhao.ledger.gathering import part_of_an_act
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.regulation.types import Parties
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.types import Act, ClauseKind, Facts

# The engine runs any route; a kind of route is enforced once something opens its cases and obeys the answer.
enforces(ClauseKind.ROUTE, Act.RELEASE)


@part_of_an_act()
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
    noticed: bool = False,
) -> Case:
    """Put a subject on its way: choose the route in force now, freeze its steps, open the first.

    ``digest`` is what will be decided, exactly (AP1). ``hands`` are the people who made it, and why they count as such;
    they, the submitter and whoever submits in their name cannot approve it (AP3). ``follows`` is the case of an earlier
    version: who wrote that wrote this. ``noticed`` says that the person only noticed or ordered what the rulebook itself
    opens, by a watch or after a failed inspection: it is not their own matter, and they may decide it.

    Raises:
        Refused: no route, the submitter may not open one, or a step that nobody can fill, naming it and its article.
        WrongState: the subject is already on its way.
    """
    matter = opening.Matter(submitted_by, subject, digest, replace(facts, act=act), parties, follows)
    submitters = [] if noticed else opening.submitters(actor, submitted_by)
    case, steps = opening.freeze(matter, hands=[*hands, *submitters], asked=not noticed)
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
    saying: Saying,
) -> Outcome:
    """Decide a step about exactly the digest that was read.

    Raises:
        WrongState: the step no longer waits; the reason says who was faster.
        DigestChanged: the digest is not what is up for decision (AP1).
        Refused: not entitled, hands not clean, items not ticked, no reason given.
    """
    require(checks.acts_as(actor, person))
    saying = replace(saying, opinion=saying.opinion.strip())
    with part_of_an_act():
        case = progress.locked(step.case_id)
        gesture = progress.gesture_of(actor)
        decisions = [deciding.decide_one(case, step.pk, person, saying, gesture, strict=not saying.combine)]
        while saying.combine:
            following = deciding.combinable(case, decisions[-1], person, saying)
            if following is None:
                break
            decisions.append(deciding.decide_one(case, following.pk, person, saying, gesture, strict=False))
        waiting = progress.waiting(case) if case.state == CaseState.OPEN else None
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


@transaction.atomic
def mark_class(
    *, actor: Actor, person: Person | None, case: Case, content_class: str, reason: str = ""
) -> list[Step]:
    """Say that what is decided belongs to a content class; answers the steps this adds (AP7, gpnu-9, xartvu-11).

    Anyone in the chain may: whoever made, submitted or decides it. So may the system, for a screening hit, with nobody
    as ``person``. An approved case that now needs a further step is open again. Marking twice changes nothing.

    Raises:
        Refused: the person is not in the chain, the rulebook has no such class or nobody to decide such a matter.
        WrongState: the case ended without approval.
    """
    case = progress.locked(case.pk)
    progress.require_state(case, CaseState.OPEN, CaseState.APPROVED)
    require(checks.may_mark(actor, person, case))
    marking.known_class(case, content_class)
    before = marking.classes(case)
    if content_class in before:
        return []
    marking.set_classes(case, before | {content_class})
    added = marking.missing_steps(case)
    gesture = progress.gesture_of(actor)
    progress.tell(
        gesture,
        case,
        Action.CASE_CLASS_MARKED,
        facts={"class": content_class, "steps": [step.key for step in added]},
        detail={"reason": reason.strip()},
    )
    if added and case.state == CaseState.APPROVED:
        progress.reopen(case, gesture)
    return added


@transaction.atomic
def unmark_class(*, actor: Actor, person: Person, step: Step, content_class: str, reason: str) -> None:
    """Take a content class off. Only whoever decides the step that authorises the class can, while it waits (AP7).

    The step itself is not taken away: it is decided like any other.

    Raises:
        Refused: the step does not authorise the class, the person may not decide it, or no reason is given.
    """
    require(checks.acts_as(actor, person))
    case = progress.locked(step.case_id)
    step = case.steps.get(pk=step.pk)
    require(checks.may_unmark(person, step, content_class, reason))
    marking.set_classes(case, marking.classes(case) - {content_class})
    progress.tell(
        progress.gesture_of(actor),
        case,
        Action.CASE_CLASS_REMOVED,
        facts={"class": content_class, **progress.naming(step)},
        detail={"person": person.name, "reason": reason.strip()},
        clause=step.clause,
    )


@transaction.atomic
def reconsider(*, actor: Actor, case: Case) -> Case:
    """Ask again whether the waiting step's quorum is reached, after people of its post came or went.

    A step of *all* whose last missing holder left would otherwise wait for nobody.
    """
    case = progress.locked(case.pk)
    for step in case.steps.waiting().select_related("unit") if case.state == CaseState.OPEN else ():
        step.case = case
        deciding.pass_if_complete(step, progress.gesture_of(actor))
    return case


@transaction.atomic
def remind(*, actor: Actor, step: Step) -> bool:
    """Record that a waiting step is due soon or overdue; answers whether it had not been said yet.

    Said at most twice a round: once before the step is due, once when its time is over.
    """
    case = progress.locked(step.case_id)
    now = clock.now()
    unsaid = case.steps.unreminded(now).filter(pk=step.pk).first()
    if unsaid is None or unsaid.due_at is None:
        return False
    unsaid.reminded_at = now
    unsaid.save(update_fields=["reminded_at"])
    progress.tell(
        progress.gesture_of(actor),
        case,
        Action.CASE_STEP_OVERDUE if unsaid.due_at <= now else Action.CASE_STEP_DUE_SOON,
        facts={**progress.naming(unsaid), "due_at": unsaid.due_at.isoformat()},
        clause=unsaid.clause,
    )
    return True
