"""What the public directory keeps of its own: whether it is open, what QR codes say."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped
from guanhao.registry.models import Account


class Directory(Scoped):
    """公开名录: whether an institution shows its register to the public. Without a row it does not."""

    open = models.BooleanField(default=False)
    hosts = models.JSONField(default=list)  # sites that may show the widget in a frame
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution"], name="directory_once")]


class KnownCode(Scoped):
    """What an account's stored QR code says, so that a scanned one can be recognised."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="known_codes")
    picture = models.CharField(max_length=80)  # digest of the picture it was read from
    key = models.CharField(max_length=200)  # digest of its text, compared as links are

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="known_code_once")]
        indexes = [models.Index(fields=["institution", "key"], name="known_code_by_text")]
