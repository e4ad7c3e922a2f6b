"""Rounds of annual inspection, one row an account, the reports that units sent, and orders to close."""

from __future__ import annotations

from django.db import models

from guanhao.applications.models import Application
from guanhao.cases.models import Case
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.inspections.queries import InspectionQuerySet
from guanhao.inspections.types import InspectionState
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.regulation.models import RulebookVersion


class Round(Scoped):
    """年检: one year's inspection of all accounts, under the rulebook that was in force when it opened."""

    year = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    late_until = models.DateField()  # until when a report is still taken, as a late one
    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80)  # the duty that asks for the reports
    article = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # nobody where the calendar did
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TenantManager()

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["institution", "year"], name="inspection_round_once")]

    def __str__(self) -> str:
        return str(self.year)


class Inspection(Scoped):
    """One account in one round."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="inspections")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="inspections")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # who answers for it
    mandatory = models.BooleanField()
    state = models.CharField(max_length=8, choices=InspectionState.choices, default=InspectionState.OWED)
    late = models.BooleanField(default=False)
    working = models.JSONField(default=dict)  # what the unit has filled in so far, by field of the form
    current = models.ForeignKey("Report", null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    rectify_by = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was sent back or failed
    submitted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(InspectionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "account"], name="inspection_once_a_round"),
            # A mending without its day would never fall due.
            models.CheckConstraint(
                condition=~models.Q(state=InspectionState.RECTIFY) | models.Q(rectify_by__isnull=False),
                name="inspection_rectify_has_day",
            ),
        ]
        indexes = [models.Index(fields=["institution", "round", "state"], name="inspection_by_state")]

    def __str__(self) -> str:
        return self.account.name


class Report(Scoped):
    """自查报告: what a unit sent, with the evidence of that moment. Never changed; mending makes another one."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    values = models.JSONField()  # by field of the form
    evidence = models.JSONField()
    veto = models.JSONField(default=list)  # facts that alone keep the account from passing
    late = models.BooleanField(default=False)
    hash = models.CharField(max_length=80)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["inspection", "number"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "number"], name="inspection_report_once")
        ]


class ClosureOrder(Scoped):
    """责令关闭: what a failed inspection orders; the account publishes nothing until it is closed or allowed again."""

    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="order")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="closure_orders")
    article = models.CharField(max_length=40)
    reason = models.CharField(max_length=500, blank=True)
    ordered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # nobody where the time passed
    ordered_at = models.DateTimeField()
    close_by = models.DateField(null=True, blank=True)
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the case that closes it; none where the regulation has no road for it or nobody to walk it
    why_none_zh = models.CharField(max_length=500, blank=True)  # then this is why
    why_none_en = models.CharField(max_length=500, blank=True)
