"""Who may decide a step, asked live: the holders of its post and the deputies they delegated to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guanhao.cases.identity import among, distinct
from guanhao.cases.models import Barred, Case, Decision, Step
from guanhao.people.models import Delegation, Person
from guanhao.people.queries import PersonQuerySet


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who sits at a step: in their own right, or for a principal who delegated to them."""

    person: Person
    principal: Person | None = None

    @property
    def holder(self) -> Person:
        """Who holds the post the seat belongs to."""
        return self.principal or self.person


def holders(step: Step) -> PersonQuerySet:
    """The active people who hold the step's post today."""
    return Person.objects.holding(unit=step.unit_id, post=step.post)


def seats(step: Step) -> list[Seat]:
    """Every seat at the step at this moment, holders first. Two queries."""
    own = list(holders(step))
    delegations = (
        Delegation.objects.at()
        .filter(principal__in=[person.pk for person in own], deputy__active=True)
        .select_related("deputy", "principal")
        .order_by("pk")
    )
    return [Seat(person) for person in own] + [Seat(one.deputy, one.principal) for one in delegations]


def seat_of(person: Person, step: Step, acting_for: Person | None = None) -> Seat | None:
    """The seat the person takes: their own, unless they say for whom they act."""
    mine = [seat for seat in seats(step) if seat.person.pk == person.pk]
    if acting_for is not None:
        return next((seat for seat in mine if seat.principal == acting_for), None)
    return next(iter(mine), None)


def barred(case: Case) -> list[Barred]:
    """Everybody who had a hand in what is decided (AP3)."""
    return list(Barred.objects.filter(case=case).select_related("person").order_by("pk"))


def must_differ_from(step: Step, siblings: Iterable[Step]) -> list[Step]:
    """The other steps whose people may not decide this one, whichever of the two says so."""
    return [
        other
        for other in siblings
        if other.pk != step.pk and (other.key in step.must_differ or step.key in other.must_differ)
    ]


def excluded(step: Step) -> list[Person]:
    """People who decided a step this one must differ from, and those they decided for."""
    others = must_differ_from(step, step.case.steps.all())
    decisions = Decision.objects.counting().filter(step__in=others).select_related("person", "acting_for")
    return [
        who for decision in decisions for who in (decision.person, decision.acting_for) if who is not None
    ]


def unfit(step: Step) -> list[Person]:
    """Everybody who may not decide the step whatever they hold."""
    return [row.person for row in barred(step.case)] + excluded(step)


def free_seats(step: Step) -> list[Seat]:
    """The seats whose sitter is neither barred nor excluded by a step that must differ."""
    out = unfit(step)
    return [seat for seat in seats(step) if among(seat.person, out) is None]


def deciders(step: Step) -> list[Person]:
    """The people who may decide the step now, deputies included, one entry per human being. For notices too."""
    return distinct(seat.person for seat in free_seats(step))


def required(step: Step) -> list[Person]:
    """The holders a quorum of all waits for: each of them who may decide, alone or through a deputy."""
    return [seat.person for seat in free_seats(step) if seat.principal is None]
