"""Applications about accounts. An application points at its case; a case knows it only by key and digest."""

from __future__ import annotations

from django.db import models

from guanhao.applications.queries import ApplicationQuerySet
from guanhao.applications.types import ApplicationState, Kind
from guanhao.cases.models import Case, Step
from guanhao.cases.types import BarredWhy
from guanhao.contents.models import Article
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.watch.models import Sighting


class Application(Scoped):
    """申请: something a unit asks for about an account, from the draft to its effect."""

    act = models.CharField(max_length=40, choices=Kind.choices)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    sighting = models.ForeignKey(
        Sighting, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    state = models.CharField(max_length=12, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    working = models.JSONField(default=dict)  # what was filled in, by key of the field
    serial = models.PositiveIntegerField(default=0)  # grows with every saving
    current = models.ForeignKey(
        "ApplicationRevision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(ApplicationQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["institution", "state", "-changed_at"], name="application_by_state"),
            models.Index(fields=["institution", "account"], name="application_by_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sighting", "act"],
                condition=models.Q(sighting__isnull=False),
                name="application_one_per_sighting",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ApplicationState.EFFECTIVE) | models.Q(effective_at__isnull=False),
                name="application_effect_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> Kind:
        """What is applied for."""
        return Kind(self.act)


class ApplicationRevision(Scoped):
    """版本: what was handed in, never changed. Decisions are bound to its hash (AP1)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # freezing.Content; names people, so it is erased with them
    hash = models.CharField(max_length=80)
    findings = models.JSONField(default=list)  # what the checks said when it was handed in
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="application_revision_once")
        ]


class ApplicationHand(Scoped):
    """Who had a hand in an application and therefore cannot approve it (AP3)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="hands")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, choices=BarredWhy.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "person", "why"], name="application_hand_once")
        ]


class Completion(Scoped):
    """办结回填: what whoever carried a step out says came of it, such as the id of the account that was built."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="completions")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="completion")
    values = models.JSONField(default=dict)  # by Meaning
    note = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    @property
    def brought(self) -> list[str]:
        """What it brought, without what was left empty."""
        return [value for value in self.values.values() if value]
