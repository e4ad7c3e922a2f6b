"""Reads of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from guanhao.ledger.models import Event


class EventQuerySet(models.QuerySet["Event"]):
    """Events of the institution in scope."""

    def about(self, kind: str, key: object) -> EventQuerySet:
        """What happened to one subject, oldest first."""
        return self.filter(subject_kind=kind, subject_id=str(key)).order_by("index")

    def newest_first(self) -> EventQuerySet:
        """The order of history pages."""
        return self.order_by("-index")
