"""The seam of text screening: texts and what to look for in, hits out. One pass a text, many classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from guanhao.core.text import Text
from guanhao.screening import (
    calendars,
    excerpts,
    figures,
    links,
    numbers,
    personal,
    roster,
    schoolterms,
    secrecy,
    titles,
    wording,
)
from guanhao.screening.folding import is_invisible
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, hit_at, words_at
from guanhao.screening.links import LinkRules
from guanhao.screening.numbers import NumberShape
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.roster import Roster
from guanhao.screening.schoolterms import SchoolTerm
from guanhao.screening.termindex import TermIndex
from guanhao.screening.text import TextView
from guanhao.screening.wording import WordingRules

# What can be told by form alone. Addresses are found only where a word announces them (住址), so that a check of
# addresses still needs a person's eyes; they are looked for when asked for by name.
PERSONAL_KINDS = frozenset(kind.value for kind in personal.KINDS) - {HitKind.ADDRESS.value}
_EMOJI_JOINERS = frozenset("\u200d\ufe0f")
_LONGEST_RUN = 64
MOST_OF_A_CLASS = 2_000  # hits of one class in one text; a text with more is not read but sent back


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What is looked for. A clause of the rulebook fills in its own part; what is left out is not looked for.

    ``personal`` are kinds of personal data by the rulebook's words; ``shapes`` are the institution's own numbers, looked
    for where their kind is; ``school_terms`` belong to ``figures``; ``beside`` is the body that texts are titles of; ``families`` limits terms; ``on`` is the day the
    text is to go out (dates without a year, validity of terms, terms of office).
    """

    personal: frozenset[str] = frozenset()
    secrecy: bool = False
    shapes: tuple[NumberShape, ...] = ()
    terms: TermIndex | None = None
    families: frozenset[str] | None = None
    hidden_characters: bool = False
    figures: bool = False
    school_terms: tuple[SchoolTerm, ...] = ()
    roster: Roster | None = None
    wording: WordingRules | None = None
    beside: str | None = None
    links: LinkRules | None = None
    proofreader: Proofreader | None = None
    on: date | None = None


def screen(view: TextView, wanted: Screening) -> list[Hit]:
    """The hits in one text, in the order they stand in it."""
    return screen_all([view], wanted)


def screen_all(views: Sequence[TextView], wanted: Screening) -> list[Hit]:
    """The hits in the texts of one article, text by text."""
    return [hit for hits in screen_each(views, wanted) for hit in hits]


def screen_each(views: Sequence[TextView], wanted: Screening) -> list[list[Hit]]:
    """The hits of every text of one article. Proofreading reads them together, which is faster."""
    found: dict[int, list[Hit]] = {number: [*_by_form(view, wanted)] for number, view in enumerate(views)}
    if wanted.proofreader is not None:
        prose = [number for number, view in enumerate(views) if not view.is_address]
        read = wanted.proofreader.hits([views[number] for number in prose])
        for number, hits in zip(prose, read, strict=True):
            found[number] += hits
    return [
        [
            excerpts.told(view, hit, wanted.shapes)
            for hit in sorted(found[number], key=lambda hit: (hit.start, hit.kind))
        ]
        for number, view in enumerate(views)
    ]


def _by_form(view: TextView, wanted: Screening) -> Iterator[Hit]:
    """Class by class, of each no more than anybody could read."""
    finders = _in_addresses(view, wanted) if view.is_address else _finders(view, wanted)
    for finder in finders:
        yield from islice(finder, MOST_OF_A_CLASS)


def _finders(view: TextView, wanted: Screening) -> Iterator[Iterator[Hit]]:
    if wanted.personal:
        yield personal.find(view, wanted.personal)
    if wanted.secrecy:
        yield secrecy.find(view, on=wanted.on)
    yield numbers.find(view, wanted.shapes, _number_kinds(wanted))
    if wanted.terms is not None:
        yield _terms(view, wanted)
    if wanted.hidden_characters:
        yield _hidden_characters(view)
    if wanted.figures:
        yield figures.find(view, today=wanted.on)
        yield calendars.find(view, today=wanted.on)
        yield schoolterms.find(view, wanted.school_terms)
    if wanted.roster is not None:
        yield roster.find(view, wanted.roster, on=wanted.on)
    yield from _style_finders(view, wanted)


def _in_addresses(view: TextView, wanted: Screening) -> Iterator[Iterator[Hit]]:
    """Where a link leads is looked at for what it is; its figures are nobody's number."""
    if wanted.terms is not None:
        yield _terms(view, wanted)
    if wanted.hidden_characters:
        yield _hidden_characters(view)
    if wanted.links is not None:
        yield links.find(view, wanted.links)


def _style_finders(view: TextView, wanted: Screening) -> Iterator[Iterator[Hit]]:
    if wanted.wording is not None:
        yield wording.find(view, wanted.wording)
    if wanted.beside is not None:
        yield titles.find(view, wanted.beside)
    if wanted.links is not None:
        yield links.find(view, wanted.links)


def _number_kinds(wanted: Screening) -> frozenset[str]:
    return wanted.personal | ({HitKind.SECRECY_MARKING.value} if wanted.secrecy else set())


def _terms(view: TextView, wanted: Screening) -> Iterator[Hit]:
    assert wanted.terms is not None
    for start, end, term, is_disguised in wanted.terms.find(
        view.text, on=wanted.on, families=wanted.families
    ):
        disguise = "（变体写法）" if is_disguised else ""
        yield hit_at(
            view,
            (start, end),
            kind=HitKind.TERM,
            mask=view.text[start:end],
            message=Text(
                zh=f"出现词库中的“{term.text}”{disguise}。{term.note}",
                en=f"The listed term “{term.text}” occurs{' in disguise' if is_disguised else ''}. {term.note}".strip(),
            ),
            force=term.force,
            family=term.family,
        )


def _hidden_characters(view: TextView) -> Iterator[Hit]:
    """Runs of characters nobody sees, which are often there to get a word past a filter."""
    for start, end in _runs(
        place for place, one in enumerate(view.text) if _is_hiding(view.text, place, one)
    ):
        yield words_at(
            view,
            (start, end),
            kind=HitKind.HIDDEN_CHARACTER,
            message=Text(zh="含看不见的字符。", en="Contains characters nobody sees."),
            force=Force.WARN,
            suggestions=("",),
        )


def _is_hiding(text: str, place: int, character: str) -> bool:
    """Joiners inside emoji are how emoji are written, and a mark at the very start is a file's."""
    if character.isascii() or not is_invisible(ord(character)):
        return False
    is_emoji = place > 0 and not text[place - 1].isalnum() and text[place - 1] > "\u2000"
    return not (character in _EMOJI_JOINERS and is_emoji) and not (place == 0 and character == "\ufeff")


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    start = last = -2
    for place in places:
        if place != last + 1 or place - start >= _LONGEST_RUN:
            if start >= 0:
                yield start, last + 1
            start = place
        last = place
    if start >= 0:
        yield start, last + 1
