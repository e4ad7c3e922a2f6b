"""Reads of articles and pushes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from guanhao.contents.types import PushState

if TYPE_CHECKING:
    from guanhao.contents.models import Article, Push


class ArticleQuerySet(models.QuerySet["Article"]):
    """Articles of the institution in scope."""


class PushQuerySet(models.QuerySet["Push"]):
    """Pushes of the institution in scope."""

    def between(self, start: datetime, end: datetime) -> PushQuerySet:
        """Pushes due from ``start`` (inclusive) to ``end`` (exclusive) that were not cancelled."""
        return self.filter(due_at__gte=start, due_at__lt=end).exclude(state=PushState.CANCELLED)
