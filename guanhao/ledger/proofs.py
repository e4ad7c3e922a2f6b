"""Proofs from the database: each costs one query for nodes and one for leaves, at any size of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from guanhao.ledger import merkle
from guanhao.ledger.models import Checkpoint, Event, LogHead, Node


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event is in the log: its leaf and path lead to ``root``, the root of the first ``size`` entries.

    ``note`` is the signed checkpoint with that root; it is empty while no checkpoint covers the event yet.
    """

    index: int
    leaf: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]
    note: str = ""

    def holds(self) -> bool:
        """Whether the path leads from the leaf to the root."""
        return merkle.verify_inclusion(self.leaf, self.index, self.size, self.path, self.root)


def prove(event: Event) -> Proof:
    """The event's proof: under the oldest checkpoint that covers it, or under the log's head where none does yet."""
    checkpoint = Checkpoint.objects.filter(institution_id=event.institution_id, size__gt=event.index).last()
    if checkpoint is None:
        tree = LogHead.objects.get(institution_id=event.institution_id).tree()
        size, root, note = tree.size, tree.root(), ""
    else:
        size, root, note = checkpoint.size, bytes(checkpoint.root), checkpoint.note
    path = inclusion_path(event.institution_id, event.index, size)
    return Proof(event.index, bytes(event.leaf_hash), size, root, tuple(path), note)


def inclusion_path(institution_id: int, index: int, size: int) -> list[bytes]:
    """The audit path of one entry in the log as it was with ``size`` entries.

    Raises:
        ValueError: there was no such entry. KeyError: the log has lost a hash; `verify` names it.
    """
    places = merkle.places_read(lambda read: merkle.inclusion_proof(index, size, read))
    hashes = read_places(institution_id, places)
    return merkle.inclusion_proof(index, size, lambda *place: hashes[place])


def consistency_path(institution_id: int, first: int, second: int) -> list[bytes]:
    """That the log with ``second`` entries extends the log with ``first``.

    Raises:
        ValueError: unless 0 < first ≤ second. KeyError: the log has lost a hash; `verify` names it.
    """
    places = merkle.places_read(lambda read: merkle.consistency_proof(first, second, read))
    hashes = read_places(institution_id, places)
    return merkle.consistency_proof(first, second, lambda *place: hashes[place])


def root_at(institution_id: int, size: int) -> bytes:
    """The root of the log as it was with ``size`` entries.

    Raises:
        KeyError: the log has lost a hash, or never was so long.
    """
    hashes = read_places(institution_id, merkle.places_read(lambda read: merkle.root(size, read)))
    return merkle.root(size, lambda *place: hashes[place])


def leaf_hashes(institution_id: int, start: int, end: int) -> list[bytes]:
    """The leaf hashes of the entries ``[start, end)``, removed ones included."""
    kept = Event.objects.filter(institution_id=institution_id, index__gte=start, index__lt=end)
    gone = Node.objects.filter(institution_id=institution_id, level=0, index__gte=start, index__lt=end)
    rows = [*gone.values_list("index", "hash"), *kept.values_list("index", "leaf_hash")]
    return [bytes(leaf) for _index, leaf in sorted(rows, key=lambda row: row[0])]


def read_places(institution_id: int, places: Iterable[merkle.Place]) -> dict[merkle.Place, bytes]:
    """The stored hashes of the places that exist."""
    levels: dict[int, list[int]] = defaultdict(list)
    for level, index in places:
        levels[level].append(index)
    leaves = Event.objects.filter(institution_id=institution_id, index__in=levels.get(0, []))
    found = {(0, index): bytes(value) for index, value in leaves.values_list("index", "leaf_hash")}
    levels[0] = [
        index for index in levels.get(0, []) if (0, index) not in found
    ]  # of entries that were removed
    if not levels[0]:
        del levels[0]
    if levels:
        wanted = Q()
        for level, indexes in levels.items():
            wanted |= Q(level=level, index__in=indexes)
        nodes = Node.objects.filter(wanted, institution_id=institution_id).values_list(
            "level", "index", "hash"
        )
        found |= {(level, index): bytes(value) for level, index, value in nodes}
    return found
