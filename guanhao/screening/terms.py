"""Terms an institution does not want, as data, and one unchanging segment of them compiled for matching.

What folding makes equal is found in one run of an automaton; what folding is too generous about is then checked on the
few places where it matters: words of Latin letters stand alone, doubled characters are doubled, nothing reaches across
the punctuation of sentences unless every character is set apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick, Implementation

from guanhao.screening.folding import DRAFTS, Fold, is_invisible
from guanhao.screening.force import Force
from guanhao.screening.normalising import Normalised, normalise

Integers = npt.NDArray[np.int64]

WIDEST_GAP = 8  # symbols between two characters that still belong together
WIDEST_INVISIBLE_GAP = 64
_CLAUSE_MARKS = frozenset("，。；：？！、“”‘’《》〈〉（）【】「」『』〔〕…—")
_SHORTEST_SET_APART = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry of a list. ``allow`` are phrases inside which the term is innocent; dates are inclusive."""

    text: str
    family: str
    force: Force = Force.WARN
    valid_from: date | None = None
    valid_until: date | None = None
    allow: tuple[str, ...] = ()
    note: str = ""
    added_by: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same entry: family and wording."""
        return self.family, self.text

    def is_valid(self, on: date | None) -> bool:
        """Whether it counts on a day; without a day, always."""
        if on is None:
            return True
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Matches:
    """Occurrences as columns: spans of the original text and numbers of terms in their segment."""

    starts: Integers
    ends: Integers
    terms: Integers


class Text:
    """A text and its foldings, each made once and only when a segment asks for it."""

    def __init__(self, original: str) -> None:
        self.original = original
        self._folded: dict[Fold, Normalised] = {}

    def folded(self, switches: Fold) -> Normalised:
        """The text under a set of switches."""
        if switches not in self._folded:
            self._folded[switches] = normalise(self.original, switches)
        return self._folded[switches]


class Segment:
    """Terms compiled together under one set of switches. Never changes, so it can be shared."""

    def __init__(self, terms: Iterable[Term], switches: Fold = DRAFTS) -> None:
        self.terms = tuple(terms)
        self.switches = switches
        self.ranks = np.array([term.force.rank for term in self.terms], dtype=np.int8)
        self.longest = max((len(term.text) for term in self.terms), default=0)
        loose, tight = _split(self.terms, switches)
        parts = [(switches, loose), (switches & ~(Fold.SEPARATORS | Fold.REPEATS), tight)]
        self._parts = [_Part(folding, self.terms, numbers) for folding, numbers in parts if numbers]

    def __len__(self) -> int:
        return len(self.terms)

    def find(self, text: Text) -> list[Matches]:
        """Every occurrence, overlapping ones included, in no particular order."""
        return [matches for part in self._parts if (matches := part.find(text)) is not None]


@dataclass(frozen=True, slots=True)
class _Care:
    """What folding may have been too generous about for one pattern."""

    word_start: bool
    word_end: bool
    doubled: re.Pattern[str] | None


class _Part:
    """One automaton, and behind each of its patterns a run of terms (equal wordings of several families)."""

    def __init__(self, switches: Fold, terms: Sequence[Term], numbers: Sequence[int]) -> None:
        self.switches = switches
        by_pattern: dict[str, list[int]] = {}
        patterns = _fold_many([terms[number].text for number in numbers], switches)
        for number, pattern in zip(numbers, patterns, strict=True):
            by_pattern.setdefault(pattern, []).append(number)
        cares = (_care(pattern, terms[some[0]], switches) for pattern, some in by_pattern.items())
        self._cares = {number: care for number, care in enumerate(cares) if care is not None}
        self._is_careful = np.zeros(len(by_pattern), dtype=np.bool_)
        self._is_careful[list(self._cares)] = True
        self._terms = np.array([number for some in by_pattern.values() for number in some], dtype=np.int64)
        self._counts = np.array([len(some) for some in by_pattern.values()], dtype=np.int64)
        self._first = np.cumsum(self._counts) - self._counts
        self._automaton = AhoCorasick(
            by_pattern, store_patterns=False, implementation=Implementation.ContiguousNFA
        )

    def find(self, text: Text) -> Matches | None:
        """Occurrences as columns, or None."""
        folded = text.folded(self.switches)
        answered = self._automaton.find_matches_as_indexes(folded.text, overlapping=True)
        if not answered:
            return None
        found = np.array(answered, dtype=np.int64)
        numbers, first, last = found[:, 0], found[:, 1], found[:, 2]
        starts, ends = folded.places[first], folded.places[last - 1] + 1
        doubtful = (ends - starts != last - first) | self._is_careful[numbers]
        good = ~doubtful
        for row in np.flatnonzero(doubtful).tolist():
            good[row] = self._stands(text, folded, answered[row])
        numbers, starts, ends = numbers[good], starts[good], ends[good]
        return self._with_terms(numbers, starts, ends)

    def _with_terms(self, numbers: Integers, starts: Integers, ends: Integers) -> Matches:
        """One row for each term of a pattern."""
        counts = self._counts[numbers]
        rows = np.repeat(np.arange(len(numbers)), counts)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        return Matches(starts[rows], ends[rows], self._terms[self._first[numbers[rows]] + within])

    def _stands(self, text: Text, folded: Normalised, match: tuple[int, int, int]) -> bool:
        """Whether it holds together, consists of whole characters, and has what its pattern asks for."""
        number, first, last = match
        if not _is_whole(folded, first, last):
            return False
        if not _holds_together(text.original, folded.places[first:last].tolist()):
            return False
        care = self._cares.get(number)
        if care is None:
            return True
        if care.word_start and first and _joined(text.original, folded, first - 1):
            return False
        if care.word_end and last < len(folded.text) and _joined(text.original, folded, last - 1):
            return False
        if care.doubled is None:
            return True
        # Up to the next kept character, since the last of a run is folded away behind its first.
        end = int(folded.places[last]) if last < len(folded.text) else len(text.original)
        run = text.original[int(folded.places[first]) : end]
        return care.doubled.match(normalise(run, self.switches & ~Fold.REPEATS).text) is not None


def _split(terms: Sequence[Term], switches: Fold) -> tuple[list[int], list[int]]:
    """Numbers of terms that may have anything in between, and of those whose own symbols count (C++, 3.15)."""
    if Fold.SEPARATORS not in switches:
        return list(range(len(terms))), []
    texts = [term.text for term in terms]
    whole = _fold_many(texts, switches & ~Fold.SEPARATORS & ~Fold.REPEATS)
    bare = _fold_many(texts, switches & ~Fold.REPEATS)
    is_loose = ["".join(written.split()) == kept for written, kept in zip(whole, bare, strict=True)]
    numbers = range(len(terms))
    return [n for n in numbers if is_loose[n]], [n for n in numbers if not is_loose[n]]


def _care(pattern: str, term: Term, switches: Fold) -> _Care | None:
    """Latin words stand alone; of a collapsed run at least the term's own length is asked for; sounds are whole."""
    if not pattern or "\n" in pattern:
        raise ValueError(f"“{term.text}” leaves nothing to look for under these switches.")
    doubled = None
    if Fold.REPEATS in switches:
        runs = [(one, len(list(run))) for one, run in groupby(_fold(term.text, switches & ~Fold.REPEATS))]
        if any(length > 1 for _, length in runs):
            doubled = re.compile("".join(f"{re.escape(one)}{{{length},}}" for one, length in runs))
    if Fold.PINYIN in switches:
        return _Care(word_start=False, word_end=False, doubled=doubled)
    start, end = _is_latin(pattern[0]), _is_latin(pattern[-1])
    return _Care(start, end, doubled) if start or end or doubled else None


def _fold_many(texts: Sequence[str], switches: Fold) -> list[str]:
    """Fold many short texts in one go: line ends part them and survive every switch."""
    lines = [" ".join(each.split()) for each in texts]
    folded = normalise("\n".join(lines), switches & ~Fold.REPEATS).text.split("\n")
    if Fold.REPEATS in switches:
        folded = [_fold(each, Fold.REPEATS) for each in folded]
    return folded


@lru_cache(maxsize=4096)
def _fold(text: str, switches: Fold) -> str:
    return normalise(text, switches).text


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_whole(folded: Normalised, first: int, last: int) -> bool:
    """Whether neither end cuts a character that folds to several (⑩, a syllable)."""
    places = folded.places
    if first and places[first] == places[first - 1]:
        return False
    return last == len(places) or bool(places[last] != places[last - 1])


def _joined(original: str, folded: Normalised, left: int) -> bool:
    """Whether a character and the next are letters, or digits, of one word in the original."""
    one, other = folded.text[left], folded.text[left + 1]
    return (
        original[int(folded.places[left + 1]) - 1].isalnum()
        and _is_latin(one)
        and _is_latin(other)
        and one.isdigit() == other.isdigit()
    )


def _holds_together(original: str, places: list[int]) -> bool:
    """Whether the characters in between are disguise and not the end of a clause."""
    gaps = [original[left + 1 : right] for left, right in pairwise(places) if right - left > 1]
    if any(len(gap) > _widest(gap) for gap in gaps):
        return False
    if not any(mark in _CLAUSE_MARKS for gap in gaps for mark in gap):
        return True
    return len(places) >= _SHORTEST_SET_APART and len(gaps) == len(places) - 1


def _widest(gap: str) -> int:
    return WIDEST_INVISIBLE_GAP if all(is_invisible(ord(one)) for one in gap) else WIDEST_GAP
