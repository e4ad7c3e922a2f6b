"""Which character may stand where another was meant: same sound, nearly the same sound, nearly the same shape."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
import numpy.typing as npt

from guanhao.screening.packages import sounds
from guanhao.screening.proof.alphabet import Codes16
from guanhao.screening.proof.shapes import common_characters, lookalikes

SAME_TONE, SAME_SOUND, NEAR_SOUND, SHAPE = 1, 2, 4, 8
_BMP = 0x10000
# Sounds that many speakers, or their input methods, do not keep apart.
_MERGED = (("^zh", "z"), ("^ch", "c"), ("^sh", "s"), ("^n(?=[aeiouv])", "l"), ("ang$", "an"), ("eng$", "en"), ("ing$", "in"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Confusions:
    """Candidates of code ``c`` are ``others[begins[c]:begins[c + 1]]``; ``kinds`` says in which ways they are alike."""

    begins: npt.NDArray[np.int32]
    others: Codes16
    kinds: npt.NDArray[np.uint8]

    def pairs(self, codes: Codes16) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """All candidates of all codes: rows of ``codes``, and numbers into ``others``."""
        first, last = self.begins[codes], self.begins[codes.astype(np.int64) + 1]
        count = (last - first).astype(np.int64)
        rows = np.repeat(np.arange(len(codes)), count)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        return rows, first[rows] + within


@lru_cache(maxsize=1)
def readings() -> dict[str, tuple[str, ...]]:
    """Common character → its readings with tone figures (5 for none), as pypinyin knows them."""
    characters = common_characters()
    found = sounds().pinyin(
        characters, style=sounds().Style.TONE3, heteronym=True, neutral_tone_with_five=True, v_to_u=False
    )
    return {character: tuple(each) for character, each in zip(characters, found, strict=True)}


def build(counts: npt.NDArray[np.int64], *, least: int) -> Confusions:
    """Candidates among common characters seen at least so often in the text a model is made of."""
    alike = _alike()
    begins = np.zeros(_BMP + 1, dtype=np.int32)
    others: list[int] = []
    kinds: list[int] = []
    for code in range(_BMP):
        begins[code] = len(others)
        for other, kind in sorted(alike.get(chr(code), {}).items()):
            if counts[ord(other)] >= least:
                others.append(ord(other))
                kinds.append(kind)
    begins[_BMP] = len(others)
    return Confusions(begins, np.array(others, dtype=np.uint16), np.array(kinds, dtype=np.uint8))


@lru_cache(maxsize=1)
def _alike() -> Mapping[str, Mapping[str, int]]:
    alike: dict[str, dict[str, int]] = defaultdict(dict)
    for key, kind in ((_toned, SAME_TONE | SAME_SOUND), (_toneless, SAME_SOUND), (_merged, NEAR_SOUND)):
        for one, other in _sharing(key):
            alike[one][other] = alike[one].get(other, 0) | kind
    for one, others in lookalikes().items():
        for left, right in (pair for other in others for pair in ((one, other), (other, one))):
            alike[left][right] = alike[left].get(right, 0) | SHAPE
    return alike


def _sharing(key: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Ordered pairs of characters with a reading of the same key."""
    groups: dict[str, set[str]] = defaultdict(set)
    for character, heard in readings().items():
        for sound in heard:
            groups[key(sound)].add(character)
    for group in groups.values():
        yield from permutations(sorted(group), 2)


def _toned(sound: str) -> str:
    return sound


def _toneless(sound: str) -> str:
    return sound.rstrip("12345")


@lru_cache(maxsize=4096)
def _merged(sound: str) -> str:
    merged = _toneless(sound)
    for written, heard in _MERGED:
        merged = re.sub(written, heard, merged)
    return merged


def are_alike(one: str, other: str) -> bool:
    """Whether two characters sound or look alike."""
    return other in alike(one)


def alike(character: str) -> Mapping[str, int]:
    """The characters that sound or look like one, with the ways in which they do."""
    return _alike().get(character, {})
