"""Numbers of the institution's own making, by their shape: student and staff numbers, numbers of internal papers.

A shape is what an office would write down, not a regular expression: ``#`` is a digit, ``#+`` some digits, ``@`` a
Latin letter, everything else itself. So nobody can hand in a pattern that takes for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from guanhao.core.text import Text
from guanhao.screening.hits import Hit, HitKind, hit_at
from guanhao.screening.text import TextView

LONGEST_SHAPE = 40
FEWEST_DIGITS = 3  # of a shape, or every house number would be one
_MOST_DIGITS = 8  # that ``#+`` stands for
_PART = re.compile(r"#\+|#|@|[^#@]")


class BadShape(ValueError):  # noqa: N818 - named as the user meets it.
    """A shape that would find too much or nothing; ``sentence`` says why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class NumberShape:
    """A shape and what numbers of it are: ``student_number`` (personal) or ``secrecy_marking`` (an internal paper's)."""

    shape: str
    kind: HitKind

    def pattern(self) -> re.Pattern[str]:
        """The shape compiled.

        Raises:
            BadShape: it is too long, or has too few digits to mean anything.
        """
        return _compiled(self.shape)


def find(view: TextView, shapes: Iterable[NumberShape], kinds: frozenset[str]) -> Iterator[Hit]:
    """Numbers of the wanted kinds, masked where they are personal."""
    for shape in shapes:
        if shape.kind not in kinds:
            continue
        for match in shape.pattern().finditer(view.text):
            yield _hit(view, match, shape.kind)


def _hit(view: TextView, match: re.Match[str], kind: HitKind) -> Hit:
    written = match[0]
    if kind is HitKind.SECRECY_MARKING:
        message = Text(
            zh=f"“{written}”是内部文号的格式，请核实能否公开。",
            en=f"“{written}” has the form of an internal paper's number; make sure that it may be public.",
        )
        return hit_at(view, match.span(), kind=kind, mask=written, message=message)
    mask = f"{written[:2]}{'*' * (len(written) - 3)}{written[-1]}"
    message = Text(zh=f"含学号或工号 {mask}。", en=f"Contains the student or staff number {mask}.")
    return hit_at(view, match.span(), kind=kind, mask=mask, message=message, suggestions=(mask,))


@lru_cache(maxsize=512)
def _compiled(shape: str) -> re.Pattern[str]:
    parts = _PART.findall(shape)
    if len(shape) > LONGEST_SHAPE:
        raise BadShape(
            Text(zh=f"格式超过 {LONGEST_SHAPE} 字。", en=f"The shape is over {LONGEST_SHAPE} characters.")
        )
    if sum(part.startswith("#") for part in parts) < FEWEST_DIGITS:
        raise BadShape(
            Text(
                zh=f"格式里至少要有 {FEWEST_DIGITS} 个“#”（每个代表一位数字），否则几乎什么数字都会命中。",
                en=f"A shape has at least {FEWEST_DIGITS} “#” (a digit each), or almost any number would match.",
            )
        )
    written = {"#": r"\d", "#+": rf"\d{{1,{_MOST_DIGITS}}}", "@": "[A-Za-z]"}
    body = "".join(written.get(part, re.escape(part)) for part in parts)
    return re.compile(rf"(?<![0-9A-Za-z]){body}(?![0-9A-Za-z])")
