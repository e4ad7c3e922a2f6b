"""`guanhao check`: is this installation set up as it must be? One line for each thing, with its mend."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from guanhao.commands.operator import OperatorCommand
from guanhao.core.text import Text
from guanhao.operating.checking.all import every_line
from guanhao.operating.checking.lines import Line, Standing
from guanhao.operating.trouble import GOOD, WRONG

MARKS = {Standing.GOOD: "✓", Standing.WARNING: "!", Standing.WRONG: "✗"}


class Command(OperatorCommand):
    """Look at database, keys, machine, platforms, mail and workers. Changes and sends nothing."""

    help = "检查安装：数据库、密钥、时钟、磁盘、平台、邮件、后台程序 / check this installation; exit code 1 where something must be mended"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether the network may be used."""
        super().add_arguments(parser)
        parser.add_argument(
            "--offline", action="store_true", help="不连平台和邮件服务器 / leave platforms and mail out"
        )

    def carry_out(self, options: dict[str, Any]) -> int:
        """Tell every line; 1 where any is wrong."""
        lines = every_line(network=not options["offline"])
        bad = any(line.standing is Standing.WRONG for line in lines)
        data = {"good": not bad, "lines": [_data(line) for line in lines]}
        self.tell(data, [text for line in lines for text in _told(line)])
        return WRONG if bad else GOOD


def _data(line: Line) -> dict[str, Any]:
    mend = {"zh": line.mend.zh, "en": line.mend.en} if line.mend else None
    return {
        "name": line.name,
        "standing": line.standing.value,
        "zh": line.found.zh,
        "en": line.found.en,
        "mend": mend,
    }


def _told(line: Line) -> list[Text]:
    mark = MARKS[line.standing]
    told = [Text(zh=f"{mark} {line.found.zh}", en=f"{mark} {line.found.en}")]
    if line.mend:
        told.append(Text(zh=f"    → {line.mend.zh}", en=f"    → {line.mend.en}"))
    return told
