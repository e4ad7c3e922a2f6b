"""`guanhao backup FILE`: a consistent copy of the whole installation while it runs, without its keys (BK1)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from guanhao.commands.operator import OperatorCommand
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.operating.backup import writing
from guanhao.operating.trouble import GOOD


class Command(OperatorCommand):
    """Write one archive: database, uploads, manifest."""

    help = "备份数据库和上传文件，可在运行中进行；密钥须另行保管 / back up database and uploads while running; keys are kept elsewhere"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        super().add_arguments(parser)
        parser.add_argument(
            "place",
            type=Path,
            metavar="FILE.tar",
            help="新文件；给目录则自动命名 / a new file, or a directory to name one in",
        )

    def carry_out(self, options: dict[str, Any]) -> int:
        """Write it and say what is in it."""
        place: Path = options["place"]
        if place.is_dir():
            place /= f"guanhao-{clock.now().astimezone(clock.CHINA):%Y%m%d-%H%M%S}.tar"
        manifest = writing.write(place)
        size = sum(file.size for file in manifest.files)
        uploads = len(manifest.files) - 1
        entries = sum(log.size for log in manifest.state.ledgers.values())
        self.tell(
            {"file": str(place), "bytes": size, "uploads": uploads, **manifest.model_dump(exclude={"files"})},
            [
                Text(
                    zh=f"{place}：{size >> 20} MiB，上传文件 {uploads} 个，台账 {entries} 条。密钥不在其中，请另行保管 kek.json 和 ledger.key。",
                    en=f"{place}: {size >> 20} MiB, {uploads} uploads, {entries} ledger entries. It holds no keys; keep kek.json and ledger.key elsewhere.",
                )
            ],
        )
        return GOOD
