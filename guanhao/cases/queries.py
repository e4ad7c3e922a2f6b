"""Reads of cases, steps and decisions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from guanhao.cases.types import CaseState, StepState, Verdict

if TYPE_CHECKING:
    from guanhao.cases.models import Case, Decision, Step


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases of the institution in scope."""

    def open(self) -> CaseQuerySet:
        """Cases still on their way."""
        return self.filter(state=CaseState.OPEN)

    def about(self, kind: str, key: object) -> CaseQuerySet:
        """The cases of one subject, the latest first."""
        return self.filter(subject_kind=kind, subject_id=str(key)).order_by("-opened_at", "-pk")


class StepQuerySet(models.QuerySet["Step"]):
    """Steps of the institution in scope."""

    def waiting(self) -> StepQuerySet:
        """Steps that wait for a decision now (held ones included)."""
        return self.filter(state__in=[StepState.CURRENT, StepState.HELD])

    def overdue(self, at: datetime) -> StepQuerySet:
        """Waiting steps whose time is over at the instant."""
        return self.waiting().filter(due_at__lte=at)

    def near_due(self, at: datetime, by: datetime) -> StepQuerySet:
        """Waiting steps due after ``at`` but not after ``by``, of which nobody was reminded yet."""
        return self.waiting().filter(due_at__gt=at, due_at__lte=by, reminded_at__isnull=True)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions of the institution in scope."""

    def counting(self) -> DecisionQuerySet:
        """Approvals of the round their step is in; those of earlier rounds were overtaken by a return."""
        return self.filter(verdict=Verdict.APPROVE, final=True, round=models.F("step__round"))
