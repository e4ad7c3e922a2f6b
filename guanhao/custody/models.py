"""Who saw which secret, which secrets must be replaced, and how that was proven. No row here holds a secret."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.custody.queries import EmergencyQuerySet, ExposureQuerySet, RevealQuerySet
from guanhao.custody.types import ExposureWhy, ProofHow
from guanhao.people.models import Person
from guanhao.registry.models import Account, Secret
from guanhao.registry.types import SecretKind


class Emergency(Scoped):
    """应急查看: somebody who holds no slot asks to see a secret; two others must agree, for a limited time (SE5)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="emergencies")
    kind = models.CharField(max_length=20, choices=SecretKind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    ask_until = models.DateTimeField()
    granted_at = models.DateTimeField(null=True, blank=True)
    granted_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # declined, or taken back

    objects = TenantManager.from_queryset(EmergencyQuerySet)()


class EmergencyVoice(Scoped):
    """One of the others, for or against. One person has one voice."""

    emergency = models.ForeignKey(Emergency, on_delete=models.PROTECT, related_name="voices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["emergency", "person"], name="emergency_one_voice_each")
        ]


class Reveal(Scoped):
    """查看: one permission to see one secret once, used within minutes in the session that asked for it (SE3)."""

    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="reveals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    emergency = models.ForeignKey(
        Emergency, null=True, blank=True, on_delete=models.PROTECT, related_name="reveals"
    )
    reason = models.CharField(max_length=300)
    token_digest = models.CharField(max_length=80, unique=True)
    session_digest = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)  # somebody tried to open it a second time

    objects = TenantManager.from_queryset(RevealQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["person", "asked_at"], name="reveal_recent")]


class Proof(Scoped):
    """验证: the platform, or a second person, says that this secret is the one in use and the one before is not."""

    secret = models.OneToOneField(Secret, on_delete=models.PROTECT, related_name="proof")
    how = models.CharField(max_length=10, choices=ProofHow.choices)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    statement = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(how=ProofHow.ACCEPTED) | models.Q(person__isnull=False),
                name="proof_attested_by_somebody",
            )
        ]


class Exposure(Scoped):
    """外泄风险: a secret known to somebody who must not know it any more; closed by the proof of a newer one (SE4)."""

    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="exposures")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=16, choices=ExposureWhy.choices)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    clause = models.CharField(max_length=80, blank=True)
    article = models.CharField(max_length=40, blank=True)
    proof = models.ForeignKey(Proof, null=True, blank=True, on_delete=models.PROTECT, related_name="closed")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(ExposureQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["secret", "person"],
                condition=models.Q(closed_at__isnull=True, person__isnull=False),
                name="exposure_one_open_per_person",
            ),
            models.UniqueConstraint(
                fields=["secret"],
                condition=models.Q(closed_at__isnull=True, person__isnull=True),
                name="exposure_one_open_leak",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "due_at"],
                condition=models.Q(closed_at__isnull=True),
                name="exposure_open",
            )
        ]
