"""The words around a hit as they may be shown: what is somebody's number, address or mail is hidden, a date is not.

A hit alone knows nothing of its neighbours, so `hits` hides every digit beside it. Here the neighbours are looked at
with the same eyes as the text itself, a few dozen characters at a time, so that the cost is bounded by the hits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from guanhao.screening import personal
from guanhao.screening.hits import AROUND, Hit
from guanhao.screening.numbers import NumberShape
from guanhao.screening.text import TextView

_REACH = 64  # characters beyond the context, so that a number that begins outside it is seen whole
_LONG = re.compile(r"\d{6,}")  # nobody can tell whose such a number is
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def told(view: TextView, hit: Hit, shapes: Iterable[NumberShape] = ()) -> Hit:
    """The hit with innocent digits of its context shown, and personal data there hidden, letters of a mail included.

    Args:
        view: the text the hit is in.
        hit: a hit of that text.
        shapes: the institution's own numbers; of them only the personal ones matter, but all are hidden.
    """
    first, last = max(0, hit.start - AROUND), min(len(view.text), hit.end + AROUND)
    begin = max(0, first - _REACH)
    hidden = [
        _hidden(view.text[low:high], at - low, to - low, shapes)
        for low, high, at, to in (
            (begin, hit.start + _REACH, first, hit.start),
            (max(0, hit.end - _REACH), last + _REACH, hit.end, last),
        )
    ]
    before, after = hidden[0].split("\n")[-1], hidden[1].split("\n", maxsplit=1)[0]
    return replace(hit, excerpt=before + hit.mask + after)


def _hidden(window: str, start: int, end: int, shapes: Iterable[NumberShape]) -> str:
    """A stretch of a window, starred where personal data reaches into it."""
    shown = list(window[start:end])
    for first, last in _private(window, shapes):
        for place in range(max(first, start), min(last, end)):
            if window[place].isalnum():
                shown[place - start] = "*"
    return "".join(shown)


def _private(window: str, shapes: Iterable[NumberShape]) -> Iterable[tuple[int, int]]:
    yield from personal.spans(window)
    for shape in shapes:
        yield from (match.span() for match in shape.pattern().finditer(window))
    yield from (match.span() for match in _LONG.finditer(window) if _DAY.fullmatch(match[0]) is None)
