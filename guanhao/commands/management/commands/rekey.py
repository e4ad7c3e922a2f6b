"""`manage.py rekey`: rotates the key-encryption key online (SE6). Killed at any point, it goes on when called again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guanhao.core import envelope
from guanhao.registry import vault

BATCH = 200


class Command(BaseCommand):
    """Add a key, bring every sealed value under it, and forget the old one when told to."""

    help = (
        "Rotate the key-encryption key; --resume goes on with the present one, --drop-old forgets the others."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be chosen."""
        parser.add_argument(
            "--resume", action="store_true", help="add no key; only bring values under the current one"
        )
        parser.add_argument("--drop-old", action="store_true", help="afterwards forget every other key")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """Rotate; exit code 1 where the key file cannot be used."""
        try:
            ring = vault.ring() if options["resume"] else envelope.add_key(settings.KEK_PATH)
            done = _all()
            if options["drop_old"]:
                ring = envelope.drop_old_keys(settings.KEK_PATH)
        except (envelope.KeyMissing, envelope.EnvelopeBroken) as error:
            raise CommandError(str(error), returncode=1) from None
        told = {"rewrapped": done, "current": ring.current, "keys": sorted(ring.keys)}
        self.stdout.write(
            json.dumps(told) if options["json"] else f"{done} value(s) brought under {ring.current}."
        )


def _all() -> int:
    total = 0
    while done := vault.rewrap_some(BATCH):
        total += done
    return total
