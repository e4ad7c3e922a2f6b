"""What is known of single Chinese characters: the form all their variants share, how they are read, and words read otherwise.

Two installed packages know it (OpenCC, under the Apache licence 2.0, and pypinyin, under the MIT licence), but their
dictionaries weigh a hundred mebibytes and take half a second to load, for some twenty-eight thousand answers that never
change. Set-up asks them once (`guanhao proof characters`) and keeps the answers beside the other things it makes; where
they are not there, the packages are asked, which is the same and takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from guanhao.screening.proof.shapes import common_characters

MADE = Path(__file__).resolve().parents[2] / "build" / "characters.tsv"  # by `make setup`
_HAN = tuple(map(chr, (0x3007, *range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))))
_LONGEST = 10  # characters of a word that reads otherwise than its characters
_TONES = "12345"
# Traditional characters that are also simplified ones in other words, and meet there.
_MEETING = (
    ("著", "着"), ("乾", "干"), ("瞭", "了"), ("藉", "借"), ("徵", "征"), ("祇", "只"), ("擡", "抬"),
)  # fmt: skip


class _Row(NamedTuple):
    """A character or word, the form its variants share ("" for itself), and its readings with figures for tones."""

    written: str
    form: str
    readings: tuple[str, ...]


def simplified() -> dict[str, str]:
    """Han character → the one form all its variants share.

    Conversion to simplified does most; forms that Taiwan, Hong Kong or Japan write apart (著, 裏, 説) are joined to the
    simplified character that turns into them.
    """
    return {row.written: row.form for row in _rows() if row.form}


def readings() -> dict[str, tuple[str, ...]]:
    """Han character → its readings with tone figures (5 for none, ü as v), the commonest first; of rare ones only that."""
    return {row.written: row.readings for row in _rows() if row.readings and len(row.written) == 1}


def first_readings() -> dict[str, str]:
    """Han character → its commonest reading without tone."""
    return {character: many[0].rstrip(_TONES) for character, many in readings().items()}


def spelt(text: str) -> str:
    """The text as it is read, without tones; a character that has no reading stands for itself."""
    return "".join(_syllables(text, *_spoken()))


def initials(text: str) -> str:
    """The first letters of the syllables; characters that have no reading are passed over."""
    single, words = _spoken()
    read = "".join(character for character in text if character in single)
    return "".join(syllable[0] for syllable in _syllables(read, single, words))


def _syllables(text: str, single: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    """Of words that read otherwise than their characters the longest, from left to right; else each by itself."""
    found: list[str] = []
    place = 0
    while place < len(text):
        lengths = range(min(_LONGEST, len(text) - place), 1, -1)
        word = next(
            (text[place : place + size] for size in lengths if text[place : place + size] in words), ""
        )
        found += words[word].split() if word else [single.get(text[place], text[place])]
        place += len(word) or 1
    return found


@lru_cache(maxsize=1)
def _spoken() -> tuple[dict[str, str], dict[str, str]]:
    """Readings of single characters and of words that read otherwise; kept by who asks for names, and by nobody else."""
    words = {row.written: row.readings[0] for row in _rows() if len(row.written) > 1}
    return first_readings(), words


def _rows() -> Iterator[_Row]:
    lines = MADE.read_text(encoding="utf-8").splitlines() if MADE.exists() else asked_again()
    for line in lines:
        written, form, read = line.split("\t")
        yield _Row(written, form, tuple(read.split(",")) if read else ())


def asked_again() -> list[str]:
    """The lines of the table as the installed packages have them."""
    forms, sounds = _forms(), import_module("pypinyin")
    common = frozenset(common_characters())
    lines = []
    beyond = sorted({form for form in forms.values() if form > _HAN[-1]})
    for character in (*_HAN, *beyond):
        (heard,) = sounds.pinyin(
            [character],
            style=sounds.Style.TONE3,
            heteronym=True,
            neutral_tone_with_five=True,
            v_to_u=False,
            errors="ignore",
        ) or [[]]
        if heard or character in forms:
            lines.append(
                (character, forms.get(character, ""), ",".join(heard if character in common else heard[:1]))
            )
    return ["\t".join(line) for line in (*lines, *_words_read_otherwise(sounds))]


def _words_read_otherwise(sounds: Any) -> Iterator[tuple[str, str, str]]:
    """Words that are not read as their characters are by themselves (重庆), or as a shorter such word in them (大地重光)."""

    def read(text: str) -> str:
        return " ".join(sounds.lazy_pinyin(text, style=sounds.Style.NORMAL, v_to_u=False))

    single = {character: read(character) for character in _HAN}
    heard = {word: read(word) for word in sorted(import_module("pypinyin.phrases_dict").phrases_dict)}
    words: dict[str, str] = {}
    for size in range(2, _LONGEST + 1):
        words |= {
            word: said
            for word, said in heard.items()
            if len(word) == size and " ".join(_syllables(word, single, words)) != said
        }
    for word in sorted(words):
        yield word, "", words[word]


def _forms() -> dict[str, str]:
    convert = import_module("opencc").OpenCC
    han = "\n".join(_HAN)
    down = dict(zip(_HAN, convert("t2s").convert(han).split("\n"), strict=True))
    forms = {many: one for many, one in down.items() if many != one and len(one) == 1}
    for variant in ("s2t", "s2tw", "s2hk"):
        turned = zip(_HAN, convert(variant).convert(han).split("\n"), strict=True)
        forms |= {many: one for one, many in turned if down.get(many, one) == many != one == down[one]}
    forms |= dict(_MEETING)
    return {many: forms.get(one, one) for many, one in forms.items()}
