"""`manage.py init_keys`: makes the keys that live outside the database, once. Existing keys are never touched."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from guanhao.core import envelope
from guanhao.ledger import keys
from guanhao.registry import vault

SEALED = "registry_secret"


class Command(BaseCommand):
    """Make the key-encryption key and the ledger's signing key where they are missing."""

    help = "Make missing key files. Keep copies of them away from the backups of the database."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """Make what is missing and say where it is."""
        if SEALED in connection.introspection.table_names():
            vault.ensure_keys()
        elif not settings.KEK_PATH.exists():
            envelope.create_keys(settings.KEK_PATH)  # Before the first migration nothing was ever sealed.
        self.stdout.write(f"Key-encryption key: {settings.KEK_PATH}")
        made = "made" if keys.create_if_missing() else "kept"
        self.stdout.write(f"Ledger signing key ({made}): {settings.LEDGER_KEY_PATH}")
