"""`guanhao screen` and `guanhao proofread`: files in, findings out, as lines or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from guanhao.screening.files import CannotRead, views_of
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit
from guanhao.screening.links import LinkRules
from guanhao.screening.packs import Pack
from guanhao.screening.personal import KINDS
from guanhao.screening.proof.modelfile import BadModelFile, delivered, load
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.screen import Screening, screen_all
from guanhao.screening.speaking import complain, of_system, offer_language
from guanhao.screening.termfiles import BadTermFile, read_terms
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Segment
from guanhao.screening.wording import WordingRules

FOUND, FAILED = 1, 2


def main(argv: Sequence[str]) -> int:
    """Screen files for everything that needs no roster. 0 nothing hard found, 1 errors or blocks, 2 unreadable."""
    parser = argparse.ArgumentParser(
        prog="guanhao screen", description="审查文本、HTML、Word 文件 / screen files"
    )
    _common(parser)
    parser.add_argument(
        "--terms",
        type=Path,
        action="append",
        default=[],
        metavar="LIST",
        help="词库文件，可多次 / a list of terms, repeatable",
    )
    parser.add_argument(
        "--pack",
        type=Pack,
        action="append",
        default=[],
        choices=list(Pack),
        help="自带词表，可多次 / a list that comes along, repeatable",
    )
    parser.add_argument(
        "--family", default="terms", help="词库未写类别时所属的类别 / family of terms without one"
    )
    parser.add_argument(
        "--on", type=date.fromisoformat, help="拟推送日期，YYYY-MM-DD / day of publication, YYYY-MM-DD"
    )
    parser.add_argument("--no-proofread", action="store_true", help="不做文字校对 / without proofreading")
    asked = parser.parse_args(argv)

    def wanted() -> Screening:
        segments = [Segment(read_terms(path, family=asked.family)) for path in asked.terms]
        segments += [Segment(pack.terms(pack.value)) for pack in asked.pack]
        return Screening(
            personal=frozenset(kind.value for kind in KINDS),
            secrecy=True,
            terms=TermIndex.over(segments) if segments else None,
            hidden_characters=True,
            figures=True,
            wording=WordingRules(),
            links=LinkRules(),
            proofreader=None if asked.no_proofread else _proofreader(asked),
            on=asked.on,
        )

    return _run(asked, wanted)


def main_proofread(argv: Sequence[str]) -> int:
    """Proofread files only. Codes as `main`."""
    parser = argparse.ArgumentParser(prog="guanhao proofread", description="校对文件 / proofread files")
    _common(parser)
    asked = parser.parse_args(argv)
    return _run(asked, lambda: Screening(proofreader=_proofreader(asked)))


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="纯文本、HTML 或 Word（docx） / plain text, HTML or Word (docx)",
    )
    parser.add_argument("--json", action="store_true", help="每个文件输出一行 JSON / one JSON line a file")
    offer_language(parser)
    parser.add_argument(
        "--model", type=Path, help="本单位训练的校对模型，缺省用自带模型 / own proofreading model"
    )
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="WORDS",
        help="不算错的词句，可多次 / wording that is right, repeatable",
    )
    parser.add_argument(
        "--least",
        choices=[force.value for force in Force],
        default=Force.HINT.value,
        help="只列此力度及以上 / nothing weaker than this",
    )


def _proofreader(asked: argparse.Namespace) -> Proofreader:
    model = load(asked.model) if asked.model else delivered()
    return Proofreader(model=model, allowed=frozenset(asked.allow))


def _run(asked: argparse.Namespace, wanted: Callable[[], Screening]) -> int:
    """Read, screen and print file by file; problems go to standard error."""
    try:
        screening = wanted()
    except BadTermFile as bad:
        for problem in bad.problems:
            complain(problem, asked.lang)
        return FAILED
    except BadModelFile as bad:
        complain(bad.sentence, asked.lang)
        return FAILED
    except OSError as fault:
        complain(of_system(fault), asked.lang)
        return FAILED
    least, code = Force(asked.least), 0
    for path in asked.files:
        try:
            hits = [hit for hit in screen_all(views_of(path), screening) if hit.force.rank <= least.rank]
        except CannotRead as fault:
            complain(fault.sentence, asked.lang)
            code = FAILED
            continue
        _print(path, hits, asked)
        if code == 0 and any(hit.force in {Force.BLOCK, Force.ERROR} for hit in hits):
            code = FOUND
    return code


def _print(path: Path, hits: Iterable[Hit], asked: argparse.Namespace) -> None:
    if asked.json:
        print(  # noqa: T201 - a command.
            json.dumps({"file": str(path), "findings": [_plain(hit) for hit in hits]}, ensure_ascii=False)
        )
        return
    for hit in hits:
        suggestion = f" → {' | '.join(hit.suggestions)}" if hit.suggestions else ""
        print(f"{path}:{hit.start}-{hit.end} [{hit.force}] {hit.message.in_language(asked.lang)}{suggestion}")  # noqa: T201 - a command.


def _plain(hit: Hit) -> dict[str, object]:
    return {
        "class": hit.hit_class.value,
        "kind": hit.kind.value,
        "force": hit.force.value,
        "field": hit.field,
        "start": hit.original_start,
        "end": hit.original_end,
        "shown": hit.mask,
        "message": {"zh": hit.message.zh, "en": hit.message.en},
        "suggestions": list(hit.suggestions),
        "hidden": hit.hidden,
    }
