"""Incidents with what was reported of them to whom."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person
from guanhao.privacy.queries import IncidentQuerySet, ReportQuerySet
from guanhao.privacy.types import Addressee, IncidentKind
from guanhao.registry.models import Account


class Incident(Scoped):
    """安全事件: what happened, as far as it is known now. Its earlier wordings are in the ledger."""

    kind = models.CharField(_("类别"), max_length=12, choices=IncidentKind.choices)
    title = models.CharField(_("名称"), max_length=120)
    what = models.TextField(_("发生了什么"))
    noticed_at = models.DateTimeField(_("何时发现"))
    happened_at = models.DateTimeField(_("发生时间"), null=True, blank=True)
    persons_number = models.PositiveIntegerField(_("涉及人数"), null=True, blank=True)
    persons_who = models.TextField(_("涉及哪些人"), blank=True)
    data_kinds = models.CharField(_("涉及的信息种类"), max_length=300, blank=True)
    causes = models.TextField(_("原因和可能的危害"), blank=True)
    advice = models.TextField(_("个人可以采取的措施"), blank=True)
    contact = models.CharField(_("联系方式"), max_length=200, blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    lessons = models.TextField(_("教训和改进"), blank=True)
    keep_until = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(IncidentQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, keep_until__isnull=True)
                | (models.Q(closed_at__isnull=False, keep_until__isnull=False) & ~models.Q(lessons="")),
                name="incident_closes_with_lessons",
            )
        ]


class IncidentAccount(Scoped):
    """An account an incident concerns."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="accounts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "account"], name="incident_account_once")]


class Measure(Scoped):
    """处置措施: what was done about an incident, by whom and when; only ever added."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="measures")
    words = models.TextField(_("措施"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Report(Scoped):
    """A report that an incident owes: made, or found not to be needed, with the reason."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="reports")
    to = models.CharField(_("对象"), max_length=12, choices=Addressee.choices)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)  # empty where it was not needed
    whom = models.CharField(_("向谁报告"), max_length=200, blank=True)
    words = models.TextField(_("说明"), blank=True)

    objects = TenantManager.from_queryset(ReportQuerySet)()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "to"], name="incident_report_once"),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, made_at__isnull=True)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="incident_report_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"], condition=models.Q(settled_at__isnull=True), name="incident_report_open"
            )
        ]
