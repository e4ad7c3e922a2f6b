"""Four-character words with one wrong character: 事半工倍. Found by the dictionary, where the text makes no sense as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from guanhao.screening.packages import jieba
from guanhao.screening.proof.confusions import NEAR_SOUND, alike

_LENGTH = 4
# Countries by one character, levels of government, numbers: 中美两国 is as good as 中英两国, 全县 as 全省, 七千三百 as 七千五百.
_COUNTRIES = frozenset(
    "中美英法俄德日韩朝蒙印越泰缅柬菲马新澳欧非亚苏奥希意西葡荷比瑞挪丹芬波捷匈罗土埃加墨巴阿古以伊叙黎约沙"
)


_LEVELS = frozenset("国省市县区州旗乡镇村")
_NUMBERS = frozenset("〇零一二两三四五六七八九十百千万亿")


class Idiom(NamedTuple):
    """The place of one character, and what belongs there."""

    place: int
    right: str


def are_of_one_kind(one: str, other: str) -> bool:
    """Whether both are countries, levels of government or numbers: whatever reads better, either may be meant."""
    return any(one in kind and other in kind for kind in (_COUNTRIES, _LEVELS, _NUMBERS))


def find(text: str, strange: Collection[int]) -> Iterator[Idiom]:
    """Places where one similar character makes a dictionary word of four.

    Args:
        text: the text.
        strange: places that were never seen after the character before them; without one nothing is doubted.
    """
    if not strange:
        return
    for begin in _broken(text):
        written = text[begin : begin + _LENGTH]
        places = [
            at
            for at in range(_LENGTH)
            if (at and begin + at in strange) or (at < _LENGTH - 1 and begin + at + 1 in strange)
        ]
        if places and all("\u4e00" <= one <= "\u9fff" for one in written):
            found = _mended(written, tuple(places))
            if found is not None:
                yield Idiom(begin + found[0], found[1])


def _broken(text: str) -> Iterator[int]:
    """Beginnings of four characters that the dictionary cuts into at least three pieces at their own borders."""
    borders = [first for _, first, _ in jieba().tokenize(text, "default", False)] + [len(text)]
    known = set(borders)
    for begin in borders:
        inside = known.intersection(range(begin + 1, begin + _LENGTH))
        if begin + _LENGTH in known and len(inside) >= _LENGTH - 2:
            yield begin


@lru_cache(maxsize=4_096)
def _mended(written: str, places: tuple[int, ...]) -> tuple[int, str] | None:
    """The one change that makes a word; None where there is none or more than one.

    Kept, because the same words come again and again and the dictionary never changes.
    """
    found = [
        (place, other)
        for place in places
        for other, kind in alike(written[place]).items()
        if kind != NEAR_SOUND and jieba().has_word(written[:place] + other + written[place + 1 :])
    ]
    if len(found) != 1 or are_of_one_kind(written[found[0][0]], found[0][1]):
        return None
    place, other = found[0]
    return None if _is_longer_word(written[:place] + other + written[place + 1 :]) else found[0]


def _is_longer_word(word: str) -> bool:
    """A word of three and one character more (说不出来), which other characters may take as well (讲不出来)."""
    has = jieba().has_word
    return (has(word[:3]) or has(word[1:])) and not (has(word[:2]) and has(word[2:]))
