"""Reads of the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from guanhao.inbound.types import InboxKind

if TYPE_CHECKING:
    from guanhao.inbound.models import InboxItem
    from guanhao.registry.models import Account


class InboxQuerySet(models.QuerySet["InboxItem"]):
    """Messages to the accounts of the institution in scope."""

    def waiting(self) -> InboxQuerySet:
        """What was not handled yet."""
        return self.filter(handled_at__isnull=True)

    def about(self, account: Account, kind: InboxKind, reference: str) -> InboxQuerySet:
        """What was told about one task of the platform, the latest first."""
        return self.filter(account=account, kind=kind, reference=reference).order_by("-created_at", "-pk")

    def of_user(self, account: Account, user: str) -> InboxQuerySet:
        """What one user of the account did, by the digest that stands for them."""
        return self.filter(account=account, user=user)

    def outlived(self, now: datetime) -> InboxQuerySet:
        """What is kept no longer."""
        return self.filter(keep_until__lte=now)
