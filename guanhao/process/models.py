"""How far the consequences of an institution's events were drawn."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped


class Cursor(Scoped):
    """The next event index whose consequences are to be drawn."""

    next_index = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution"], name="cursor_one")]


class Alarm(Scoped):
    """A queue that nobody serves or that does not get on, from when it was noticed until it was well again."""

    queue = models.CharField(max_length=20)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "queue"],
                condition=models.Q(ended_at__isnull=True),
                name="alarm_one_at_a_time",
            )
        ]


class SetAside(Scoped):
    """An event whose consequences failed: shown loudly, retried by a person, never blocking the rest."""

    event_index = models.BigIntegerField()
    consequence = models.CharField(max_length=80)
    error = models.TextField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
