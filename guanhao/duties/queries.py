"""Reads of duties: what a person owes, what is owed to them, what is late."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from guanhao.duties.types import DutyState, SeatKind
from guanhao.people.models import Appointment, Delegation, Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.permissions import Seat as Held
from guanhao.people.tree import with_units_below

if TYPE_CHECKING:
    from guanhao.duties.models import Concern, Duty


class DutyQuerySet(models.QuerySet["Duty"]):
    """Duties of the institution in scope."""

    def open(self) -> DutyQuerySet:
        """Those that still wait."""
        return self.filter(state=DutyState.OPEN)

    def late(self, now: datetime) -> DutyQuerySet:
        """Open ones whose time is over."""
        return self.open().filter(due_at__lte=now)

    def owed_by(self, person: Any, *, day: date | None = None, now: datetime | None = None) -> DutyQuerySet:
        """Owed by the person, by an office they hold, or by one whose holder delegated to them. One query."""
        stands_in_for = Delegation.objects.at(now).filter(deputy=person).values("principal")
        whose = Q(person=person) | Q(person__in=stands_in_for)
        held = Appointment.objects.on(day).filter(whose, unit=OuterRef("unit"), post=OuterRef("post"))
        seats: Any = self.model._meta.get_field("seats").related_model  # noqa: SLF001 - models import this module.
        seated = seats.objects.filter(Exists(held), kind=SeatKind.OWES)
        return self.filter(whose | Q(pk__in=seated.values("duty")))

    def owed_to(self, person: Person) -> DutyQuerySet:
        """Owed to an office the person holds, or supervised by it."""
        return self._seated(standing(person).seats, {SeatKind.OWED, SeatKind.HEARS})

    def waivable_by(self, person: Person) -> DutyQuerySet:
        """Those that an office the person holds may waive."""
        return self._seated(standing(person).seats, {SeatKind.WAIVES})

    def visible_to(self, person: Person) -> DutyQuerySet:
        """All for whoever sees all duties; else one's own, those one has an office in, those of units one is above."""
        held = standing(person)
        if Permission.DUTY_SEE_ALL in held.permissions:
            return self
        below = Q(unit__in=with_units_below(held.unit_ids), person__isnull=True) | Q(person=person)
        return self._seated(held.seats, set(SeatKind.values), below)

    def _seated(
        self, held: Iterable[Held], kinds: Collection[str], otherwise: Q | None = None
    ) -> DutyQuerySet:
        found = [Q(seats__unit=seat.unit_id, seats__post=seat.post) for seat in held]
        wanted = otherwise or Q(pk__in=[])
        if found:
            seated = self.model.objects.filter(reduce(or_, found), seats__kind__in=kinds)
            wanted |= Q(pk__in=seated.values("pk"))
        return self.filter(wanted)


class ConcernQuerySet(models.QuerySet["Concern"]):
    """Concerns of the institution in scope."""

    def visible_to(self, person: Person) -> ConcernQuerySet:
        """One's own, and those of which one may see a duty."""
        duties: Any = self.model._meta.get_field("duties").related_model  # noqa: SLF001 - as above.
        seen = duties.objects.visible_to(person).filter(concern__isnull=False)
        return self.filter(Q(raised_by=person) | Q(pk__in=seen.values("concern")))
