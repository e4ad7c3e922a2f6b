"""The Merkle tree of RFC 9162 §2.1, as pure functions. No database, no Django.

A tree over n leaves is addressed by *places*: ``(level, index)`` is the perfect subtree over the leaves
``[index·2^level, (index+1)·2^level)``; level 0 are the leaf hashes. Whoever stores the hashes of all perfect
subtrees can prove anything with O(log n) reads, which is why proofs take a ``read(level, index)`` function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Place = tuple[int, int]
Run = tuple[int, int, list[bytes]]  # a level, an index there, and hashes from that on
Read = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """H(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All an appender needs to know of a tree: its size and the roots of its perfect subtrees, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> tuple[Frontier, list[tuple[Place, bytes]]]:
        """The frontier after one more leaf hash, and the perfect subtrees (level ≥ 1) that the leaf completed."""
        hashes = list(self.hashes)
        completed: list[tuple[Place, bytes]] = []
        level, index, carry = 0, self.size, leaf
        while index & 1:
            carry = node_hash(hashes.pop(), carry)
            level, index = level + 1, index >> 1
            completed.append(((level, index), carry))
        hashes.append(carry)
        return Frontier(self.size + 1, tuple(hashes)), completed

    def extended(self, leaves: Sequence[bytes]) -> tuple[Frontier, list[Run]]:
        """As `append` for many leaves at once, level by level, which takes a third of the time."""
        hashes, last = list(self.hashes), list[bytes]()
        completed: list[Run] = []
        level, index, row = 0, self.size, list(leaves)
        while row:
            nodes = [hashes.pop(), *row] if index & 1 else row
            if len(nodes) & 1:
                last.append(nodes[-1])
            level, index = level + 1, index >> 1
            row = [node_hash(left, right) for left, right in zip(nodes[::2], nodes[1::2], strict=False)]
            if row:
                completed.append((level, index, row))
        return Frontier(self.size + len(leaves), (*hashes, *reversed(last))), completed

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


def subtree(start: int, end: int, read: Read) -> bytes:
    """The hash of the tree over the leaves ``[start, end)``, where ``start`` is where RFC 9162 would split."""
    size = end - start
    if size == 1 << (size.bit_length() - 1):
        level = size.bit_length() - 1
        return read(level, start >> level)
    split = start + _split(size)
    return node_hash(subtree(start, split, read), subtree(split, end, read))


def root(size: int, read: Read) -> bytes:
    """The root of the tree over the first ``size`` leaves."""
    return subtree(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The audit path of one leaf in the tree over the first ``size`` leaves (§2.1.3.1), bottom up.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(subtree(split, end, read))
            end = split
        else:
            path.append(subtree(start, split, read))
            start = split
    return path[::-1]


def consistency_proof(first: int, second: int, read: Read) -> list[bytes]:
    """That the tree over ``first`` leaves is a prefix of the one over ``second`` (§2.1.4.1).

    Raises:
        ValueError: unless 0 < first ≤ second.
    """
    if not 0 < first <= second:
        raise ValueError(f"No consistency proof from {first} to {second}.")
    path: list[bytes] = []
    start, end, known = 0, second, True
    while first != end:
        split = start + _split(end - start)
        if first <= split:
            path.append(subtree(split, end, read))
            end = split
        else:
            path.append(subtree(start, split, read))
            start, known = split, False
    if not known:
        path.append(subtree(start, end, read))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to; nothing where the path has the wrong length (§2.1.3.2)."""
    if not 0 <= index < size:
        return None
    place, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            current = node_hash(sibling, current)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        place, last = place >> 1, last >> 1
    return current if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves the leaf at the index of the tree with the root."""
    return root_from_inclusion(leaf, index, size, path) == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the path proves that the second tree extends the first (§2.1.4.2).

    Every tree extends the empty one; equal sizes need equal roots and an empty path.
    """
    if first == second:
        return first_root == second_root and not path
    if first == 0:
        return first_root == EMPTY_ROOT and not path
    if first > second or not path:
        return False
    steps = list(path) if first & (first - 1) else [first_root, *path]
    roots = _roots_from_consistency(first, second, steps)
    return roots == (first_root, second_root)


def _roots_from_consistency(first: int, second: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def places_read(walk: Callable[[Read], object]) -> set[Place]:
    """Which places a computation reads, so that a database can fetch them in one query.

    ``walk`` is called with a reader that answers a blank; none of the functions here branch on hashes.
    """
    places: set[Place] = set()

    def note(level: int, index: int) -> bytes:
        places.add((level, index))
        return b""

    walk(note)
    return places


def places_completed(start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The perfect subtrees (level ≥ 1) that the leaves ``[start, end)`` complete: ``(level, first, after)`` ranges."""
    level = 1
    while end >> level:
        if start >> level != end >> level:
            yield level, start >> level, end >> level
        level += 1


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
