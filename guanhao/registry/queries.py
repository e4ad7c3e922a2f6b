"""Reads of the register."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below
from guanhao.registry.types import GONE, IN_USE, PUBLISHES

if TYPE_CHECKING:
    from guanhao.registry.models import Account, Operator

_SEES_ALL = {Permission.ACCOUNT_MANAGE, Permission.ACCOUNT_CONNECT, Permission.PUBLISHING_SEE_ALL}


def units_seen(person: Person) -> frozenset[int] | None:
    """The units whose accounts the person sees; nothing for whoever sees all."""
    held = standing(person)
    return None if held.permissions & _SEES_ALL else with_units_below(held.unit_ids)


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts of the institution in scope."""

    def active(self) -> AccountQuerySet:
        """Accounts that may publish."""
        return self.filter(state__in=PUBLISHES)

    def in_use(self) -> AccountQuerySet:
        """Filed and not gone."""
        return self.filter(state__in=IN_USE)

    def gone(self) -> AccountQuerySet:
        """Refused, closed or deregistered."""
        return self.filter(state__in=GONE)

    def changed_since_filing(self) -> AccountQuerySet:
        """Filed once, and different now from what was filed."""
        return self.exclude(filed_digest="").exclude(filed_digest=F("particulars_digest"))

    def verified_now(self, today: date) -> AccountQuerySet:
        """Verified by the platform, and the verification has not run out."""
        return self.filter(verified=True).exclude(verified_until__lt=today)

    def verification_expired(self, today: date) -> AccountQuerySet:
        """Verified once, and the verification has run out."""
        return self.filter(verified=True, verified_until__lt=today)

    def answered_by(self, person: Person) -> AccountQuerySet:
        """Accounts the person answers for, supervises, runs or holds."""
        return self.filter(self._involving(person)).exclude(state__in=GONE)

    def visible_to(self, person: Person) -> AccountQuerySet:
        """The competent office sees all; a unit its own and those below it; everybody the flagship (gpnu-1)."""
        units = units_seen(person)
        return self if units is None else self.seen_from(units, person)

    def seen_from(self, units: Any, person: Any) -> AccountQuerySet:
        """Those of the units, the flagship, and those the person has to do with. Takes the places of the values too."""
        return self.filter(Q(owner_unit__in=units) | Q(flagship=True) | self._involving(person))

    def _involving(self, person: Any) -> Q:
        """Who answers for an account or holds it, runs it or supervises it sees it wherever they sit.

        Holders and operators are asked for in queries of their own: a join would give an account once for each of them.
        """
        named = Q(first_responsible=person) | Q(manager=person) | Q(supervising_leader=person)
        known = self.model.objects
        return (
            named
            | Q(bound_administrator=person)
            | Q(pk__in=known.filter(holders__person=person).values("pk"))
            | Q(pk__in=known.filter(operators__person=person, operators__ended_on=None).values("pk"))
        )


class OperatorQuerySet(models.QuerySet["Operator"]):
    """Operators of accounts."""

    def serving(self) -> OperatorQuerySet:
        """Whose term is not over."""
        return self.filter(ended_on__isnull=True)
