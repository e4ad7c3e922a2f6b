"""The rulebook in force over an institution, version by version."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person


class RulebookVersion(Scoped):
    """制度版本: a rulebook as adopted. Immutable; a case keeps the version it began under (AP6)."""

    key = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=80)
    content = models.JSONField()  # Rulebook.to_json()
    source = models.TextField()  # the file as the institution wrote it
    effective = models.DateField()
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: models.Manager[RulebookVersion] = TenantManager()

    class Meta:
        ordering = ["-effective", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "digest"], name="rulebook_adopted_once")
        ]
