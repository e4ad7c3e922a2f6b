"""Reads of cases and steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from guanhao.cases.types import CaseState, StepState

if TYPE_CHECKING:
    from guanhao.cases.models import Case, Step


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases of the institution in scope."""

    def open(self) -> CaseQuerySet:
        """Cases still on their way."""
        return self.filter(state=CaseState.OPEN)


class StepQuerySet(models.QuerySet["Step"]):
    """Steps of the institution in scope."""

    def waiting(self) -> StepQuerySet:
        """Steps that wait for a decision now (held ones included)."""
        return self.filter(state__in=[StepState.CURRENT, StepState.HELD])
