"""Reads of inspections."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count

from guanhao.inspections.types import InspectionState
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below

if TYPE_CHECKING:
    from guanhao.inspections.models import Inspection


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Accounts in rounds."""

    def visible_to(self, person: Person) -> InspectionQuerySet:
        """The competent office sees all, a unit its own and those below it."""
        held = standing(person)
        if Permission.ACCOUNT_MANAGE in held.permissions:
            return self
        return self.filter(unit__in=with_units_below(held.unit_ids))

    def owed(self) -> InspectionQuerySet:
        """No report came yet."""
        return self.filter(state=InspectionState.OWED)

    def unmended(self, today: date) -> InspectionQuerySet:
        """Sent back, and the day for mending is over."""
        return self.filter(state=InspectionState.RECTIFY, rectify_by__lt=today)

    def clean(self) -> InspectionQuerySet:
        """Waiting for review with a report in time that no veto speaks against, the first one sent."""
        return self.filter(
            state=InspectionState.REVIEW, late=False, current__veto=[], current__number=1, case__isnull=False
        )

    def counted(self) -> dict[str, int]:
        """How many stand where; every state is there."""
        rows = self.order_by().values_list("state").annotate(Count("pk"))
        return dict.fromkeys(InspectionState.values, 0) | dict(rows)
