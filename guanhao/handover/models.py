"""Handing over: who leaves, who takes on what, who signed which list."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped
from guanhao.handover.types import ItemKind
from guanhao.people.models import Person


class Handover(Scoped):
    """工作交接: one person on the way out. What there is to hand over is read from the world, never copied."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers")
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(done_at__isnull=True, dropped_at__isnull=True),
                name="handover_one_open",
            )
        ]


class Heir(Scoped):
    """接手人: who takes on one thing."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="heirs")
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    key = models.BigIntegerField()
    title = models.CharField(
        max_length=300, blank=True
    )  # as it was called; its row may be gone once it is done
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "kind", "key"], name="heir_one_per_thing")]


class Signature(Scoped):
    """签字: a person agreed to the list as it stood; a list that changed since is not what was signed."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    instead = models.BooleanField(default=False)  # of the one who leaves and is not there any more
    digest = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "person", "instead"], name="signature_once")
        ]
