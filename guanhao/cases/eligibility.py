"""Who may decide a step, asked live: the holders of its post and the deputies they delegated to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guanhao.cases.identity import among, distinct
from guanhao.cases.models import Barred, Case, Decision, Step
from guanhao.cases.types import AUTHOR
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Delegation, Person
from guanhao.rulebook.vocabulary import StepAct

_HOLDERS: Prepared[Person] = Prepared(
    lambda: Person.objects.holding(unit=given("unit"), post=given("post"), on=given("day"))
)
_HOLDERS_OF_ANY_POST: Prepared[Person] = Prepared(
    lambda: Person.objects.holding(unit=given("unit"), post="", on=given("day"))
)
_DELEGATIONS: Prepared[Delegation] = Prepared(
    lambda: (
        Delegation.objects.at(given("now"))
        .filter(principal__in=given("principals", many=True), deputy__active=True)
        .select_related("deputy", "principal")
        .order_by("pk")
    )
)
_BARRED: Prepared[Barred] = Prepared(
    lambda: Barred.objects.filter(case=given("case")).select_related("person").order_by("pk")
)
_SIBLINGS: Prepared[Step] = Prepared(lambda: Step.objects.filter(case=given("case")))
_APPROVALS: Prepared[Decision] = Prepared(
    lambda: (
        Decision.objects.counting()
        .filter(step__in=given("steps", many=True))
        .select_related("person", "acting_for")
    )
)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who sits at a step: in their own right, or for a principal who delegated to them."""

    person: Person
    principal: Person | None = None

    @property
    def holder(self) -> Person:
        """Who holds the post the seat belongs to."""
        return self.principal or self.person

    @property
    def voices(self) -> tuple[Person, ...]:
        """Everybody who speaks when a decision is made from the seat: its sitter, and for whom they sit."""
        return (self.person,) if self.principal is None else (self.person, self.principal)


def holders(step: Step) -> list[Person]:
    """The active people who hold the step's post today."""
    today = clock.today()
    if not step.post:
        return _HOLDERS_OF_ANY_POST.all(unit=step.unit_id, day=today)
    return _HOLDERS.all(unit=step.unit_id, post=step.post, day=today)


def seats(step: Step) -> list[Seat]:
    """Every seat at the step at this moment, holders first. Two queries."""
    own = holders(step)
    delegations = _DELEGATIONS.all(now=clock.now(), principals=own) if own else []
    return [Seat(person) for person in own] + [Seat(one.deputy, one.principal) for one in delegations]


def seat_of(person: Person, step: Step, acting_for: Person | None = None) -> Seat | None:
    """The seat the person takes: of whom they say they act for, else the first that differs, their own before others.

    Where none of them differs it is the first, which tells why. What is excluded is asked only where there is a choice.
    """
    mine = [seat for seat in seats(step) if seat.person.pk == person.pk]
    if acting_for is not None:
        return next((seat for seat in mine if seat.principal == acting_for), None)
    if len(mine) > 1:
        out = excluded(step)
        mine = [seat for seat in mine if differs(seat, out)] or mine
    return next(iter(mine), None)


def barred(case: Case) -> list[Barred]:
    """Everybody who had a hand in what is decided (AP3)."""
    return _BARRED.all(case=case)


def barred_at(step: Step) -> list[Barred]:
    """Who had a hand in the matter and may therefore not decide the step (AP3).

    Carrying out what others approved is no approval: whoever applied for an account opens it themselves, unless the
    rulebook says that somebody else must.
    """
    return barred(step.case) if hands_bar(step) else []


def hands_bar(step: Step) -> bool:
    """Whether a hand in the matter keeps anybody from deciding the step."""
    return step.act != StepAct.CARRY_OUT or AUTHOR in step.must_differ


def must_differ_from(step: Step, siblings: Iterable[Step]) -> list[Step]:
    """The other steps whose people may not decide this one, whichever of the two says so."""
    return [
        other
        for other in siblings
        if other.pk != step.pk and (other.key in step.must_differ or step.key in other.must_differ)
    ]


def excluded(step: Step) -> list[Person]:
    """People who decided a step this one must differ from, and those they decided for."""
    others = must_differ_from(step, _SIBLINGS.all(case=step.case_id))
    decisions = _APPROVALS.all(steps=others) if others else []
    return [
        who for decision in decisions for who in (decision.person, decision.acting_for) if who is not None
    ]


def differs(seat: Seat, out: Sequence[Person]) -> bool:
    """Whether neither the seat's sitter nor whom they sit for is among people who are excluded.

    A principal's voice must not count at both of two steps that must differ, whoever lends it to them (AP3).
    """
    return all(among(one, out) is None for one in seat.voices)


def free_seats(step: Step) -> list[Seat]:
    """The seats whose sitter is not barred, and that differ from the steps they must differ from.

    A hand in the matter bars the sitter alone: the deputy of an author is somebody else.
    """
    hands, out = [row.person for row in barred_at(step)], excluded(step)
    return [seat for seat in seats(step) if among(seat.person, hands) is None and differs(seat, out)]


def seats_of_new(case: Case, steps: Sequence[Step]) -> dict[str, list[Seat]]:
    """As `free_seats` for every step, by key, of a case at which nobody has decided anything yet."""
    out = [row.person for row in barred(case)]
    own = {step.key: holders(step) for step in steps}
    everybody = {person.pk: person for people in own.values() for person in people}
    delegations = _DELEGATIONS.all(now=clock.now(), principals=everybody.values()) if everybody else []
    found = {}
    for step in steps:
        keys = {person.pk for person in own[step.key]}
        there = [Seat(person) for person in own[step.key]]
        there += [Seat(one.deputy, one.principal) for one in delegations if one.principal_id in keys]
        hands = out if hands_bar(step) else []
        found[step.key] = [seat for seat in there if among(seat.person, hands) is None]
    return found


def deciders(step: Step) -> list[Person]:
    """The people who may decide the step now, deputies included, one entry per human being. For notices too."""
    return distinct(seat.person for seat in free_seats(step))


def required(step: Step) -> list[Person]:
    """The holders a quorum of all waits for: each of them who may decide, alone or through a deputy."""
    return [seat.person for seat in free_seats(step) if seat.principal is None]
