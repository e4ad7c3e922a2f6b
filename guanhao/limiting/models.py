"""The counts, as rows, so that several processes and hosts count together."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped


class Counted(Scoped):
    """How often somebody used something within a span of time; who it is, is kept only as a keyed digest."""

    use = models.CharField(max_length=10)
    who = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "use", "who", "begun_at"], name="counted_once_a_span"
            )
        ]
