"""A character 4-gram model with Kneser-Ney discounting, kept as packed tables of rounded logarithms.

Orders: a probability is taken from the longest run of characters that was seen, multiplied by the share each longer
context leaves to shorter ones. A shorter run counts by how many different characters stand before it, not by how often
it was read: laws repeat each other nearly word for word, and what a formula says a thousand times is no more likely
elsewhere. What is taken from a run is more the oftener it counts, up to three times (Chen and Goodman 1998). What is
pruned (4-grams seen once) gives its weight back to its context, so that probabilities still sum to one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from guanhao.screening.proof.alphabet import APART, Codes16
from guanhao.screening.proof.tables import Keys, PackedTable

Floats = npt.NDArray[np.float32]
Grams = tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]

ORDER = 4
_STEP = 0.07  # of a logarithm of a probability
_SHARE_STEP = 0.035  # of a logarithm of a share left to shorter contexts
_BITS = np.uint64(16)
_MASK = np.uint64(0xFFFF)
_ALPHABET = 0x10000
_UNSEEN = -12.0  # logarithm for a run that was not seen, where only its order matters
_COMMON = -5.0  # logarithm of the chance from which a pair is common
_LEAST = 2  # how often a 4-gram must have been seen to be kept


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """``unigrams`` are logarithms by code; ``shares`` what a single character leaves to none."""

    unigrams: Floats
    shares: Floats
    tables: tuple[PackedTable, PackedTable, PackedTable]

    def chances(self, contexts: Sequence[Codes16]) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Log-probabilities of the last of four columns after the three before it, and the order that was seen.

        From short to long: a longer run counts only where the shorter one at its end was seen, so that a fingerprint
        that agrees by chance has no say by itself.
        """
        _, _, third, last = contexts
        four = _join(*contexts)
        result = self.unigrams[last]
        order = np.ones(len(last), dtype=np.int8)
        rows = np.arange(len(last))
        for length, table in zip((2, 3, 4), self.tables, strict=True):
            seen, values = table.find(four[rows] & _low(length))
            rows = rows[seen]
            result[rows] = _value(values[seen, 0])
            order[rows] = length
        result += np.where(order == 1, self.shares[third], np.float32(0))
        for length in (2, 3):
            short = np.flatnonzero(order <= length)
            known, values = self.tables[length - 2].find((four[short] >> _BITS) & _low(length))
            result[short[known]] += _share(values[known, 1])
        return result, order

    def is_seen(self, *columns: Codes16) -> npt.NDArray[np.bool_]:
        """Whether runs of two, three or four characters were seen."""
        return self.tables[len(columns) - 2].has(_join(*columns))

    def is_common(self, first: Codes16, second: Codes16) -> npt.NDArray[np.bool_]:
        """Whether the second character was seen after the first, and not seldom."""
        seen, values = self.tables[0].find(_join(first, second))
        common: npt.NDArray[np.bool_] = seen & (_value(values[:, 0]) > _COMMON)
        return common

    def frequency(self, columns: Sequence[Codes16]) -> Floats:
        """The logarithm of the share of a run of one to four characters in the text the model read."""
        total = self.unigrams[columns[0]]
        for length in range(2, len(columns) + 1):
            seen, values = self.tables[length - 2].find(_join(*columns[:length]))
            total = total + np.where(seen, _value(values[:, 0]), np.float32(_UNSEEN))
        return total

    def read(self, codes: Codes16) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Log-probability and order of every code after its three predecessors; 0 for the first three."""
        return read_with(self, codes)


class HasChances(Protocol):
    """Whatever can say how likely a character is after three others."""

    def chances(self, contexts: Sequence[Codes16]) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Log-probabilities of the last column, and the order that was seen."""
        ...


def read_with(model: HasChances, codes: Codes16) -> tuple[Floats, npt.NDArray[np.int8]]:
    """Read every code after its three predecessors; the first three get 0."""
    start = ORDER - 1
    columns = [codes[shift : len(codes) - start + shift] for shift in range(ORDER)]
    chances, order = model.chances(columns)
    return (
        np.concatenate([np.zeros(start, dtype=np.float32), chances]),
        np.concatenate([np.zeros(start, dtype=np.int8), order]),
    )


def count_grams(codes: Codes16) -> dict[int, Grams]:
    """Runs of two to four codes and how often each occurs, sorted by key."""
    grams: dict[int, Grams] = {}
    keys = codes.astype(np.uint64)
    for length in range(2, ORDER + 1):
        keys = (keys[:-1] << _BITS) | codes[length - 1 :]
        ordered = np.sort(keys)
        begin = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        grams[length] = ordered[begin], np.diff(np.append(begin, len(ordered)))
    return grams


Discounts = Mapping[int, tuple[float, float, float]]


def train(codes: Codes16, *, discounts: Discounts) -> LanguageModel:
    """A model of encoded text.

    Args:
        codes: the text.
        discounts: by order (2, 3, 4) what is taken from runs that count once, twice and more often; each between 0
            and its count.
    """
    read = count_grams(codes)
    grams = {length: read[length] if length == ORDER else _by_company(read, length) for length in read}
    lower = _single(np.bincount((read[2][0] & _MASK).astype(np.int64), minlength=_ALPHABET))
    chances: dict[int, npt.NDArray[np.float64]] = {}
    shares: dict[int, npt.NDArray[np.float64]] = {}
    for length, (keys, seen) in grams.items():
        kept = seen >= (_LEAST if length == ORDER else 1)
        chances[length], shares[length - 1] = _discounted(grams, length, kept, discounts[length])
        below = lower[keys & _MASK] if length == 2 else _lower(grams, chances, length)  # noqa: PLR2004 - bigrams.
        context = _context_index(grams, length)
        chances[length] = np.log(chances[length] + np.exp(shares[length - 1][context] + below))
    single = np.zeros(_ALPHABET, dtype=np.float32)
    single[: len(shares[1])] = shares[1]
    tables = [
        _packed(read[length], chances[length], shares.get(length), least)
        for length, least in ((2, 1), (3, 1), (4, _LEAST))
    ]
    return LanguageModel(lower.astype(np.float32), single, (tables[0], tables[1], tables[2]))


def _by_company(grams: Mapping[int, Grams], length: int) -> Grams:
    """Runs with the number of different characters before them; at least one, since the text may begin with a run."""
    keys = grams[length][0]
    inside = np.searchsorted(keys, grams[length + 1][0] & _low(length))
    return keys, np.maximum(np.bincount(inside, minlength=len(keys)), 1)


def _single(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    logarithms: npt.NDArray[np.float64] = np.log((counts + 0.1) / (counts.sum() + 0.1 * _ALPHABET))
    return logarithms


def _context_index(grams: Mapping[int, Grams], length: int) -> npt.NDArray[np.int64]:
    """For every run, the number of its context among the runs one shorter (or its code, for single characters)."""
    context = grams[length][0] >> _BITS
    if length == 2:  # noqa: PLR2004 - contexts of one character are codes.
        return context.astype(np.int64)
    return np.searchsorted(grams[length - 1][0], context)


def _discounted(
    grams: Mapping[int, Grams],
    length: int,
    kept: npt.NDArray[np.bool_],
    discounts: tuple[float, float, float],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The discounted share of every run in its context, and the logarithm of what each context leaves."""
    seen = grams[length][1].astype(np.float64)
    context = _context_index(grams, length)
    size = _ALPHABET if length == 2 else len(grams[length - 1][0])  # noqa: PLR2004 - single characters.
    total = np.bincount(context, weights=seen, minlength=size)
    taken = np.array(discounts)[np.minimum(grams[length][1], len(discounts)) - 1]
    share = np.where(kept, seen - taken, 0.0) / total[context]
    used = np.bincount(context, weights=share, minlength=size)
    return share, np.log(np.clip(1.0 - used, 1e-6, 1.0))


def _lower(
    grams: Mapping[int, Grams], chances: Mapping[int, npt.NDArray[np.float64]], length: int
) -> npt.NDArray[np.float64]:
    """The chance of the same last character after the context without its first one."""
    shorter = grams[length][0] & _low(length - 1)
    return chances[length - 1][np.searchsorted(grams[length - 1][0], shorter)]


def _packed(
    grams: Grams,
    chances: npt.NDArray[np.float64],
    shares: npt.NDArray[np.float64] | None,
    least: int,
) -> PackedTable:
    keys, seen = grams
    order = np.argsort(-seen, kind="stable")
    order = order[(seen[order] >= least) & ~_has_apart(keys[order])]
    columns = [np.clip(np.rint(-chances[order] / _STEP), 0, 255)]
    if shares is not None:
        columns.append(np.clip(np.rint(-shares[order] / _SHARE_STEP), 0, 255))
    return PackedTable.build(keys[order], np.stack(columns, axis=1).astype(np.uint8))


def _has_apart(keys: Keys) -> npt.NDArray[np.bool_]:
    """Whether a run reaches over the code that sets words of the lexicon apart; no text ever asks for it."""
    found = np.zeros(len(keys), dtype=np.bool_)
    for place in range(ORDER):
        found |= ((keys >> (_BITS * np.uint64(place))) & _MASK) == APART
    return found


def _join(*columns: Codes16) -> Keys:
    keys = columns[0].astype(np.uint64)
    for column in columns[1:]:
        keys = (keys << _BITS) | column
    return keys


def _low(length: int) -> np.uint64:
    return np.uint64((1 << (16 * length)) - 1)


def _value(stored: npt.NDArray[np.uint8]) -> Floats:
    return stored.astype(np.float32) * np.float32(-_STEP)


def _share(stored: npt.NDArray[np.uint8]) -> Floats:
    return stored.astype(np.float32) * np.float32(-_SHARE_STEP)
