"""Where a text would read much better with a similar character: the best candidate of each place, and its measures.

Three sieves, from cheap to dear: a place must read badly enough to gain anything; a candidate must make a run of two,
then one of three that was seen or a run of two that is common; only what remains is read in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guanhao.screening.proof.alphabet import END, PADDING, Codes16, encode
from guanhao.screening.proof.confusions import Confusions
from guanhao.screening.proof.language import ORDER, Floats
from guanhao.screening.proof.mixture import Reader

Integers = npt.NDArray[np.int64]

_WORST_READING = -5.0  # a place that reads better than this over four characters is left alone
_LEAST_GAIN = 1.5
_BLOCK = 1 << 15  # codes at a time, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts laid end to end, as the model reads them. ``owners`` is the number of each code's text."""

    codes: Codes16
    places: Integers
    owners: Integers
    chances: Floats
    orders: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Suspects:
    """One row a suspicious place: where, what might be meant, how it is alike, and gains over four characters."""

    where: Integers
    others: Codes16
    kinds: npt.NDArray[np.uint8]
    gains: Floats
    second_gains: Floats
    chances: Floats  # rows of four
    orders: npt.NDArray[np.int8]  # rows of four


def read(model: Reader, texts: Sequence[str]) -> Reading:
    """Read texts with the model, each for itself."""
    encoded = [encode(text) for text in texts]
    codes = np.concatenate([each for each, _ in encoded])
    places = np.concatenate([each for _, each in encoded])
    owners = np.repeat(np.arange(len(texts)), [len(each) for each, _ in encoded])
    chances, orders = model.read(codes)
    return Reading(codes, places, owners, chances, orders)


def suspects(model: Reader, confusions: Confusions, reading: Reading) -> Suspects:
    """The suspicious places of a reading, in order."""
    blocks = []
    end = len(reading.codes) - PADDING
    for begin in range(
        PADDING, max(end, PADDING + 1), _BLOCK
    ):  # at least one, though a text may hold nothing to read
        where = np.arange(begin, min(begin + _BLOCK, end))
        where = where[_reads_badly(reading, where)]
        blocks.append(_best(_weighed(model, confusions, reading, where)))
    return Suspects(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))


def _reads_badly(reading: Reading, where: Integers) -> npt.NDArray[np.bool_]:
    codes = reading.codes[where]
    han = (codes >= 0x4E00) & (codes <= 0x9FFF)  # noqa: PLR2004 - Han characters.
    badly: npt.NDArray[np.bool_] = _over_four(reading.chances, where).sum(axis=1) < _WORST_READING
    return han & badly


def _over_four(column: npt.NDArray[np.generic], where: Integers) -> npt.NDArray[np.generic]:
    return np.stack([column[where + shift] for shift in range(ORDER)], axis=1)


Weighed = tuple[Integers, Codes16, npt.NDArray[np.uint8], Floats, Floats, npt.NDArray[np.int8]]


def _weighed(model: Reader, confusions: Confusions, reading: Reading, where: Integers) -> Weighed:
    """All candidates that pass the sieves: place, candidate, kind, gain, and chances and orders over four."""
    rows, numbers = confusions.pairs(reading.codes[where])
    others, at = confusions.others[numbers], where[rows]
    for sieve in (_makes_a_pair, _makes_a_run):
        passed = sieve(model, reading.codes, at, others)
        at, others, numbers = at[passed], others[passed], numbers[passed]
    around = {shift: reading.codes[at + shift] for shift in range(1 - ORDER, ORDER) if shift}
    around[0] = others
    chances = np.empty((len(at), ORDER), dtype=np.float32)
    orders = np.empty((len(at), ORDER), dtype=np.int8)
    for shift in range(ORDER):
        columns = [around[place] for place in range(shift - ORDER + 1, shift + 1)]
        chances[:, shift], orders[:, shift] = model.chances(columns)
    gains = chances.sum(axis=1) - _over_four(reading.chances, at).sum(axis=1)
    good = gains > _LEAST_GAIN
    return at[good], others[good], confusions.kinds[numbers[good]], gains[good], chances[good], orders[good]


def _makes_a_pair(model: Reader, codes: Codes16, at: Integers, others: Codes16) -> npt.NDArray[np.bool_]:
    passed: npt.NDArray[np.bool_] = model.is_seen(codes[at - 1], others) & (codes[at - 1] != END)
    rest = np.flatnonzero(~passed)
    passed[rest] = model.is_seen(others[rest], codes[at[rest] + 1])
    return passed


def _makes_a_run(model: Reader, codes: Codes16, at: Integers, others: Codes16) -> npt.NDArray[np.bool_]:
    passed: npt.NDArray[np.bool_] = model.is_seen(codes[at - 2], codes[at - 1], others) & (
        codes[at - 1] != END
    )
    rest = np.flatnonzero(~passed)
    passed[rest] = model.is_seen(codes[at[rest] - 1], others[rest], codes[at[rest] + 1])
    rest = rest[~passed[rest]]
    passed[rest] = model.is_seen(others[rest], codes[at[rest] + 1], codes[at[rest] + 2])
    rest = rest[~passed[rest]]
    passed[rest] = model.is_common(codes[at[rest] - 1], others[rest])
    rest = rest[~passed[rest]]
    passed[rest] = model.is_common(others[rest], codes[at[rest] + 1])
    return passed


def _best(weighed: Weighed) -> tuple[npt.NDArray[np.generic], ...]:
    """Of each place's candidates the best, with the gain of the second best."""
    at, others, kinds, gains, chances, orders = weighed
    order = np.lexsort((others, -gains, at))
    sorted_at = at[order]
    first = np.flatnonzero(np.concatenate(([True], sorted_at[1:] != sorted_at[:-1]))) if len(at) else order
    second = np.minimum(first + 1, len(order) - 1)
    same = (first + 1 < len(order)) & (sorted_at[second] == sorted_at[first]) if len(at) else first
    runner_up = np.where(same, gains[order[second]], 0.0).astype(np.float32) if len(at) else gains
    best = order[first]
    return at[best], others[best], kinds[best], gains[best], runner_up, chances[best], orders[best]
