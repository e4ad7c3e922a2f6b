"""`manage.py rekey`: rotates the key-encryption key online (SE6). Killed at any point, it goes on when called again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guanhao.core import envelope, faults
from guanhao.core.envelope import KeyRing
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
            faults.point("rekey_added")
            done = _all()
            if options["drop_old"]:
                ring = _drop_old()
        except (envelope.KeyMissing, envelope.EnvelopeBroken) as error:
            raise CommandError(str(error), returncode=1) from None
        told = {"rewrapped": done, "current": ring.current, "keys": sorted(ring.keys)}
        self.stdout.write(
            json.dumps(told) if options["json"] else f"{done} value(s) brought under {ring.current}."
        )


def _drop_old() -> KeyRing:
    """Forget the other keys, unless a process sealed something under one of them meanwhile.

    Such a value was sealed while the new key was being added; it is brought over at the next call.
    """
    if left := vault.under_other_keys():
        raise CommandError(
            f"仍有 {left} 项在旧密钥下，旧密钥未删除；请再运行一次 guanhao rekey --resume --drop-old。\n"
            f"{left} value(s) are still under an older key, which was kept; run: guanhao rekey --resume --drop-old",
            returncode=1,
        )
    return envelope.drop_old_keys(settings.KEK_PATH)


def _all() -> int:
    total = 0
    while done := vault.rewrap_some(BATCH):
        total += done
    return total
