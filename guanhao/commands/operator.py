"""What operators' commands share: `--json`, `--lang`, exit codes, one plain sentence for each failure."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanhao.core.text import Text
from guanhao.operating.trouble import GOOD, NOT_DONE, Trouble


class OperatorCommand(BaseCommand):
    """A command of `guanhao`. Subclasses SHALL define `carry_out`, which answers the exit code."""

    requires_system_checks = ()  # They ask the database, which may be what is to be restored.
    language = "zh"
    as_json = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two options that all have."""
        parser.add_argument("--json", action="store_true", help="机器可读输出 / machine-readable output")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 / language")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """Carry it out; leaves with the exit code where it is not 0."""
        self.language, self.as_json = options["lang"], options["json"]
        try:
            code = self.carry_out(options)
        except Trouble as trouble:
            if self.as_json:
                self.stdout.write(
                    json.dumps(
                        {"failed": {"zh": trouble.sentence.zh, "en": trouble.sentence.en}}, ensure_ascii=False
                    )
                )
            raise CommandError(self.said(trouble.sentence), returncode=NOT_DONE) from None
        if code != GOOD:
            sys.exit(code)

    def carry_out(self, options: dict[str, Any]) -> int:
        """Do it; answer 0 or 1, raise `Trouble` where it cannot be done."""
        raise NotImplementedError

    def said(self, text: Text) -> str:
        """A sentence in the language asked for."""
        return text.in_language(self.language)

    def tell(self, data: Any, lines: Iterable[Text]) -> None:
        """Write the outcome: ``data`` as JSON, or the lines."""
        if self.as_json:
            self.stdout.write(json.dumps(data, ensure_ascii=False))
            return
        for line in lines:
            self.stdout.write(self.said(line))
