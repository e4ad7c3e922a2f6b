"""A table of 64-bit keys in three or four bytes each: eight slots a bucket, a 16-bit fingerprint, one or two values.

A fingerprint may agree by chance: about one absent key in eight thousand is taken for present. Built from keys in the
order of their worth, so that a full bucket turns the least worthy away. Looking up is a few vector operations.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]

_SLOTS = 8
_LOAD = 0.85
_SKETCH_BITS = 22
_BYTE_BITS, _IN_BYTE = 3, 7
_BUCKETS_AT_ONCE = 1 << 15
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MIX_AGAIN = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class PackedTable:
    """``prints[bucket, slot]`` is 0 for an empty slot; ``values[bucket, slot]`` holds the value's bytes."""

    prints: npt.NDArray[np.uint16]
    values: Bytes
    _sketch: Bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sketch what is there, a bit each: half a mebibyte answers most absent keys without touching the table."""
        sketch = np.zeros(1 << _SKETCH_BITS, dtype=np.bool_)
        for begin in range(0, len(self.prints), _BUCKETS_AT_ONCE):
            prints = self.prints[begin : begin + _BUCKETS_AT_ONCE].ravel()
            held = np.flatnonzero(prints)
            sketch[_sketched(begin + held // _SLOTS, prints[held])] = True
        object.__setattr__(self, "_sketch", np.packbits(sketch, bitorder="little"))

    @classmethod
    def build(cls, keys: Keys, values: Bytes) -> PackedTable:
        """Pack keys (the worthiest first) with values of one row each."""
        buckets = max(1, int(len(keys) / (_SLOTS * _LOAD)))
        where, prints = _addresses(keys, buckets)
        order = np.argsort(where, kind="stable")
        sorted_where = where[order]
        begin = np.searchsorted(sorted_where, sorted_where)
        slot = np.arange(len(order)) - begin
        fits = slot < _SLOTS
        table = np.zeros((buckets, _SLOTS), dtype=np.uint16)
        held = np.zeros((buckets, _SLOTS, values.shape[1]), dtype=np.uint8)
        table[sorted_where[fits], slot[fits]] = prints[order][fits]
        held[sorted_where[fits], slot[fits]] = values[order][fits]
        return cls(table, held)

    def find(self, keys: Keys) -> tuple[npt.NDArray[np.bool_], Bytes]:
        """For every key whether it is there, and its values (meaningless where it is not)."""
        where, prints = _addresses(keys, len(self.prints))
        present = self._may_hold(where, prints)
        rows = np.flatnonzero(present)
        same = self.prints[where[rows]] == prints[rows, None]
        slot = same.argmax(axis=1)
        present[rows] = same[np.arange(len(rows)), slot]
        values = np.zeros((len(keys), self.values.shape[2]), dtype=np.uint8)
        values[rows] = self.values[where[rows], slot]
        return present, values

    def has(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """For every key whether it is there."""
        where, prints = _addresses(keys, len(self.prints))
        present = self._may_hold(where, prints)
        rows = np.flatnonzero(present)
        present[rows] = (self.prints[where[rows]] == prints[rows, None]).any(axis=1)
        return present

    def _may_hold(
        self, where: npt.NDArray[np.int64], prints: npt.NDArray[np.uint16]
    ) -> npt.NDArray[np.bool_]:
        places = _sketched(where, prints)
        held = self._sketch[places >> _BYTE_BITS] >> (places & _IN_BYTE).astype(np.uint8)
        may: npt.NDArray[np.bool_] = (held & np.uint8(1)).view(np.bool_)
        return may


def _sketched(where: npt.NDArray[np.int64], prints: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
    mixed = (where.astype(np.uint64) << np.uint64(16) | prints) * _MIX
    return (mixed >> np.uint64(64 - _SKETCH_BITS)).astype(np.int64)


def _addresses(keys: Keys, buckets: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint16]]:
    mixed = keys * _MIX
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIX_AGAIN
    where = ((mixed >> np.uint64(32)) * np.uint64(buckets)) >> np.uint64(32)
    prints = (mixed & np.uint64(0xFFFF)).astype(np.uint16)
    return where.astype(np.int64), np.maximum(prints, 1)
