"""Which characters count as the same: folding tables over all of Unicode, built once for each set of switches.

A table answers for every code point a single code point, nothing (the character is passed over), or a run of several.
Folding is a property of characters, never of phrases, so that both sides of a comparison fold alike: simplified and
traditional forms meet in one form however many forms one of them has (发 for 發 and 髮; 着 for 著).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag, auto
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from guanhao.screening import characters

Codes = npt.NDArray[np.uint32]

EXTENT = 0x33480  # beyond these code points nothing is written, but for selectors of variants
_SELECTORS = range(0xE0000, 0xE01F0)
PASSED_OVER = 0xFFFFFFFF
SEVERAL = 0xFFFFFFFE
_REPLACEMENT = 0xFFFD
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_KEPT_BLANKS = frozenset("\n\r\u2028\u2029")


class Fold(Flag):
    """The switches. Each widens what counts as equal; a list chooses its own set."""

    CASE = auto()
    WIDTH = auto()  # full and half width
    STYLED = auto()  # circled, squared, mathematical and superscript letters and digits
    CHINESE_DIGITS = auto()  # 一二三, 壹贰叁
    TRADITIONAL = auto()
    REPEATS = auto()  # 微微信信
    SEPARATORS = auto()  # symbols and blanks between characters
    INVISIBLE = auto()  # zero-width, bidirectional, combining
    LOOKALIKE = auto()  # Cyrillic and Greek letters drawn like Latin ones, 0 for o
    PINYIN = auto()  # same sound, with or without characters


PLAIN = Fold.CASE | Fold.WIDTH
DRAFTS = PLAIN | Fold.STYLED | Fold.TRADITIONAL | Fold.SEPARATORS | Fold.INVISIBLE
COMMENTS = DRAFTS | Fold.REPEATS | Fold.LOOKALIKE

_CHINESE_DIGITS = {
    "0": "〇零",
    "1": "一壹弌幺",
    "2": "二贰貳弍两",
    "3": "三叁參弎",
    "4": "四肆",
    "5": "五伍",
    "6": "六陆陸",
    "7": "七柒",
    "8": "八捌",
    "9": "九玖",
}
# Letters of other alphabets by the Latin letter they are drawn like.
_LOOKALIKES = {
    "a": "аαɑ", "b": "вЬβƄ", "c": "сϲᴄ", "d": "ԁ", "e": "еєε℮", "g": "ɡɢ", "h": "һнʜ", "i": "іιıɪⅼ", "j": "ј",
    "k": "кκᴋ", "l": "ӏ", "m": "мᴍϻ", "n": "пηɴո", "o": "оοσօᴏ", "p": "рρ", "q": "ԛ", "r": "гʀ", "s": "ѕꜱ",
    "t": "тτᴛ", "u": "υսᴜц", "v": "νѵᴠ", "w": "ѡԝωшᴡ", "x": "хχ", "y": "уγүʏ", "z": "ᴢʐ",
    "0": "Ο", "3": "зэ", "4": "ч", "6": "б",
}  # fmt: skip
_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0\u180e\u2800"


@dataclass(frozen=True, slots=True)
class Table:
    """``single[code]`` is the folded code, `PASSED_OVER`, or `SEVERAL`: then ``runs[code]`` holds the codes.

    Code points from `EXTENT` on are few and not in it.
    """

    switches: Fold
    single: Codes
    runs: dict[int, tuple[int, ...]]

    def fold(self, codes: Codes) -> Codes:
        """What every code point stands for."""
        folded = self.single.take(codes, mode="clip")
        if len(codes) and codes.max() >= EXTENT:
            far = np.flatnonzero(codes >= EXTENT)
            beyond = codes[far]
            if self.switches & (Fold.INVISIBLE | Fold.SEPARATORS):
                beyond[(beyond >= _SELECTORS.start) & (beyond < _SELECTORS.stop)] = PASSED_OVER
            folded[far] = beyond
        return folded


def is_invisible(code: int) -> bool:
    """Whether a character takes no room: zero-width, bidirectional marks, variation selectors, fillers, soft hyphens."""
    character = chr(code)
    return character in _INVISIBLE_LETTERS or unicodedata.category(character) == "Cf"


@lru_cache(maxsize=32)
def table(switches: Fold) -> Table:
    """The table of a set of switches; less than a mebibyte, shared by everybody with the same set."""
    single = np.arange(EXTENT, dtype=np.uint32)
    single[0xD800:0xE000] = (
        _REPLACEMENT  # lone surrogates cannot be matched; they must not break anything either
    )
    runs: dict[int, tuple[int, ...]] = {}
    for code, folded in _changes(switches):
        if len(folded) == 1:
            single[code] = ord(folded)
        elif folded:
            single[code], runs[code] = SEVERAL, tuple(map(ord, folded))
        else:
            single[code] = PASSED_OVER
    single.setflags(write=False)
    return Table(switches, single, runs)


def _changes(switches: Fold) -> Iterator[tuple[int, str]]:
    """Every code point that does not stand for itself, with what it stands for."""
    forms = _forms(switches)
    for code in {*filter(_may_change, range(EXTENT)), *map(ord, forms)}:
        character = chr(code)
        folded = _fold_one(character, switches, forms)
        if folded != character:
            yield code, folded


def _may_change(code: int) -> bool:
    """Whether any switch has a say about an assigned code point; letters of one shape and case stand for themselves."""
    character = chr(code)
    category = unicodedata.category(character)
    if category[0] not in "LN" or character in _INVISIBLE_LETTERS:
        return category not in {"Cn", "Co", "Cs"}
    return (
        bool(unicodedata.decomposition(character))
        or not character == character.casefold() == character.lower()
    )


def _fold_one(character: str, switches: Fold, forms: dict[str, str]) -> str:
    if character in _KEPT_BLANKS:
        return "\n"
    category = unicodedata.category(character)
    if Fold.INVISIBLE in switches and (is_invisible(ord(character)) or category in {"Mn", "Me"}):
        return ""
    folded = character
    if _is_compatible(character, switches):
        folded = unicodedata.normalize("NFKC", character)
    if Fold.CASE in switches:
        folded = folded.casefold() if len(folded) > 1 or category.startswith("L") else folded.lower()
    folded = "".join(forms.get(each, each) for each in folded)
    if Fold.SEPARATORS in switches:
        folded = "".join(each for each in folded if _is_word(each))
    return folded


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or character == "\n"


def _is_compatible(character: str, switches: Fold) -> bool:
    """Whether a compatibility form is to be undone under these switches."""
    decomposition = unicodedata.decomposition(character)
    if not decomposition:
        return False
    if not decomposition.startswith("<"):
        return Fold.STYLED in switches  # canonical: accents, compatibility ideographs
    wide = decomposition.startswith(("<wide>", "<narrow>"))
    return (Fold.WIDTH if wide else Fold.STYLED) in switches


def _forms(switches: Fold) -> dict[str, str]:
    """Character → canonical form, by the switches that speak of single characters."""
    forms: dict[str, str] = {}
    if Fold.STYLED in switches:
        forms |= _negative_letters()
    if Fold.LOOKALIKE in switches:
        forms |= {other: latin for latin, others in _LOOKALIKES.items() for other in others}
    if Fold.TRADITIONAL in switches or Fold.PINYIN in switches:
        forms |= characters.simplified()
    if Fold.CHINESE_DIGITS in switches:
        forms |= {written: digit for digit, many in _CHINESE_DIGITS.items() for written in many}
    if Fold.PINYIN in switches:
        forms |= _sounds(forms)
    return forms


def _negative_letters() -> dict[str, str]:
    """White letters on black and flags' letters, which have no compatibility decomposition."""
    found = {chr(start + i): chr(ord("a") + i) for start in (0x1F150, 0x1F170, 0x1F1E6) for i in range(26)}
    found |= {chr(start + i): str(i + 1) for start in (0x2776, 0x2780, 0x278A) for i in range(9)}
    return found | {"❿": "10", "➉": "10", "➓": "10", "⓿": "0", "🄌": "0"}


def _sounds(forms: dict[str, str]) -> dict[str, str]:
    """Han character → its commonest reading without tone (ü as v)."""
    read = characters.first_readings()
    han = (chr(code) for low, high in _HAN for code in range(low, high))
    forms_of = ((each, forms.get(each, each)) for each in han)
    readings = ((each, read.get(form, form)) for each, form in forms_of)
    return {each: reading for each, reading in readings if reading.isascii()}
