"""How a protected name may be written by somebody who wants to be taken for its bearer: the keys to look for.

Two foldings are searched. In the first, characters stand for themselves whatever their form; shape variants of each name
are keys of their own. In the second, everything is sound: characters, pinyin and mixtures of both meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from guanhao.screening.characters import initials, spelt
from guanhao.screening.folding import COMMENTS, Fold
from guanhao.screening.normalising import normalise
from guanhao.screening.proof.shapes import lookalikes

WRITTEN = COMMENTS
# Letters at the border of two syllables may be equal (看南昌大学), so that by sound a repeat is none.
SOUNDED = COMMENTS & ~Fold.REPEATS | Fold.PINYIN
_SHORTEST_SHAPED = 3
_SHORTEST_SOUNDED = 3
_SHORTEST_SOUND = 9
_SHORTEST_LATIN = 4
_SHORTEST_INITIALS = 5
# Figures and letters used for one another in Latin names, after folding.
_SKELETON = str.maketrans({"0": "o", "1": "i", "l": "i", "3": "e", "5": "s", "4": "a", "$": "s", "@": "a"})


class NameKind(StrEnum):
    """What a protected string is to its bearer."""

    FULL = "full"
    SHORT = "short"
    UNIT = "unit"
    ENGLISH = "english"
    EMBLEM = "emblem"


class How(StrEnum):
    """By which of its forms a name was recognised."""

    WRITTEN = "written"
    SHAPE = "shape"
    SOUND = "sound"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A protected string. ``aliases`` are fixed other forms (its own pinyin or initials in use, old names)."""

    text: str
    kind: NameKind = NameKind.FULL
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A folded form to look for, and what it stands for."""

    pattern: str
    protected: Protected
    how: How


def written_keys(protected: Protected) -> Iterator[Key]:
    """Keys of the first folding: the name, its aliases, its initials, and the name with one character like another."""
    for text in (protected.text, *protected.aliases):
        pattern = fold(text)
        if len(pattern) > (_SHORTEST_LATIN - 1 if pattern.isascii() else 1):
            yield Key(pattern, protected, How.WRITTEN)
    letters = "" if protected.text.isascii() else initials(protected.text)
    if len(letters) >= _SHORTEST_INITIALS:
        yield Key(letters, protected, How.INITIALS)
    name = fold(protected.text)
    if len(name) >= _SHORTEST_SHAPED:
        for place, character in enumerate(name):
            for other in lookalikes().get(character, ""):
                yield Key(name[:place] + other + name[place + 1 :], protected, How.SHAPE)


def sounded_keys(protected: Protected) -> Iterator[Key]:
    """Keys of the second folding, for names long enough that the sound alone tells something."""
    han = sum("\u4e00" <= one <= "\u9fff" for one in fold(protected.text))
    for text in (protected.text, spelt(protected.text)):
        pattern = sound(text)
        if han >= _SHORTEST_SOUNDED and len(pattern) >= _SHORTEST_SOUND:
            yield Key(pattern, protected, How.SOUND)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The first folding of a short text."""
    return normalise(text.strip(), WRITTEN).text


def sound(text: str) -> str:
    """The second folding of a short text, with letters and figures that are used for one another made one."""
    return skeleton(normalise(text.strip(), SOUNDED).text)


def skeleton(folded: str) -> str:
    """Make letters one that are used for one another; of the same length as before."""
    return folded.translate(_SKELETON)
