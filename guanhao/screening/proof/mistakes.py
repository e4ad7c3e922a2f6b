"""Making mistakes on purpose, the way they happen: a similar character in the place of the right one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guanhao.screening.packages import jieba
from guanhao.screening.proof.alphabet import Codes16
from guanhao.screening.proof.confusions import NEAR_SOUND, SAME_SOUND, SHAPE, Confusions
from guanhao.screening.proof.language import Floats

_HOW = ((SAME_SOUND, 0.72), (SHAPE, 0.2), (NEAR_SOUND, 0.08))
_LINE_SHARE = 0.35  # of lines that get a mistake
_SHORTEST = 6
_WORDS_FIRST = (
    8.0  # how many times likelier a slip is that makes a word with a neighbour: input methods offer words
)
_EVENNESS = 0.7  # below 1 rare characters are chosen more often than they are written


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A text with mistakes, and what was right at which place."""

    text: str
    right: dict[int, str]


def spoil(
    lines: Sequence[str], confusions: Confusions, unigrams: Floats, chance: np.random.Generator
) -> Mistaken:
    """Join lines to a text and put a mistake into about every third of them."""
    spoilt: list[str] = []
    right: dict[int, str] = {}
    offset = 0
    for line in lines:
        written = line
        if chance.random() < _LINE_SHARE:
            slip = _slip(line, confusions, unigrams, chance)
            if slip is not None:
                at, other = slip
                right[offset + at] = line[at]
                written = line[:at] + other + line[at + 1 :]
        spoilt.append(written)
        offset += len(line) + 1
    return Mistaken("\n".join(spoilt), right)


def planted(
    lines: Sequence[str], confusions: Confusions, unigrams: Floats, chance: np.random.Generator
) -> list[tuple[str, str]]:
    """Pairs for `bench`: every second line with a mistake, the others as they are."""
    pairs = []
    for number, line in enumerate(lines):
        slip = None if number % 2 else _slip(line, confusions, unigrams, chance)
        pairs.append((line if slip is None else line[: slip[0]] + slip[1] + line[slip[0] + 1 :], line))
    return pairs


def _slip(
    line: str, confusions: Confusions, unigrams: Floats, chance: np.random.Generator
) -> tuple[int, str] | None:
    places = [at for at, one in enumerate(line) if "\u4e00" <= one <= "\u9fff"]
    if len(places) < _SHORTEST:
        return None
    at = places[int(chance.integers(len(places)))]
    kind = _HOW[int(np.searchsorted(np.cumsum([share for _, share in _HOW]), chance.random()))][0]
    code = ord(line[at])
    begin, end = int(confusions.begins[code]), int(confusions.begins[code + 1])
    fitting = np.flatnonzero(confusions.kinds[begin:end] & kind)
    if not len(fitting):
        return None
    others: Codes16 = confusions.others[begin:end][fitting]
    weights: npt.NDArray[np.float64] = np.exp(unigrams[others].astype(np.float64) * _EVENNESS)
    weights *= np.where(_makes_words(line, at, others), _WORDS_FIRST, 1.0)
    chosen = int(np.searchsorted(np.cumsum(weights) / weights.sum(), chance.random()))
    return at, chr(int(others[min(chosen, len(others) - 1)]))


def _makes_words(line: str, at: int, others: Codes16) -> list[bool]:
    """Whether each character would make a dictionary word of two with what stands before or after the place."""
    before, after = line[at - 1 : at], line[at + 1 : at + 2]
    has = jieba().has_word
    return [has(before + other) or has(other + after) for other in map(chr, others.tolist())]
