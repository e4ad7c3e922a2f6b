"""`guanhao duties rebuild`: drop the rows of duties and make them again from the ledger; say whether they are the same."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanhao.core import tenancy
from guanhao.core.verdicts import Refused
from guanhao.duties.rebuilding import Rebuilt, rebuild
from guanhao.people.models import Institution


class Command(BaseCommand):
    """Rebuild the duties of one institution, or of all."""

    help = "Duties: make their rows again from the ledger. Exit code 1 where they were not the same before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be chosen."""
        parser.add_argument("act", choices=["rebuild"], help="what to do")
        parser.add_argument("institution", nargs="?", help="an institution's key; all where none is given")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """Rebuild, report, and fail where something had strayed from the ledger."""
        wanted = Institution.objects.order_by("key")
        if options["institution"]:
            wanted = wanted.filter(key=options["institution"])
        if not wanted.exists():
            raise CommandError("There is no such institution.", returncode=2)
        done = {}
        for institution in wanted:
            with tenancy.within(institution):
                try:
                    done[institution.key] = rebuild(institution)
                except Refused as refused:
                    why = refused.denied.reason
                    raise CommandError(f"{institution.key}: {why.zh} {why.en}", returncode=2) from None
        lines = {key: asdict(found) for key, found in done.items()}
        self.stdout.write(
            json.dumps(lines) if options["json"] else "\n".join(_line(key, one) for key, one in done.items())
        )
        if not all(found.same for found in done.values()):
            raise CommandError("The rows were not what the ledger says; they are now.", returncode=1)


def _line(key: str, found: Rebuilt) -> str:
    word = "same" if found.same else "MENDED"
    return f"{key:12} {word:6} events {found.events} duties {found.before} -> {found.after}"
