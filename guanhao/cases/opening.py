"""From a matter to a case with frozen steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from guanhao.cases import eligibility, freezing
from guanhao.cases.models import Barred, Case, Step
from guanhao.cases.types import BarredWhy
from guanhao.core import clock, rows, tenancy
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.types import Subject
from guanhao.people.models import Person
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import holders
from guanhao.regulation.types import InForce, Parties
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.selection import NoRoute, route_for
from guanhao.rulebook.types import Facts, Route

Hand = tuple[Person, BarredWhy]


@dataclass(frozen=True, slots=True)
class Matter:
    """What is submitted, by whom, and what the rules need to know of it."""

    submitted_by: Person
    subject: Subject
    digest: str
    facts: Facts
    parties: Parties
    follows: Case | None


def freeze(matter: Matter, *, hands: Iterable[Hand], asked: bool = True) -> tuple[Case, list[Step]]:
    """Choose the route in force, store the case, who is barred, and its steps. Errors as `actions.open_case`.

    Where it is not ``asked`` for by anybody but opened by the rulebook, who may ask for it is no matter.
    """
    force = in_force(matter.submitted_by.institution)
    route = chosen_route(force.rulebook, matter.facts)
    if asked:
        require(may_open(route, matter.submitted_by, matter.parties, force.rulebook))
    case = _stored(matter, force, route)
    _bar(case, [*hands, *_earlier_hands(matter.follows)])
    steps = freezing.frozen_steps(case, route, force.rulebook, matter.parties)
    for step in steps:
        step.save()
    freezing.refuse_unstaffed(case, steps)
    return case, steps


def staffed(matter: Matter, *, hands: Iterable[Hand]) -> Verdict:
    """Whether people are here today to decide every step of such a case: asked by trying, which leaves no trace."""
    answer: Verdict = ALLOWED
    with transaction.atomic():
        try:
            freeze(matter, hands=hands, asked=False)
        except Refused as refusal:
            answer = refusal.denied
        transaction.set_rollback(True)
    return answer


def chosen_route(rulebook: Rulebook, facts: Facts) -> Route:
    """The route of the matter; refuses where the rulebook has none (absence denies)."""
    try:
        return route_for(rulebook, facts)
    except NoRoute as none:
        raise Refused(Denied(none.sentence)) from none


def submitters(actor: Actor, submitted_by: Person) -> list[Hand]:
    """Who submits: the person named and, where somebody else does it for them, that person too."""
    keys = {str(actor.person_id or ""), actor.acting_for} - {"", str(submitted_by.pk)}
    others = Person.objects.filter(pk__in=keys) if keys else ()
    return [(person, BarredWhy.SUBMITTED) for person in (submitted_by, *others)]


def stored_facts(facts: Facts) -> dict[str, Any]:
    """Facts as plain JSON values; `read_facts` makes equal facts of them."""
    return {**asdict(facts), "content_classes": sorted(facts.content_classes)}


def read_facts(stored: dict[str, Any]) -> Facts:
    """Facts as `stored_facts` wrote them."""
    return Facts(**{**stored, "content_classes": frozenset(stored["content_classes"])})


def may_open(route: Route, person: Person, parties: Parties, rulebook: Rulebook) -> Verdict:
    """Whether the route lets the person open it; one that names nobody is open to all."""
    if not route.opened_by:
        return ALLOWED
    for role in route.opened_by:
        if holders(role, parties, rulebook).filter(pk=person.pk).exists():
            return ALLOWED
    titles = [rulebook.roles[role].title for role in route.opened_by]
    return Denied(
        Text(
            zh=f"只有{'、'.join(title.zh for title in titles)}可以提出。",
            en=f"Only these may ask for it: {', '.join(title.en for title in titles)}.",
        ),
        article=route.article,
        clause=route.id,
    )


def _stored(matter: Matter, force: InForce, route: Route) -> Case:
    case = Case(
        institution=matter.submitted_by.institution,
        act=matter.facts.act,
        label=matter.subject.label[:200],
        subject_kind=matter.subject.kind,
        subject_id=matter.subject.id,
        subject_digest=matter.digest,
        rulebook=force.version,
        clause=route.id,
        facts=stored_facts(matter.facts),
        owner_unit=matter.parties.owner,
        publisher_unit=matter.parties.publisher,
        submitted_by=matter.submitted_by,
        opened_at=clock.now(),
        follows=matter.follows,
    )
    tenancy.require_own(case)
    if not rows.insert_unless_there([case], by="subject_id"):
        raise WrongState(
            Denied(Text(zh="这一内容已在办理中。", en="This is already on its way."), clause=route.id)
        )
    return case


def _earlier_hands(case: Case | None) -> list[Hand]:
    """Who made the earlier version made this one too; who merely submitted it did not."""
    if case is None:
        return []
    bars = eligibility.barred(case)
    return [(row.person, BarredWhy(row.why)) for row in bars if row.why != BarredWhy.SUBMITTED]


def _bar(case: Case, hands: Iterable[Hand]) -> None:
    once = dict.fromkeys((person, BarredWhy(why)) for person, why in hands)
    rows.insert_many(
        [Barred(institution_id=case.institution_id, case=case, person=who, why=why) for who, why in once]
    )
