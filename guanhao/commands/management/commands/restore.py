"""`guanhao restore FILE`: put a backup in place; ends with proofs and with publishing held (BK2, K9)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from guanhao.commands.operator import OperatorCommand
from guanhao.core.text import Text
from guanhao.operating.backup.restoring import Restored, restore
from guanhao.operating.trouble import GOOD, WRONG


class Command(OperatorCommand):
    """Restore into an empty place, or with ``--replace`` beside what is there."""

    help = (
        "从备份恢复；结束时核验台账、试开密文，并暂停发布 / restore a backup; verifies, then holds publishing"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, and whether something may be replaced."""
        super().add_arguments(parser)
        parser.add_argument("place", type=Path, metavar="FILE.tar", help="备份文件 / the backup")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="目标非空也恢复，原数据留在旁边 / also where something is; it is kept aside",
        )

    def carry_out(self, options: dict[str, Any]) -> int:
        """Restore and tell; 1 where a proof failed."""
        done = restore(options["place"], replace=options["replace"])
        self.tell(_data(done), _lines(done))
        return WRONG if done.problems else GOOD


def _data(done: Restored) -> dict[str, Any]:
    return {
        "made_at": done.manifest.made_at,
        "ledgers": {key: log.size for key, log in done.manifest.state.ledgers.items()},
        "lost_entries": done.lost_entries,
        "kept_aside": list(done.aside),
        "held": True,
        "problems": [{"zh": text.zh, "en": text.en} for text in done.problems],
    }


def _lines(done: Restored) -> list[Text]:
    told = [
        Text(
            zh=f"已恢复 {done.manifest.made_at} 的备份。",
            en=f"The backup of {done.manifest.made_at} is in place.",
        )
    ]
    told += [Text(zh=f"原数据留在 {name}", en=f"What was there is kept at {name}") for name in done.aside]
    told += [
        Text(
            zh=f"{key}：备份之后至少有 {count} 条台账记录丢失。",
            en=f"{key}: at least {count} ledger entries after the backup are lost.",
        )
        for key, count in done.lost_entries.items()
        if count
    ]
    told += [Text(zh=f"✗ {text.zh}", en=f"✗ {text.en}") for text in done.problems]
    if not done.problems:
        told.append(
            Text(
                zh="台账核验通过，密文都能打开，上传文件齐全。",
                en="The ledger verifies, every sealed value opens, no upload is missing.",
            )
        )
    told.append(
        Text(
            zh="发布已暂停。启动后台程序，运行 guanhao reconcile，逐项确认后由两人解除。",
            en="Publishing is held. Start the worker, run guanhao reconcile, confirm each item; two people release it.",
        )
    )
    return told
