"""Reads of removals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from guanhao.removal.models import Removal


class RemovalQuerySet(models.QuerySet["Removal"]):
    """Removals of the institution in scope."""

    def open(self) -> RemovalQuerySet:
        """Asked for and neither cancelled nor begun."""
        return self.filter(cancelled_at__isnull=True, begun_at__isnull=True)

    def waiting(self) -> RemovalQuerySet:
        """Those that a second person has not confirmed."""
        return self.open().filter(confirmed_at__isnull=True)

    def due(self, now: datetime) -> RemovalQuerySet:
        """Confirmed, and the time of waiting is over."""
        return self.open().filter(confirmed_at__isnull=False, due_at__lte=now)

    def unfinished(self) -> RemovalQuerySet:
        """Begun, and not at its end: a process died, or is at work."""
        return self.filter(begun_at__isnull=False, done_at__isnull=True)
