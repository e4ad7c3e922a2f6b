"""Words the law does not use: what installed packages know (pypinyin's phrases, jieba's words of two characters).

They are read into the model as short texts of their own, set apart by a code no text has, so that they teach which
characters make a word and nothing about sentences. Both packages are under the MIT licence.
"""

from __future__ import annotations

import math
from importlib import import_module

import numpy as np

from guanhao.screening.packages import jieba
from guanhao.screening.proof.alphabet import APART, Codes16
from guanhao.screening.proof.shapes import common_characters

_BETWEEN = chr(APART) * 3
_WEIGHT = 2  # often enough that runs of four are kept
_MOST = 8
_LENGTHS = range(3, 9)


def lexicon() -> Codes16:
    """Encoded words, commoner ones several times."""
    phrases = import_module("pypinyin.phrases_dict").phrases_dict
    words = [phrase for phrase in sorted(phrases) if len(phrase) in _LENGTHS for _ in range(_WEIGHT)]
    for word, frequency in _two_character_words():
        words += [word] * max(1, min(int(_WEIGHT * math.log10(frequency + 1)), _MOST))
    return np.array([ord(character) & 0xFFFF for character in _BETWEEN.join(words)], dtype=np.uint16)


def _two_character_words() -> list[tuple[str, int]]:
    dictionary = jieba().Jieba()
    characters = sorted(common_characters())
    return [
        (word, dictionary.suggest_freq(word))
        for word in (first + second for first in characters for second in characters)
        if dictionary.has_word(word)
    ]
