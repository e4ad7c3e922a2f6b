"""Whether the persons an article shows agreed to it. `privacy` keeps the consents, sits above, and hands its answer down (PD2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from guanhao.core.text import Text


@dataclass(frozen=True, slots=True)
class Lacking:
    """A person shown whose consent does not count, with the sentence that says so.

    ``final`` is what no rulebook may allow: it was withdrawn or declined, or the person is under fourteen and no
    guardian agreed (PIPL 15, 25, 31). Where it is only not there yet, the rulebook says how hard that binds.
    """

    reason: Text
    final: bool


Lack = Mapping[int, Sequence[Lacking]]
Reader = Callable[[Collection[int], date], Lack]


def _nobody_keeps_any(_articles: Collection[int], _day: date) -> Lack:
    return {}


_read: Reader = _nobody_keeps_any


def read_with(reader: Reader) -> None:
    """Ask this reader from now on; set once when the program starts."""
    global _read  # noqa: PLW0603 - the one seam, as `cases.deadlines.count_with`.
    _read = reader


def lacking(articles: Collection[int], day: date) -> Lack:
    """What is lacking for articles, by key, if they go out on the day; one question for all of them."""
    return _read(articles, day) if articles else {}
