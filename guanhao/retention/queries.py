"""Reads of changes of the period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from guanhao.retention.models import PeriodChange


class PeriodChangeQuerySet(models.QuerySet["PeriodChange"]):
    """Changes of the institution in scope."""

    def open(self) -> PeriodChangeQuerySet:
        """Asked for, and neither agreed nor taken back."""
        return self.filter(agreed_at__isnull=True, dropped_at__isnull=True)
