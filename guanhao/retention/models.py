"""Changes of how long the ledger is kept: asked by one, agreed by another (LG8, AP8)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.ledger.types import LEAST_MONTHS, MOST_MONTHS
from guanhao.people.models import Person
from guanhao.retention.queries import PeriodChangeQuerySet


class PeriodChange(Scoped):
    """更改留存期限. A trigger lets the period in force be only that of the newest change that was agreed."""

    months = models.PositiveSmallIntegerField(_("留存期限（月）"))
    reason = models.CharField(_("理由"), max_length=300)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(PeriodChangeQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=LEAST_MONTHS, months__lte=MOST_MONTHS),
                name="period_at_least_six_months",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | (Q(agreed_at__isnull=False, dropped_at__isnull=True) & ~Q(agreed_by=F("asked_by"))),
                name="period_by_two_persons",
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(agreed_at__isnull=True, dropped_at__isnull=True),
                name="period_one_change_open",
            ),
        ]
