"""Lists from rows to what screening reads with, once per version and process, shared wherever they are equal.

A large import is a segment of its own, found again by the digest of its content: twenty institutions that imported one
common list compile and keep it once. Everything else of an institution is one small segment, and a change rebuilds
only that one. What is kept here can be thrown away at any time; the rows are the truth.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

from django.db.models import Count, Q

from guanhao.core.prepared import Prepared, given
from guanhao.core.tenancy import Tenant
from guanhao.lexicon.models import Allowance, Entry, Lexicon, ListedTerm, TermBatch
from guanhao.lexicon.types import Allowed, EntryKind
from guanhao.screening.force import Force
from guanhao.screening.hits import HitClass, HitKind
from guanhao.screening.numbers import NumberShape
from guanhao.screening.roster import Leader, UnitName
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Segment, Term

SHARED_FROM = 1_000  # terms from which an import is a segment of its own
MOST_KEPT = 32  # institutions whose lists one process keeps

_SHAPE_KINDS = {
    EntryKind.PERSON_NUMBER: HitKind.STUDENT_NUMBER,
    EntryKind.PAPER_NUMBER: HitKind.SECRECY_MARKING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """One version of an institution's lists, apart from what is asked of the people's register."""

    stamp: str = ""
    version: int = 0
    terms: TermIndex = field(default_factory=TermIndex)
    confusables: Mapping[str, str] = field(default_factory=dict)
    leaders: tuple[Leader, ...] = ()
    units: tuple[UnitName, ...] = ()
    shapes: tuple[NumberShape, ...] = ()
    allowed: Mapping[int, Allowed] = field(default_factory=dict)  # by unit
    proof_digest: str = ""


_NO_LISTS = Compiled()  # one value, so that what was read with it is known again

_STAMP: Prepared[tuple[str, int, str]] = Prepared(
    lambda: (
        Lexicon.objects.filter(institution_id=given("of"))
        .order_by("pk")
        .values_list("stamp", "version", "proof_digest")[:1]
    )
)
_segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()
_kept: OrderedDict[int, Compiled] = OrderedDict()
_lock = threading.Lock()


def compiled(institution: Tenant) -> Compiled:
    """The institution's lists as they are now. One small query while nothing has changed."""
    row = _STAMP.first(of=institution.pk)
    if row is None:
        return _NO_LISTS
    stamp, version, proof = row
    with _lock:
        kept = _kept.get(institution.pk)
        if kept is None or kept.stamp != stamp:
            kept = replace(_compile(institution, stamp, version), proof_digest=proof)
            _kept[institution.pk] = kept
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(institution.pk)
        return kept


def term_of(row: ListedTerm) -> Term:
    """A row as screening reads it; who added it stays in the row, so that equal lists are equal."""
    return Term(
        text=row.text,
        family=row.family,
        force=Force(row.force),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        allow=tuple(row.allow),
        note=row.note,
    )


def _compile(institution: Tenant, stamp: str, version: int) -> Compiled:
    entries = list(Entry.objects.in_force().filter(institution_id=institution.pk).order_by("rank", "pk"))
    return Compiled(
        stamp=stamp,
        version=version,
        terms=_terms(institution),
        confusables={one.text: one.meaning for one in entries if one.kind == EntryKind.CONFUSABLE},
        leaders=tuple(_leader(one) for one in entries if one.kind == EntryKind.LEADER),
        units=_units(entries),
        shapes=tuple(
            NumberShape(one.text, _SHAPE_KINDS[EntryKind(one.kind)])
            for one in entries
            if one.kind in _SHAPE_KINDS
        ),
        allowed=_allowed(institution),
    )


def _terms(institution: Tenant) -> TermIndex:
    alive = Count("terms", filter=Q(terms__removed_in__isnull=True))
    batches = list(
        TermBatch.objects.filter(institution_id=institution.pk, count__gte=SHARED_FROM)
        .annotate(alive=alive)
        .filter(alive__gt=0)
        .order_by("pk")
    )
    shared = [_segment(batch) for batch in batches]
    gone = ListedTerm.objects.filter(batch__in=batches, removed_in__isnull=False)
    own = ListedTerm.objects.in_force().filter(institution_id=institution.pk).exclude(batch__in=batches)
    index = TermIndex.over(shared)
    removed = list(gone.values_list("family", "text")) if batches else []
    added = [term_of(row) for row in own.order_by("pk")]
    return index.changed(add=added, remove=removed) if added or removed else index


def _segment(batch: TermBatch) -> Segment:
    segment = _segments.get(batch.digest)
    if segment is None:
        segment = Segment(term_of(row) for row in ListedTerm.objects.filter(batch=batch).order_by("pk"))
        _segments[batch.digest] = segment
    return segment


def _leader(entry: Entry) -> Leader:
    return Leader(name=entry.text, title=entry.meaning, rank=entry.rank, since=entry.since, until=entry.until)


def _units(entries: Iterable[Entry]) -> tuple[UnitName, ...]:
    return tuple(
        UnitName(name=one.meaning, old=(one.text,))
        if one.kind == EntryKind.OLD_NAME
        else UnitName(name=one.meaning, wrong=(one.text,))
        for one in entries
        if one.kind in {EntryKind.OLD_NAME, EntryKind.WRONG_NAME}
    )


def _allowed(institution: Tenant) -> dict[int, Allowed]:
    by_unit: dict[int, tuple[set[tuple[str, str]], set[str]]] = {}
    rows = Allowance.objects.in_force().filter(institution_id=institution.pk)
    for unit, hit_class, wording, digest in rows.values_list("unit", "hit_class", "wording", "digest"):
        wordings, digests = by_unit.setdefault(unit, (set(), set()))
        if hit_class == HitClass.PERSONAL:
            digests.add(digest)
        else:
            wordings.add((hit_class, wording))
    return {unit: Allowed(frozenset(some), frozenset(digests)) for unit, (some, digests) in by_unit.items()}
