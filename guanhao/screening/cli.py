"""`guanhao screen` and `guanhao proofread`: files in, findings out, as lines or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from guanhao.screening.comments import PACKS, CommentIndex, CommentScreening, screen_comment
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
from guanhao.screening.terms import Segment, Term
from guanhao.screening.wording import WordingRules

FOUND, FAILED = 1, 2
# A file's texts, each with the number of its line (0 for the whole file) and what stands in it.
Reader = Callable[[Path], Iterable[tuple[int, list[Hit]]]]


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
    parser.add_argument(
        "--comment",
        action="store_true",
        help="每行是一条评论；未选 --pack 时查垃圾、诈骗、辱骂三份 / every line is a comment; without --pack, spam, fraud and abuse",
    )
    parser.add_argument("--no-proofread", action="store_true", help="不做文字校对 / without proofreading")
    asked = parser.parse_args(argv)
    return _run(asked, _comments_reader if asked.comment else _drafts_reader)


def _drafts_reader(asked: argparse.Namespace) -> Reader:
    segments = [Segment(terms) for terms in _lists(asked, asked.pack)]
    screening = Screening(
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
    return lambda path: [(0, screen_all(views_of(path), screening))]


def _comments_reader(asked: argparse.Namespace) -> Reader:
    lists = CommentIndex.of(term for terms in _lists(asked, asked.pack or PACKS) for term in terms)
    wanted = CommentScreening(lists=lists, on=asked.on)

    def read(path: Path) -> Iterator[tuple[int, list[Hit]]]:
        lines = (line for view in views_of(path) for line in view.text.splitlines())
        for number, line in enumerate(lines, start=1):
            yield number, screen_comment(line, wanted)

    return read


def _lists(asked: argparse.Namespace, packs: Iterable[Pack]) -> list[Iterable[Term]]:
    own: list[Iterable[Term]] = [read_terms(path, family=asked.family) for path in asked.terms]
    return own + [pack.terms(pack.value) for pack in packs]


def main_proofread(argv: Sequence[str]) -> int:
    """Proofread files only. Codes as `main`."""
    parser = argparse.ArgumentParser(prog="guanhao proofread", description="校对文件 / proofread files")
    _common(parser)
    asked = parser.parse_args(argv)

    def reader(_asked: argparse.Namespace) -> Reader:
        screening = Screening(proofreader=_proofreader(asked))
        return lambda path: [(0, screen_all(views_of(path), screening))]

    return _run(asked, reader)


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


def _run(asked: argparse.Namespace, prepared: Callable[[argparse.Namespace], Reader]) -> int:
    """Read, screen and print file by file; problems go to standard error."""
    try:
        read = prepared(asked)
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
    return max(_read_one(path, read, asked) for path in asked.files)


def _read_one(path: Path, read: Reader, asked: argparse.Namespace) -> int:
    least = Force(asked.least)
    try:
        texts = [(line, [hit for hit in hits if hit.force.rank <= least.rank]) for line, hits in read(path)]
    except CannotRead as fault:
        complain(fault.sentence, asked.lang)
        return FAILED
    for line, hits in texts:
        _print(path, line, hits, asked)
    hard = (hit.force in {Force.BLOCK, Force.ERROR} for _, hits in texts for hit in hits)
    return FOUND if any(hard) else 0


def _print(path: Path, line: int, hits: Iterable[Hit], asked: argparse.Namespace) -> None:
    if asked.json:
        where: dict[str, object] = {"file": str(path)} | ({"line": line} if line else {})
        told = where | {"findings": [_plain(hit) for hit in hits]}
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201 - a command.
        return
    place = f"{path}:{line}" if line else str(path)
    for hit in hits:
        suggestion = f" → {' | '.join(hit.suggestions)}" if hit.suggestions else ""
        said = f"{hit.message.in_language(asked.lang)}{suggestion}"
        print(f"{place}:{hit.start}-{hit.end} [{hit.force}] {said}")  # noqa: T201 - a command.


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
