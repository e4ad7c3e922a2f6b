"""How the dictionary cuts the words around a place, and how common those words are in prose of every kind.

The language model knows the law; the dictionary's frequencies come from newspapers and books, and so it has a say of
its own about whether a sentence falls into words.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from guanhao.screening.packages import jieba

_ALL = 60_101_967  # words the dictionary's frequencies were counted among
_UNKNOWN = math.log(0.3 / _ALL)


class Cut(NamedTuple):
    """The word at a place, its weight, and the weights of all words with how many there are and how many are single."""

    word: str
    weight: float
    weights: float
    pieces: int
    singles: int


def cut(text: str, at: int) -> Cut:
    """Cut a stretch of text into words; weights are logarithms of shares."""
    word, weights, pieces, singles = "", 0.0, 0, 0
    for piece, start, end in jieba().tokenize(text, "default", False):
        weights += _weight(piece)
        pieces += 1
        singles += len(piece) == 1
        if start <= at < end:
            word = piece
    return Cut(word, _weight(word), weights, pieces, singles)


@lru_cache(maxsize=1 << 16)
def _weight(word: str) -> float:
    if not word or not jieba().has_word(word):
        return _UNKNOWN
    return math.log(max(1, jieba().suggest_freq(word)) / _ALL)
