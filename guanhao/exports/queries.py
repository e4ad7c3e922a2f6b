"""Reads of exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from guanhao.exports.types import ExportKind
from guanhao.people.models import Person
from guanhao.steps.clock import database_now

if TYPE_CHECKING:
    from guanhao.exports.models import ExportJob


class ExportQuerySet(models.QuerySet["ExportJob"]):
    """Exports of the institution in scope."""

    def of(self, person: Person) -> ExportQuerySet:
        """What this person asked for; an export is nobody else's."""
        return self.filter(person=person)

    def offered(self) -> ExportQuerySet:
        """What its person fetches from their own exports; what takes two persons is fetched where the two sign for it."""
        return self.exclude(kind__in=[ExportKind.DISCLOSURE, ExportKind.LEAVING])

    def waiting(self) -> ExportQuerySet:
        """What is still to be made."""
        return self.filter(finished_at__isnull=True)

    def expired(self) -> ExportQuerySet:
        """What is to be forgotten, made or not."""
        return self.filter(expires_at__lte=database_now())
