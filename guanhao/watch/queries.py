"""Reads of the watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from guanhao.watch.types import SightingState

if TYPE_CHECKING:
    from guanhao.watch.models import Sighting


class SightingQuerySet(models.QuerySet["Sighting"]):
    """Sightings of the institution in scope."""

    def open(self) -> SightingQuerySet:
        """Those nobody decided about yet."""
        return self.filter(state=SightingState.OPEN)
