"""`manage.py remove_institution [KEY]`: carries out removals that are due, and goes on with interrupted ones (SE8).

It takes no decision: two people of the institution ask and confirm on their page, and the seven days run there.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanhao.core import tenancy
from guanhao.people.models import Institution
from guanhao.process.removing import remove
from guanhao.removal import checks, destroying
from guanhao.removal.models import Removal


class Command(BaseCommand):
    """Carry out what is due; say of everything else why it is not."""

    help = "Carry out removals of institutions that two people confirmed and whose seven days are over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be chosen."""
        parser.add_argument("key", nargs="?", default="", help="only this institution")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """Carry them out; exit code 1 where the institution named cannot be removed now."""
        key = options["key"]
        wanted = [one for one in destroying.due() if key in {"", one.institution.key}]
        for removal in wanted:
            if not remove(removal):
                raise CommandError(f"{removal.institution.key}: {_why_not(removal)}", returncode=1)
            if options["json"]:
                continue
            self.stdout.write(
                f"{removal.institution.key}：已销毁。备份中的密文在主密钥更换后无法打开：guanhao rekey --drop-old\n"
                f"{removal.institution.key}: destroyed. What backups hold sealed opens no more once the key-encryption "
                "key is rotated: guanhao rekey --drop-old"
            )
        if key and not wanted:
            raise CommandError(_nothing_due(key), returncode=1)
        if options["json"]:
            self.stdout.write(json.dumps({"removed": [one.institution.key for one in wanted]}))


def _why_not(removal: Removal) -> str:
    with tenancy.within(removal.institution):
        found = checks.hindrances(removal.institution)
    if found:
        return " ".join(f"{one.zh} {one.en}" for one in found)
    return "最后一次导出尚未生成。The last export is not made yet."


def _nothing_due(key: str) -> str:
    institution = Institution.ever.filter(key=key).first()
    if institution is None:
        return f"没有代号为 {key} 的单位。There is no institution {key}."
    if institution.removed_at is not None:
        return f"{key} 已退出。{key} was removed already."
    return f"{key} 没有到期的退出申请。No removal of {key} is due."
