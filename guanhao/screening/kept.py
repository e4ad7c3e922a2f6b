"""What was found in the texts of an article is kept: the same lists find the same in the same words.

An article is read at submission and at every approval, and nothing of it may change between them. What is kept is kept
under everything that it depends on, the texts letter by letter and the lists themselves; both never change, a new
version is another value. So it cannot be stale, in whatever process; throwing it away costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from guanhao.screening.hits import Hit
from guanhao.screening.links import LinkRules
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.roster import Roster
from guanhao.screening.screen import Screening, screen_each
from guanhao.screening.termindex import TermIndex
from guanhao.screening.text import LONGEST_KEPT, TextView

FoundIn = tuple[tuple[TextView, Hit], ...]
_PLAIN = (bool, str, frozenset)
_VALUES = attrgetter(*(one.name for one in fields(Screening)))
KEPT = 512  # readings of one class each, some forty articles


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one article by field, as written (``sources``) and as read (``views``, which follow from them)."""

    sources: tuple[tuple[str, str], ...]
    views: tuple[TextView, ...] = field(compare=False)


def found_in(texts: Texts, wanted: Screening) -> FoundIn:
    """The hits in the texts, each with the text it is in, text by text."""
    is_long = sum(len(source) for _, source in texts.sources) > LONGEST_KEPT
    if is_long or (wanted.proofreader is not None and wanted.proofreader.corrector is not None):
        return _read(texts, wanted)
    return _kept(_Asked(texts, _key(wanted), wanted))


@dataclass(frozen=True, slots=True)
class _Asked:
    texts: Texts
    key: tuple[Hashable, ...]
    wanted: Screening = field(compare=False)


class _Itself:
    """A value that never changes and is compared by being the same one, since there is too much of it to compare."""

    __slots__ = ("it",)

    def __init__(self, it: object) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.it is other.it

    def __hash__(self) -> int:
        return id(self.it)


@lru_cache(maxsize=KEPT)
def _kept(asked: _Asked) -> FoundIn:
    return _read(asked.texts, asked.wanted)


def _read(texts: Texts, wanted: Screening) -> FoundIn:
    found = screen_each(texts.views, wanted)
    return tuple((view, hit) for view, hits in zip(texts.views, found, strict=True) for hit in hits)


def _key(wanted: Screening) -> tuple[Hashable, ...]:
    return tuple(_hashable(value) for value in _VALUES(wanted))


def _hashable(value: Any) -> Hashable:
    if value is None or type(value) in _PLAIN:
        return value  # type: ignore[no-any-return]  # most are left out
    if isinstance(value, Proofreader):
        return (_Itself(value.model), value.thresholds, value.allowed, _Itself(value.confusables))
    if isinstance(value, LinkRules):
        return (value.hosts, frozenset(value.dead.items()))
    return _Itself(value) if isinstance(value, (TermIndex, Roster)) else value
