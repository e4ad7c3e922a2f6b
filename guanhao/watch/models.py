"""What was seen on platforms that may be ours or an impostor's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanhao.contents.models import Asset
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person
from guanhao.watch.queries import SightingQuerySet
from guanhao.watch.types import Likeness, SightingState


class Sighting(Scoped):
    """线索: a name seen on a platform, what it looks like and why, and what a person decided."""

    platform = models.CharField(_("平台"), max_length=40, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    handle = models.CharField(_("账号"), max_length=100, blank=True)
    address = models.URLField(_("链接"), max_length=500, blank=True)
    likeness = models.CharField(max_length=10, choices=Likeness.choices)
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)  # [{"points": 55, "zh": "…", "en": "…"}]
    protected = models.CharField(max_length=100, blank=True)  # the string of ours it resembles
    found_in = models.CharField(max_length=200, blank=True)  # the file it came from
    # Nobody by name where somebody without a sign-in reported it.
    found_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SightingState.choices, default=SightingState.OPEN)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(SightingQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "platform", "name", "handle"], name="sighting_once"
            )
        ]
        indexes = [models.Index(fields=["institution", "state", "-score"], name="sighting_worst_first")]

    def __str__(self) -> str:
        return self.name


class Report(Scoped):
    """举报: what somebody without a sign-in said of a sighting. Who it was is not asked and not kept."""

    sighting = models.ForeignKey(Sighting, on_delete=models.PROTECT, related_name="reports")
    note = models.CharField(max_length=500, blank=True)
    picture = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["institution", "at"], name="report_by_time")]
