"""Reads of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from guanhao.publishing.models import PublishJob


class JobQuerySet(models.QuerySet["PublishJob"]):
    """Jobs of the institution in scope."""
