"""Reads of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from guanhao.registry.types import AccountState

if TYPE_CHECKING:
    from guanhao.registry.models import Account


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts of the institution in scope."""

    def active(self) -> AccountQuerySet:
        """Accounts that may publish."""
        return self.filter(state=AccountState.ACTIVE)
