"""Verifying a log from its first entry to its last, and naming the first bad one (LG5).

1. Every entry is read in order: index, leaf hash, the searchable copy of its columns, and the commitment to its
   detail must agree with its bytes.
2. The tree is built anew from the leaf hashes; every stored node, the head and every checkpoint's root must be met.
3. Every checkpoint must be signed by the log's key, here and outside.
   Of entries that were removed under retention (LG8) the kept leaf hashes stand in; the newest removal must be an entry.
4. What was kept outside decides: a root that the log does not lead to, or a leaf hash that is not the one sent
   out, shows a log rewritten from top to bottom, even one signed again with the stolen key.

What lies behind the newest checkpoint outside is the unprotected tail: who owns the host could have written it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from guanhao.ledger import merkle, notes, rows
from guanhao.ledger.appending import Owner
from guanhao.ledger.entries import commitment, origin
from guanhao.ledger.findings import Findings, Kind, Problem
from guanhao.ledger.models import Checkpoint, Event, LogHead, Node
from guanhao.ledger.outside import Witness
from guanhao.ledger.pruning import horizon
from guanhao.ledger.types import Action

MOST_STRAY = 100


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome. ``protected`` is the size that the newest good checkpoint outside vouches for."""

    origin: str
    size: int
    root: bytes
    problems: tuple[Problem, ...]
    unlisted: int
    first_bad: int | None
    checkpoints: int
    witnesses: int
    protected: int
    tail_since: datetime | None
    pruned: int = 0  # how many of the first entries were removed under retention

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    @property
    def tail(self) -> int:
        """How many of the last entries no checkpoint outside vouches for."""
        return max(self.size - self.protected, 0)


@dataclass(frozen=True, slots=True)
class _Vouched:
    """A root that somebody vouched for."""

    root: bytes
    kind: Kind
    note: str
    protects: bool


@dataclass(slots=True)
class _Walk:
    """What is known while walking along the log."""

    log: str
    found: Findings
    stated: dict[int, list[_Vouched]] = field(default_factory=dict)
    leaves: dict[int, bytes] = field(default_factory=dict)
    tree: merkle.Frontier = field(default_factory=merkle.Frontier)
    next: int = 0
    whole: bool = True  # no entry was missing or too many so far, so that the tree can be compared
    met: int = 0  # the largest stated size that was met
    protected: int = 0
    erased: set[int] = field(default_factory=set)
    erasures: set[int] = field(default_factory=set)
    recorded: int = 0  # how far removals under retention are entries themselves


def verify(institution: Owner, *, key: Ed25519PublicKey, witnesses: Iterable[Witness] = ()) -> Report:
    """Verify the institution's log against itself, its checkpoints and what was kept outside.

    The log may grow meanwhile: checkpoints are read before the head, and the head before the entries it counts. It may
    not be pruned meanwhile; whoever verifies while the retention job runs finds entries missing, and verifies again.
    """
    walk = _Walk(origin(institution.key), Findings())
    checkpoints = _state_checkpoints(walk, institution, key)
    outside = _state_witnesses(walk, witnesses, key)
    pruned, head = horizon(institution), _head(institution)
    _walk_removed(walk, institution, pruned)
    for some in rows.chunks(institution, head.size):
        _walk_rows(walk, institution, some)
    size = walk.next
    _finish(walk, institution, head)
    _finish_removed(walk, institution, pruned)
    return Report(
        origin=walk.log,
        size=size,
        root=walk.tree.root(),
        problems=tuple(sorted(walk.found.problems, key=lambda problem: (problem.index, problem.kind))),
        unlisted=walk.found.unlisted,
        first_bad=walk.found.first_bad(),
        checkpoints=checkpoints,
        witnesses=outside,
        protected=walk.protected,
        tail_since=rows.recorded_at(institution, walk.protected),
        pruned=pruned,
    )


def _state_checkpoints(walk: _Walk, institution: Owner, key: Ed25519PublicKey) -> int:
    number = 0
    for row in Checkpoint.objects.filter(institution_id=institution.pk).order_by("size").iterator():
        number += 1
        head = _opened(walk, row.note, key, f"size {row.size}")
        if head is not None and (head.size, head.root) != (row.size, bytes(row.root)):
            walk.found.add(Kind.CHECKPOINT, 0, row.size - 1, f"size {row.size}")
        stated = _Vouched(bytes(row.root), Kind.CHECKPOINT, f"size {row.size}", protects=False)
        walk.stated.setdefault(row.size, []).append(stated)
    return number


def _state_witnesses(walk: _Walk, witnesses: Iterable[Witness], key: Ed25519PublicKey) -> int:
    number = 0
    for witness in witnesses:
        number += 1
        signed = _opened(walk, witness.note, key, witness.source)
        # Even what another key signed is compared: a log signed again must still be caught at its first bad entry.
        head = signed or _claimed(witness.note)
        if head is not None:
            stated = _Vouched(head.root, Kind.OUTSIDE, witness.source, protects=signed is not None)
            walk.stated.setdefault(head.size, []).append(stated)
        walk.leaves.update(enumerate(witness.leaves, start=witness.first))
    return number


def _opened(walk: _Walk, note: str, key: Ed25519PublicKey, source: str) -> notes.Head | None:
    try:
        head = notes.open_note(note, key)
    except notes.BadNote:
        claimed = _claimed(note)
        walk.found.add(Kind.SIGNATURE, 0, claimed.size - 1 if claimed else 0, source)
        return None
    if head.origin != walk.log:
        walk.found.add(Kind.SIGNATURE, 0, head.size - 1, f"{head.origin} {source}")
    return head


def _claimed(note: str) -> notes.Head | None:
    try:
        return notes.read_unverified(note)
    except notes.BadNote:
        return None


def _head(institution: Owner) -> merkle.Frontier:
    head = LogHead.objects.filter(institution_id=institution.pk).first()
    return head.tree() if head else merkle.Frontier()


def _walk_removed(walk: _Walk, institution: Owner, end: int) -> None:
    """Walk over the leaf hashes that stand for removed entries, chunk by chunk, as over entries."""
    kept = Node.objects.filter(institution_id=institution.pk, level=0, index__lt=end).order_by("index")
    leaves = kept.values_list("index", "hash")
    while walk.next < end:
        found: list[bytes] = []
        for place, (number, leaf) in enumerate(
            leaves.filter(index__gte=walk.next)[: rows.CHUNK], start=walk.next
        ):
            if number != place:
                break
            if walk.leaves.get(number, leaf) != bytes(leaf):
                walk.found.add(Kind.OUTSIDE, number)
            found.append(bytes(leaf))
        if not found:
            walk.found.add(Kind.MISSING, walk.next, note=f"–{end - 1}")
            walk.next, walk.whole = end, False
            return
        walk.next += len(found)
        _grow_checked(walk, institution, found)


def _walk_rows(walk: _Walk, institution: Owner, some: list[rows.Row]) -> None:
    sound: list[bytes] = []
    for row in some:
        if row.number != walk.next:
            _lose_step(walk, row)
        _check_row(walk, row)
        walk.next = row.number + 1
        if walk.whole:
            sound.append(bytes(row.leaf_hash))
    if walk.whole:
        _grow_checked(walk, institution, sound)
    else:
        _grow(walk, sound)


def _grow(walk: _Walk, leaves: list[bytes]) -> list[merkle.Run]:
    """The tree grows by some leaves, and roots that somebody vouched for are met. Answers the hashes it gained."""
    runs: list[merkle.Run] = []
    start, place = walk.tree.size, 0
    for size in (size for size in range(start + 1, start + len(leaves) + 1) if size in walk.stated):
        walk.tree, completed = walk.tree.extended(leaves[place : size - start])
        runs, place = runs + completed, size - start
        _meet(walk, size)
    walk.tree, completed = walk.tree.extended(leaves[place:])
    return runs + completed


def _lose_step(walk: _Walk, row: rows.Row) -> None:
    if row.number > walk.next:
        walk.found.add(
            Kind.MISSING, walk.next, note=f"–{row.number - 1}" if row.number > walk.next + 1 else ""
        )
    else:
        walk.found.add(Kind.INSERTED, row.number)
    walk.whole = False


def _check_row(walk: _Walk, row: rows.Row) -> None:
    data = bytes(row.entry)
    if row.number in walk.leaves and walk.leaves[row.number] != bytes(row.leaf_hash):
        walk.found.add(Kind.OUTSIDE, row.number)
    if merkle.leaf_hash(data) != bytes(row.leaf_hash):
        walk.found.add(Kind.CHANGED, row.number)
        return
    try:
        said = rows.read_entry(data)
    except rows.UNREADABLE:
        walk.found.add(Kind.CHANGED, row.number)  # Nothing that `record` writes.
        return
    if (said.log, said.place) != (walk.log, row.number):
        walk.found.add(Kind.MOVED, row.number)
        return
    if not _readably(row.agrees, said):
        walk.found.add(Kind.COLUMN, row.number)
    _check_detail(walk, row, said.detail)
    try:
        _heed(walk, row.action, said.facts)
    except rows.UNREADABLE:
        walk.found.add(Kind.CHANGED, row.number)


def _heed(walk: _Walk, action: str, facts: Mapping[str, Any]) -> None:
    """Keep in mind what an entry says was done to entries before it."""
    if action == Action.LEDGER_DETAIL_ERASED:
        walk.erasures.update(facts.get("indexes", ()))
    if action == Action.LEDGER_PRUNED:
        walk.recorded = max(walk.recorded, int(facts.get("below", 0)))


def _check_detail(walk: _Walk, row: rows.Row, promised: str) -> None:
    if row.salt is None or row.data is None:
        walk.found.add(Kind.DETAIL_MISSING, row.number)
    elif row.erased_at is not None:
        walk.erased.add(row.number)
        if row.data != "{}" or row.salt:
            walk.found.add(Kind.DETAIL, row.number)
    elif not _readably(_keeps, row, promised):
        walk.found.add(Kind.DETAIL, row.number)


def _keeps(row: rows.Row, promised: str) -> bool:
    """Whether the detail is the one its entry commits to."""
    return commitment(bytes(row.salt or b""), rows.parsed(row.data or "")) == promised


def _readably(holds: Callable[..., bool], *values: Any) -> bool:
    """Whether it holds; what cannot even be read, or that `record` could not have written, does not."""
    try:
        return holds(*values)
    except rows.UNREADABLE:
        return False


def _meet(walk: _Walk, size: int) -> None:
    root = walk.tree.root()
    for stated in walk.stated[size]:
        if stated.root != root:
            walk.found.add(stated.kind, walk.met, size - 1, stated.note)
        elif stated.protects:
            walk.protected = size
    if all(stated.root == root for stated in walk.stated[size]):
        walk.met = size


def _grow_checked(walk: _Walk, institution: Owner, leaves: list[bytes]) -> None:
    """The tree grows by some leaves; the hashes it gained must be stored."""
    start, stored = walk.tree.size, dict[merkle.Place, bytes]()
    # A question for each level: asked for all of them at once, a database that has no estimates yet reads every hash there is.
    for level, first, after in merkle.places_completed(start, start + len(leaves)):
        nodes = Node.objects.filter(
            institution_id=institution.pk, level=level, index__gte=first, index__lt=after
        )
        stored.update(((level, index), bytes(value)) for index, value in nodes.values_list("index", "hash"))
    runs = _grow(walk, leaves)
    for level, first, hashes in runs:
        for index, value in enumerate(hashes, start=first):
            if stored.get((level, index)) != value:
                walk.found.add(Kind.NODE, index << level, ((index + 1) << level) - 1, f"level {level}")


def _finish(walk: _Walk, institution: Owner, head: merkle.Frontier) -> None:
    longest = max(walk.stated, default=0)
    if max(head.size, longest) > walk.next:
        note = walk.stated[longest][-1].note if longest > walk.next else f"head {head.size}"
        walk.found.add(Kind.TRUNCATED, walk.next, note=note)
    elif walk.whole:
        _compare_head(walk, head)
    indexes = Event.objects.filter(institution_id=institution.pk).order_by("index")
    last = indexes.values_list("index", flat=True).last()
    if last is not None and last >= (size := _head(institution).size):
        walk.found.add(Kind.BEYOND, size)
    for index in sorted(walk.erased - walk.erasures):
        walk.found.add(Kind.ERASED_UNRECORDED, index)


def _finish_removed(walk: _Walk, institution: Owner, pruned: int) -> None:
    """The newest removal is an entry, and no leaf hash stands in for an entry that is still to be kept."""
    if walk.recorded < pruned:
        walk.found.add(Kind.PRUNED_UNRECORDED, walk.recorded, pruned - 1)
    stray = Node.objects.filter(institution_id=institution.pk, level=0, index__gte=pruned).order_by("index")
    for index in stray.values_list("index", flat=True)[:MOST_STRAY]:
        walk.found.add(Kind.NODE, index, note="level 0")


def _compare_head(walk: _Walk, stored: merkle.Frontier) -> None:
    start = 0
    ours = walk.tree.hashes
    theirs = [*stored.hashes, *[b""] * len(ours)]
    for size, our, their in zip(_perfect(walk.next), ours, theirs, strict=False):
        if our != their:
            walk.found.add(Kind.HEAD, start, start + size - 1)
        start += size


def _perfect(size: int) -> Iterator[int]:
    """The sizes of the perfect subtrees that a tree falls into, largest first."""
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            yield 1 << bit
