"""The lists in force for one institution, put together from shared segments, and what they find.

A `TermIndex` never changes. `changed` answers a new one in the time the changed terms take: additions go into a small
segment of their own, merged with its neighbour only when it has grown to half its size; removals are remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from guanhao.screening.folding import DRAFTS, Fold
from guanhao.screening.force import Force
from guanhao.screening.terms import WIDEST_INVISIBLE_GAP, Integers, Matches, Segment, Term, Text

Key = tuple[str, str]
Owners = Mapping[str, frozenset[Key | None]]

_ALLOW = "allow"
_WINDOW = 1 << 18  # characters read at a time, so that memory does not grow with the text
_BEFORE = 64  # characters of context read before a window
_RANKS = range(len(Force))


class Found(NamedTuple):
    """A term and the span of the original text where it stands; ``disguised`` when it is not written plainly."""

    start: int
    end: int
    term: Term
    disguised: bool


@dataclass(frozen=True, slots=True)
class TermIndex:
    """Segments searched together. A removal of a key reaches the segments before its number in ``removed``."""

    segments: tuple[Segment, ...] = ()
    removed: Mapping[Key, int] = field(default_factory=dict)
    allow: Segment | None = None
    allow_owners: Owners = field(default_factory=dict)
    version: int = 1
    switches: Fold = DRAFTS

    @classmethod
    def of(cls, terms: Iterable[Term], *, allow: Iterable[str] = (), switches: Fold = DRAFTS) -> TermIndex:
        """An index of a list of terms; ``allow`` are phrases innocent for every term."""
        return cls.over([Segment(terms, switches)], allow=allow, switches=switches)

    @classmethod
    def over(
        cls, segments: Iterable[Segment], *, allow: Iterable[str] = (), switches: Fold = DRAFTS
    ) -> TermIndex:
        """An index over segments that others may use as well."""
        parts = tuple(segment for segment in segments if len(segment))
        owners = _owners({}, allow, (term for segment in parts for term in segment.terms))
        return cls(
            segments=parts, allow=_allow_segment(owners, switches), allow_owners=owners, switches=switches
        )

    def terms(self) -> Iterator[Term]:
        """The terms in force, in the order they were added."""
        for number, segment in enumerate(self.segments):
            yield from (term for term in segment.terms if number >= self.removed.get(term.key, 0))

    def changed(
        self, *, add: Iterable[Term] = (), remove: Iterable[Key] = (), allow: Iterable[str] = ()
    ) -> TermIndex:
        """The next version. An added term takes the place of one of the same family and wording."""
        added = tuple({term.key: term for term in add}.values())
        gone = dict.fromkeys((*remove, *(term.key for term in added)), len(self.segments))
        parts, removed = self.segments, {**self.removed, **gone}
        if added:
            parts, removed = _merged(parts, added, removed, self.switches)
        owners = _owners(self.allow_owners, allow, added)
        return TermIndex(
            segments=parts,
            removed=removed,
            allow=self.allow if owners == self.allow_owners else _allow_segment(owners, self.switches),
            allow_owners=owners,
            version=self.version + 1,
            switches=self.switches,
        )

    def find(
        self, original: str, *, on: date | None = None, families: frozenset[str] | None = None
    ) -> list[Found]:
        """What stands in a text, in its order: the longest of what overlaps, unless the shorter binds harder.

        Args:
            original: the text; spans count its characters.
            on: only terms valid on this day; all without.
            families: only terms of these families; all without.
        """
        longest = max((segment.longest for segment in self.segments), default=0)
        after = longest * (1 + WIDEST_INVISIBLE_GAP)
        found: list[Found] = []
        for begin in range(0, len(original), _WINDOW):
            offset = max(0, begin - _BEFORE)
            text = Text(original[offset : begin + _WINDOW + after])
            found += _shifted(self._find(text, on, families), offset, range(begin, begin + _WINDOW))
        return found

    def _find(self, text: Text, on: date | None, families: frozenset[str] | None) -> list[Found]:
        columns = [
            (number, matches)
            for number, segment in enumerate(self.segments)
            for matches in segment.find(text)
        ]
        if not columns:
            return []
        if on or families is not None or self.removed or self.allow:
            allowed = self._allowed(text)
            columns = [
                (number, self._wanted(number, matches, (on, families), allowed))
                for number, matches in columns
            ]
        return self._resolved(columns, text)

    def _wanted(
        self,
        number: int,
        matches: Matches,
        asked: tuple[date | None, frozenset[str] | None],
        allowed: Mapping[Key | None, list[tuple[int, int]]],
    ) -> Matches:
        """Leave out what is removed, not valid, of another family, or inside an allowed phrase."""
        on, families = asked
        terms = self.segments[number].terms
        kept = [
            row
            for row, (start, end, which) in enumerate(
                zip(matches.starts.tolist(), matches.ends.tolist(), matches.terms.tolist(), strict=True)
            )
            if number >= self.removed.get(terms[which].key, 0)
            and terms[which].is_valid(on)
            and (families is None or terms[which].family in families)
            and not _is_inside(start, end, allowed, terms[which].key)
        ]
        return Matches(matches.starts[kept], matches.ends[kept], matches.terms[kept])

    def _resolved(self, columns: list[tuple[int, Matches]], text: Text) -> list[Found]:
        """Sort all matches, drop what lies inside longer ones, and name the terms of what remains."""
        starts = np.concatenate([matches.starts for _, matches in columns])
        ends = np.concatenate([matches.ends for _, matches in columns])
        terms = np.concatenate([matches.terms for _, matches in columns])
        parts = np.concatenate([np.full(len(matches.terms), number) for number, matches in columns])
        ranks = np.concatenate([self.segments[number].ranks[matches.terms] for number, matches in columns])
        order = np.lexsort((ranks, -ends, starts))
        kept = order[_outermost(starts[order], ends[order], ranks[order])]
        original = text.original
        return [
            Found(start, end, term, original[start:end] != term.text)
            for start, end, term in (
                (start, end, self.segments[part].terms[which])
                for start, end, part, which in zip(
                    starts[kept].tolist(),
                    ends[kept].tolist(),
                    parts[kept].tolist(),
                    terms[kept].tolist(),
                    strict=True,
                )
            )
        ]

    def _allowed(self, text: Text) -> dict[Key | None, list[tuple[int, int]]]:
        """Spans of allowed phrases by the term they excuse; under None those that excuse every term."""
        spans: dict[Key | None, list[tuple[int, int]]] = {}
        for matches in self.allow.find(text) if self.allow else ():
            for start, end, which in zip(matches.starts, matches.ends, matches.terms, strict=True):
                assert self.allow is not None
                for owner in self.allow_owners[self.allow.terms[which].text]:
                    spans.setdefault(owner, []).append((int(start), int(end)))
        return spans


def _outermost(starts: Integers, ends: Integers, ranks: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Which of the matches, sorted by start and length, lie in no earlier one that binds at least as hard."""
    inside = np.zeros(len(starts), dtype=np.bool_)
    for rank in _RANKS:
        reach = np.maximum.accumulate(np.where(ranks <= rank, ends, -1))
        inside[1:] |= (ranks[1:] == rank) & (reach[:-1] >= ends[1:])
    return ~inside


def _is_inside(start: int, end: int, spans: Mapping[Key | None, list[tuple[int, int]]], key: Key) -> bool:
    return any(
        first <= start and end <= last for owner in (None, key) for first, last in spans.get(owner, ())
    )


def _shifted(found: list[Found], offset: int, window: range) -> Iterator[Found]:
    """Those that begin in the window, with places in the whole text."""
    for each in found:
        if each.start + offset in window:
            yield each._replace(start=each.start + offset, end=each.end + offset) if offset else each


def _owners(before: Owners, allow: Iterable[str], terms: Iterable[Term]) -> Owners:
    """Allowed phrase → the terms it excuses (None for all of them)."""
    owners: dict[str, set[Key | None]] = {phrase: set(some) for phrase, some in before.items()}
    for phrase in allow:
        owners.setdefault(phrase, set()).add(None)
    for term in terms:
        for phrase in term.allow:
            owners.setdefault(phrase, set()).add(term.key)
    return {phrase: frozenset(some) for phrase, some in owners.items() if phrase.strip()}


def _allow_segment(phrases: Iterable[str], switches: Fold) -> Segment | None:
    terms = [Term(text=phrase, family=_ALLOW, force=Force.HINT) for phrase in phrases]
    return Segment(terms, switches) if terms else None


def _merged(
    parts: tuple[Segment, ...], added: tuple[Term, ...], removed: Mapping[Key, int], switches: Fold
) -> tuple[tuple[Segment, ...], dict[Key, int]]:
    """Add terms as the last segment, swallowing smaller ones before it, so that segments stay few."""
    terms, keep = added, len(parts)
    while keep and len(parts[keep - 1]) <= 2 * len(terms):
        keep -= 1
        terms = (*(term for term in parts[keep].terms if removed.get(term.key, 0) <= keep), *terms)
    reach = {key: min(number, keep) for key, number in removed.items() if min(number, keep)}
    return (*parts[:keep], Segment(terms, switches)), reach
