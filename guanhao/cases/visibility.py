"""What decides which cases, and with them which articles, somebody sees; as values, or as the places of values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from guanhao.core import clock
from guanhao.core.counts import of_each
from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Appointment, Delegation, Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below

MUCH = 1_000  # decisions from which on a person is not asked for the cases they decided, but the cases for the person


@dataclass(frozen=True, slots=True)
class VisibilityShape:
    """Whatever changes the text of a condition, not only its values. ``posts`` says how many posts are held."""

    everything: bool = False
    much: bool = False
    posts: int = 0

    def places(self) -> Visibility:
        """A visibility of this shape that is filled in when a prepared read is asked with `Visibility.said`."""
        return Visibility(
            shape=self,
            person=given("person"),
            units=given("units", many=True),
            seats={
                given(f"post_{number}"): given(f"seats_{number}", many=True) for number in range(self.posts)
            },
            seated=given("seated", many=True),
        )


# Those most people have; tests judge by them what is kept of each shape (`core.prepared.Family`).
USUAL = (
    VisibilityShape(posts=1),
    VisibilityShape(much=True, posts=1),
    VisibilityShape(everything=True),
    VisibilityShape(everything=True, much=True),
)


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who looks, their units with those below, and each post they hold today with the units they hold it in.

    ``seated`` are the units of all these posts together.
    """

    shape: VisibilityShape
    person: Any
    units: Any
    seats: Mapping[Any, Any]
    seated: Any

    def said(self) -> dict[str, Any]:
        """The values under the names that the places of `VisibilityShape.places` have."""
        values = {"person": self.person, "units": self.units, "seated": self.seated}
        for number, (post, units) in enumerate(self.seats.items()):
            values |= {f"post_{number}": post, f"seats_{number}": units}
        return values

    def touched(self) -> Q:
        """The condition that the person had to do with a case, in the form that suits them (`decided_much`)."""
        return self._asked_of_each() if self.shape.much else self._looked_up()

    def _looked_up(self) -> Q:
        """Cases among those the person had a hand in, sits at, or decided."""
        barred, decisions, steps = _related()
        return (
            Q(pk__in=barred.filter(person=self.person).values("case"))
            | Q(pk__in=steps.filter(self._sits(), opened_at__isnull=False).values("case"))
            | Q(pk__in=decisions.filter(person=self.person).values("step__case"))
            | Q(pk__in=decisions.filter(acting_for=self.person).values("step__case"))
        )

    def _asked_of_each(self) -> Q:
        """The same, asked of each case."""
        barred, decisions, steps = _related()
        decided = Q(person=self.person) | Q(acting_for=self.person)
        reached = {"case": OuterRef("pk"), "opened_at__isnull": False}
        return (
            Q(Exists(decisions.filter(of_each(), decided, step__case=OuterRef("pk"))))
            | Q(Exists(barred.filter(of_each(), person=self.person, case=OuterRef("pk"))))
            | Q(Exists(steps.filter(of_each(), self._sits(), **reached)))
        )

    def _sits(self) -> Q:
        """The condition that a step is to be decided from one of the seats; as `StepQuerySet.free_for` has it, of seats that are known."""
        here = Q(post="", unit__in=self.seated)
        for post, units in self.seats.items():
            here |= Q(post=post, unit__in=units)
        return here


def visibility_of(person: Person) -> Visibility:
    """What an active person sees today (gpnu-1 to 3). A constant number of queries; a reading request asks them once."""
    held = standing(person)
    everything = Permission.ARTICLE_SEE_ALL in held.permissions
    seats: dict[str, list[int]] = defaultdict(list)
    for unit, post in () if everything else _seats_of(person):
        seats[post].append(unit)
    shape = VisibilityShape(everything=everything, much=decided_much(person), posts=len(seats))
    seated = sorted({unit for units in seats.values() for unit in units})
    return Visibility(shape, person, with_units_below(held.unit_ids), seats, seated)


def visibility_of_cases(person: Person) -> Visibility:
    """The same for cases alone: of whoever sees all of them nothing else need be asked."""
    if Permission.ARTICLE_SEE_ALL not in standing(person).permissions:
        return visibility_of(person)
    return Visibility(VisibilityShape(everything=True, much=decided_much(person)), person, (), {}, ())


def decided_much(person: Person) -> bool:
    """Whether the person decided so much that most of what they look at is theirs.

    Then each case in a list is asked about by itself, and a page is full after a few. Of whoever decided little, their own
    cases are looked up first. Either condition answers the same; the one is slow where the other is fast.
    """
    return remembered(("decided much", person.pk), lambda: bool(_DECIDED.all(person=person.pk)))


def held_by(
    person: Any, day: date | None = None, now: datetime | None = None
) -> models.QuerySet[Appointment]:
    """The person's appointments today, and those of whoever they are the deputy of. Takes the places of values too."""
    principals = Delegation.objects.at(now).filter(deputy=person, deputy__active=True).values("principal")
    held: models.QuerySet[Appointment] = Appointment.objects.on(day).filter(
        Q(person=person) | Q(person__in=principals)
    )
    return held


def _seats_of(person: Person) -> list[tuple[int, str]]:
    """Unit and post of every seat the person has today, in their own right or as a deputy."""
    return remembered(
        ("seats", person.pk), lambda: _SEATS.all(person=person.pk, day=clock.today(), now=clock.now())
    )


def _related() -> tuple[Any, Any, Any]:
    return tuple(apps.get_model("cases", name).objects for name in ("Barred", "Decision", "Step"))


_SEATS: Prepared[tuple[int, str]] = Prepared(
    lambda: held_by(given("person"), given("day"), given("now")).order_by().values_list("unit_id", "post")
)
_DECIDED: Prepared[int] = Prepared(
    lambda: (
        apps.get_model("cases", "Decision")
        .objects.filter(person=given("person"))
        .order_by()
        .values_list("pk", flat=True)[MUCH - 1 : MUCH]
    )
)
