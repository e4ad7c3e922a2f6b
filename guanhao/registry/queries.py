"""Reads of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below
from guanhao.registry.types import AccountState

if TYPE_CHECKING:
    from guanhao.registry.models import Account

_SEES_ALL = {Permission.ACCOUNT_MANAGE, Permission.ACCOUNT_CONNECT, Permission.PUBLISHING_SEE_ALL}


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts of the institution in scope."""

    def active(self) -> AccountQuerySet:
        """Accounts that may publish."""
        return self.filter(state=AccountState.ACTIVE)

    def visible_to(self, person: Person) -> AccountQuerySet:
        """The competent office sees all; a unit its own and those below it; everybody the flagship (gpnu-1)."""
        held = standing(person)
        if held.permissions & _SEES_ALL:
            return self
        involved = Q(first_responsible=person) | Q(manager=person) | Q(holders__person=person)
        return self.filter(
            Q(owner_unit__in=with_units_below(held.unit_ids)) | Q(flagship=True) | involved
        ).distinct()
