"""`guanhao names`: account names from a file or the command line against protected strings."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from guanhao.screening.files import CannotRead, lines_of
from guanhao.screening.namekeys import NameKind, Protected
from guanhao.screening.names import Judgement, NameRules, NameWatch


def main(argv: Sequence[str]) -> int:
    """Judge names. 0 nothing to tell, 1 something to tell, 2 unreadable."""
    parser = argparse.ArgumentParser(
        prog="guanhao names", description="核对账号名称是否冒用 / judge account names"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="账号名称")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="每行一个名称的文件")
    parser.add_argument(
        "--protect",
        action="append",
        default=[],
        metavar="TEXT[:KIND]",
        help=f"受保护名称，类别：{'、'.join(NameKind)}",
    )
    parser.add_argument(
        "--protect-from", type=Path, metavar="FILE", help="每行一个受保护名称，可加制表符和类别"
    )
    parser.add_argument("--registered", type=Path, metavar="FILE", help="已登记账号的名称，每行一个")
    parser.add_argument("--tell-at", type=int, default=NameRules().tell_at, help="从多少分起列出")
    parser.add_argument("--json", action="store_true", help="每个名称输出一行 JSON")
    asked = parser.parse_args(argv)
    try:
        listed = lines_of(asked.protect_from) if asked.protect_from else []
        protected = [_protected(text, "\t") for text in listed] + [
            _protected(text, ":") for text in asked.protect
        ]
        watch = NameWatch(
            protected,
            registered=lines_of(asked.registered) if asked.registered else (),
            rules=NameRules(tell_at=asked.tell_at),
        )
        names = [*asked.names, *(lines_of(asked.source) if asked.source else ())]
    except (CannotRead, ValueError) as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - a command.
        return 2
    if not protected or not names:
        parser.error(
            "nothing to judge; give NAME or --from FILE"
            if protected
            else "nothing to judge by; give --protect TEXT or --protect-from FILE"
        )
    told = False
    for _, judged in watch.scan(names):
        told = True
        print(_line(judged, as_json=asked.json))  # noqa: T201 - a command.
    return 1 if told else 0


def _protected(written: str, between: str) -> Protected:
    text, _, kind = written.partition(between)
    return Protected(text=text.strip(), kind=NameKind(kind.strip()) if kind.strip() else NameKind.FULL)


def _line(judged: Judgement, *, as_json: bool) -> str:
    if not as_json:
        why = "；".join(f"{reason.text.zh}（{reason.points:+d}）" for reason in judged.reasons)
        return f"{judged.name}\t{judged.relation}\t{judged.score}\t{why}"
    return json.dumps(
        {
            "name": judged.name,
            "relation": judged.relation.value,
            "score": judged.score,
            "protected": judged.protected.text if judged.protected else "",
            "reasons": [
                {"points": one.points, "zh": one.text.zh, "en": one.text.en} for one in judged.reasons
            ],
        },
        ensure_ascii=False,
    )
