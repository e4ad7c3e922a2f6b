"""`guanhao names`: account names from a file or the command line against protected strings."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from guanhao.core.text import Text
from guanhao.screening.files import CannotRead, lines_of
from guanhao.screening.namekeys import NameKind, Protected
from guanhao.screening.names import Judgement, NameRules, NameWatch
from guanhao.screening.speaking import complain, offer_language

_NO_NAMES = Text(
    zh="没有可核对的名称；请写上名称或用 --from 给出文件。", en="nothing to judge; give NAME or --from FILE"
)
_NOTHING_PROTECTED = Text(
    zh="没有受保护的名称；请用 --protect 或 --protect-from 给出。",
    en="nothing to judge by; give --protect TEXT or --protect-from FILE",
)


def main(argv: Sequence[str]) -> int:
    """Judge names. 0 nothing to tell, 1 something to tell, 2 unreadable."""
    parser = _parser()
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
    except CannotRead as fault:
        complain(fault.sentence, asked.lang)
        return 2
    except ValueError as fault:
        complain(Text(zh=f"参数有误：{fault}", en=str(fault)), asked.lang)
        return 2
    if not protected or not names:
        parser.error((_NO_NAMES if protected else _NOTHING_PROTECTED).in_language(asked.lang))
    told = False
    for _, judged in watch.scan(names):
        told = True
        print(_line(judged, asked))  # noqa: T201 - a command.
    return 1 if told else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guanhao names", description="核对账号名称是否冒用 / judge account names"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="账号名称 / account names")
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="每行一个名称的文件 / a file of names, one a line",
    )
    parser.add_argument(
        "--protect",
        action="append",
        default=[],
        metavar="TEXT[:KIND]",
        help=f"受保护名称，类别：{'、'.join(NameKind)} / protected, with its kind",
    )
    parser.add_argument(
        "--protect-from",
        type=Path,
        metavar="FILE",
        help="每行一个受保护名称，可加制表符和类别 / protected names, one a line, with a tab and a kind",
    )
    parser.add_argument(
        "--registered",
        type=Path,
        metavar="FILE",
        help="已登记账号的名称，每行一个 / names of registered accounts, one a line",
    )
    parser.add_argument(
        "--tell-at",
        type=int,
        default=NameRules().tell_at,
        help="从多少分起列出 / told from so many points on",
    )
    parser.add_argument("--json", action="store_true", help="每个名称输出一行 JSON / one JSON line a name")
    offer_language(parser)
    return parser


def _protected(written: str, between: str) -> Protected:
    text, _, kind = written.partition(between)
    return Protected(text=text.strip(), kind=NameKind(kind.strip()) if kind.strip() else NameKind.FULL)


def _line(judged: Judgement, asked: argparse.Namespace) -> str:
    if not asked.json:
        said = [(reason.text.in_language(asked.lang), reason.points) for reason in judged.reasons]
        why = "; ".join(f"{text} ({points:+d})" for text, points in said)
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
