"""How far the consequences of an institution's events were drawn."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped


class Cursor(Scoped):
    """The next event index whose consequences are to be drawn."""

    next_index = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution"], name="cursor_one")]


class SetAside(Scoped):
    """An event whose consequences failed: shown loudly, retried by a person, never blocking the rest."""

    event_index = models.BigIntegerField()
    consequence = models.CharField(max_length=80)
    error = models.TextField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
