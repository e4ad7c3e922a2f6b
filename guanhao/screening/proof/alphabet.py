"""Text as the language model reads it: 16-bit codes, figures and letters as classes, sentences apart.

Three marks of the end stand between sentences, so that no context ever reaches across. Every code knows the place it
came from; marks and other additions have the place -1.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Codes16 = npt.NDArray[np.uint16]
Places = npt.NDArray[np.int64]

END = 10
PADDING = 3
_DIGIT = ord("0")
_LETTER = ord("a")
APART = 0xFFFD  # sets words of a lexicon apart, and stands for characters outside the BMP
_SENTENCE_ENDS = "。！？；\n"
_BLANK = 0


@lru_cache(maxsize=1)
def _table() -> Codes16:
    """BMP code → code the model knows; blanks are dropped, punctuation is read in its Chinese width."""
    table = np.arange(0x10000, dtype=np.uint16)
    for code in range(0x10000):
        character = chr(code)
        if character in "\n\r\u2028\u2029":
            table[code] = END
        elif character.isspace() or 0x200B <= code <= 0x200F:  # noqa: PLR2004 - zero-width.
            table[code] = _BLANK
        elif character.isdecimal():
            table[code] = _DIGIT
        elif (code < 0x250 or 0xFF21 <= code <= 0xFF5A) and character.isalpha():  # noqa: PLR2004 - Latin.
            table[code] = _LETTER
    for half, full in zip(",;:?!()", "，；：？！（）", strict=True):
        table[ord(half)] = ord(full)
    table.setflags(write=False)
    return table


def encode(text: str) -> tuple[Codes16, Places]:
    """Codes and places of a text: padding first, and padding after each sentence."""
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = _table()[np.where(wide > 0xFFFF, APART, wide)]  # noqa: PLR2004 - the BMP.
    ends = np.isin(codes, [ord(mark) for mark in _SENTENCE_ENDS])
    room = np.ones(len(codes), dtype=np.int64)
    room[codes == _BLANK] = 0
    room[ends] = 1 + PADDING
    room[codes == END] = PADDING
    places = np.repeat(np.arange(len(codes)), room)
    first = np.ones(len(places), dtype=np.bool_)
    first[1:] = places[1:] != places[:-1]
    laid = np.where(first, codes[places], END).astype(np.uint16)
    places = np.where(first & (laid != END), places, -1)
    edge = np.full(PADDING, END, dtype=np.uint16)
    nowhere = np.full(PADDING, -1)
    return np.concatenate([edge, laid, edge]), np.concatenate([nowhere, places, nowhere])
