"""Reads of people, units, appointments and delegations."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from guanhao.core import clock

if TYPE_CHECKING:
    from guanhao.people.models import Appointment, Delegation, Person, Unit


class PersonQuerySet(models.QuerySet["Person"]):
    """People of the institution in scope."""

    def active(self) -> PersonQuerySet:
        """Those who still belong to the institution."""
        return self.filter(active=True)

    def holding(self, *, unit: Any, post: str, on: date | None = None) -> PersonQuerySet:
        """Active people who hold the post in the unit on the day (today when not given); any post where ``post`` is empty."""
        day = on or clock.today()
        held = Q(appointments__unit=unit, appointments__since__lte=day) & (
            Q(appointments__until__isnull=True) | Q(appointments__until__gte=day)
        )
        if post:
            held &= Q(appointments__post=post)
        return self.active().filter(held).distinct()


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units of the institution in scope."""

    def open(self, on: date | None = None) -> UnitQuerySet:
        """Units that exist on the day (today when not given)."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on or clock.today()))

    def with_function(self, function: str) -> UnitQuerySet:
        """Units that serve the institution in the function (`competent_office`, `registrar` …)."""
        return self.filter(functions__function=function)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments of the institution in scope."""

    def on(self, day: date | None = None) -> AppointmentQuerySet:
        """Appointments held on the day (today when not given) by people who are active."""
        day = day or clock.today()
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day, person__active=True)


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Delegations of the institution in scope."""

    def at(self, instant: datetime | None = None) -> DelegationQuerySet:
        """Delegations in force at the instant (now when not given)."""
        instant = instant or clock.now()
        return self.filter(since__lte=instant, until__gt=instant, revoked_at__isnull=True)
