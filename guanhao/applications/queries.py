"""Reads of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from guanhao.applications.types import SUBJECT, ApplicationState
from guanhao.cases.models import Case
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below

if TYPE_CHECKING:
    from guanhao.applications.models import Application

OPEN = (ApplicationState.DRAFT, ApplicationState.RETURNED, ApplicationState.IN_REVIEW)


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications of the institution in scope."""

    def open(self) -> ApplicationQuerySet:
        """Those that are not over."""
        return self.filter(state__in=OPEN)

    def in_review(self) -> ApplicationQuerySet:
        """Those on their way."""
        return self.filter(state=ApplicationState.IN_REVIEW)

    def visible_to(self, person: Person) -> ApplicationQuerySet:
        """One's own, those of one's units and the units below, those whose case one has to do with; all for the office.

        What nobody handed in yet is seen by the unit alone: a draft is nobody's word.
        """
        if not person.active:
            return self.none()
        held = standing(person)
        units = with_units_below(held.unit_ids)
        own = Q(applicant=person) | Q(unit__in=units)
        if Permission.ACCOUNT_MANAGE in held.permissions:
            return self.filter(own | Q(current__isnull=False))
        cases = Case.objects.visible_to(person).filter(subject_kind=SUBJECT)
        return self.filter(own | Q(case__in=cases.values("pk")))
