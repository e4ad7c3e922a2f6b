"""Institutions, their unit trees, people and what people hold over time."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.queries import AppointmentQuerySet, DelegationQuerySet, PersonQuerySet, UnitQuerySet
from guanhao.people.types import Capability, PersonKind


class PresentInstitutions(models.Manager["Institution"]):
    """The institutions that work here; one that was removed is a name and a log (SE8)."""

    def get_queryset(self) -> models.QuerySet[Institution]:
        """Those that nobody has begun to remove."""
        return super().get_queryset().filter(removed_at__isnull=True)


class Institution(models.Model):
    """学校 / 机构: the tenant. Its rulebook is in force over it.

    A removed one keeps key and name: its log still bears them, and a second log under the same key would be a fork.
    """

    key = models.SlugField(_("代号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    short_names = models.JSONField(_("简称"), default=list, blank=True)
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)  # from then on nothing of it is shown or run

    objects = PresentInstitutions()
    ever: ClassVar[models.Manager[Institution]] = models.Manager()

    class Meta:
        default_manager_name = "ever"

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A sign-in. What it may do comes from the person's appointments, never from Django's staff flags."""

    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Person(Scoped):
    """人员: a human being known to one institution; may or may not sign in."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="persons")
    name = models.CharField(_("姓名"), max_length=60)
    kind = models.CharField(_("身份"), max_length=20, choices=PersonKind.choices, default=PersonKind.STAFF)
    # The staff or student number: the identity behind possibly several sign-ins (AP3).
    staff_no = models.CharField(_("工号/学号"), max_length=40, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    phone = models.CharField(_("手机"), max_length=30, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    active = models.BooleanField(_("在用"), default=True)
    left_on = models.DateField(_("离任日期"), null=True, blank=True)
    created_at = models.DateTimeField()

    objects = TenantManager.from_queryset(PersonQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "staff_no"],
                condition=~models.Q(staff_no=""),
                name="person_one_identity",
            ),
            models.UniqueConstraint(
                fields=["institution", "user"],
                condition=models.Q(user__isnull=False),
                name="person_one_sign_in",
            ),
        ]
        indexes = [models.Index(fields=["institution", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class Unit(Scoped):
    """单位: a node of the unit tree. Kinds are data of the rulebook (`unit_kinds`)."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=40)
    position = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = TenantManager.from_queryset(UnitQuerySet)()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="unit_one_name")]

    def __str__(self) -> str:
        return self.name


class UnitFunction(Scoped):
    """What a unit is for the whole institution: competent office, registrar, technical unit … (keys of the rulebook)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="functions")
    function = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "function", "unit"], name="unit_function_once")
        ]


class Appointment(Scoped):
    """任职: a person holds a post in a unit from a day to a day (both inclusive; open-ended where ``until`` is empty)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    post = models.CharField(_("职务"), max_length=40)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    objects = TenantManager.from_queryset(AppointmentQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["unit", "post"], name="appointment_by_post")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="appointment_ends_after_it_begins",
            )
        ]


class Delegation(Scoped):
    """委托代办: a deputy decides for someone from an instant to an instant."""

    principal = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_given")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_held")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(DelegationQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")), name="delegation_has_length"
            ),
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("deputy")), name="delegation_to_somebody_else"
            ),
        ]


class CapabilityGrant(Scoped):
    """三员分立 (K12): system, security and audit administration; one person may hold at most one of them."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="capabilities")
    capability = models.CharField(max_length=20, choices=Capability.choices)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="capability_one_of_three"
            )
        ]
