"""Removing an institution: asked by one, confirmed by another, after a time of waiting; what is left is this row (SE8)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.exports.models import ExportJob
from guanhao.people.models import Person
from guanhao.removal.queries import RemovalQuerySet


class Removal(Scoped):
    """退出申请, and once it is carried out the tombstone: dates, and digests of who asked and who confirmed.

    The digests are salted commitments to name and number, so that whoever knows a name can show that it was that person.
    """

    reason = models.CharField(_("理由"), max_length=300, blank=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey(ExportJob, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)  # when the last export was first made
    taken_at = models.DateTimeField(null=True, blank=True)  # when one of the two first took the last export
    begun_at = models.DateTimeField(null=True, blank=True)
    salt = models.BinaryField(max_length=16, default=b"")
    asked_digest = models.CharField(max_length=80, blank=True)
    confirmed_digest = models.CharField(max_length=80, blank=True)
    was_public = models.BooleanField(default=False)  # whether its directory was open
    done_at = models.DateTimeField(null=True, blank=True)
    destroyed = models.JSONField(default=dict)  # how many rows, files, sign-ins

    objects = TenantManager.from_queryset(RemovalQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution"], condition=Q(cancelled_at__isnull=True), name="removal_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")),
                name="removal_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, due_at__isnull=True)
                | Q(confirmed_at__isnull=False, due_at__gt=F("confirmed_at")),
                name="removal_waits_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(begun_at__isnull=True)
                | (
                    Q(cancelled_at__isnull=True, confirmed_at__isnull=False, begun_at__gte=F("due_at"))
                    & ~Q(asked_digest="")
                    & ~Q(confirmed_digest="")
                    & ~Q(asked_digest=F("confirmed_digest"))
                ),
                name="removal_begins_after_waiting",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(begun_at__isnull=False), name="removal_ends_once_begun"
            ),
        ]
