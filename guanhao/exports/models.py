"""导出: a long list or bundle that is made in the background, for the one person who asked for it."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.exports.queries import ExportQuerySet
from guanhao.exports.types import ExportKind
from guanhao.people.models import Person
from guanhao.steps.models import Leased


class ExportJob(Scoped, Leased):
    """One export. ``params`` say which rows; what the person may see is asked anew when it is made."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ExportKind])
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)  # rows to write, as last counted
    done = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField()

    objects = TenantManager.from_queryset(ExportQuerySet)()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["run_after"], condition=models.Q(finished_at__isnull=True), name="export_waiting"
            )
        ]
