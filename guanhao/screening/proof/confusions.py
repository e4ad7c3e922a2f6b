"""Which character may stand where another was meant: same sound, nearly the same sound, nearly the same shape."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from guanhao.screening import characters
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
    """Common character → its readings with tone figures (5 for none)."""
    known = characters.readings()
    return {character: known[character] for character in common_characters() if character in known}


def build(counts: npt.NDArray[np.int64], *, least: int) -> Confusions:
    """Candidates among common characters seen at least so often in the text a model is made of."""
    common = frozenset(common_characters())
    begins = np.zeros(_BMP + 1, dtype=np.int32)
    others: list[int] = []
    kinds: list[int] = []
    for code in range(_BMP):
        begins[code] = len(others)
        for other, kind in sorted(_alike(chr(code)).items()) if chr(code) in common else ():
            if counts[ord(other)] >= least:
                others.append(ord(other))
                kinds.append(kind)
    begins[_BMP] = len(others)
    return Confusions(begins, np.array(others, dtype=np.uint16), np.array(kinds, dtype=np.uint8))


def are_alike(one: str, other: str) -> bool:
    """Whether two characters sound or look alike."""
    return other in alike(one)


@lru_cache(maxsize=1024)
def alike(character: str) -> Mapping[str, int]:
    """The characters that sound or look like one, with the ways in which they do."""
    return MappingProxyType(_alike(character))


def _alike(character: str) -> dict[str, int]:
    """Put together when asked for: all pairs together are a third of a million."""
    found: dict[str, int] = {}
    for key, kind in ((_toned, SAME_TONE | SAME_SOUND), (_toneless, SAME_SOUND), (_merged, NEAR_SOUND)):
        for sound in readings().get(character, ()):
            for other in _sharing(key)[key(sound)]:
                found[other] = found.get(other, 0) | kind
    for other in lookalikes().get(character, "") + _looked_like().get(character, ""):
        found[other] = found.get(other, 0) | SHAPE
    found.pop(character, None)
    return found


@lru_cache(maxsize=3)
def _sharing(key: Callable[[str], str]) -> Mapping[str, str]:
    """Characters by the key of a reading they have."""
    groups: dict[str, set[str]] = defaultdict(set)
    for character, heard in readings().items():
        for sound in heard:
            groups[key(sound)].add(character)
    return {sound: "".join(sorted(group)) for sound, group in groups.items()}


@lru_cache(maxsize=1)
def _looked_like() -> Mapping[str, str]:
    """Character → those that name it among their look-alikes."""
    named: dict[str, list[str]] = defaultdict(list)
    for one, others in lookalikes().items():
        for other in others:
            named[other].append(one)
    return {other: "".join(ones) for other, ones in named.items()}


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
