"""What an institution's own ledgers call their columns, remembered from the last time somebody said so."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped


class KnownHeading(Scoped):
    """列名: which column of the register a heading of the institution's ledger means; empty where it means none."""

    heading = models.CharField(max_length=100)
    column = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "heading"], name="known_heading_once")]
