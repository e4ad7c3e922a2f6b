"""Many entries at once: what an import would change, and the change itself, as one version with one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from guanhao.core.actors import Actor
from guanhao.core.verdicts import require
from guanhao.ledger.types import Action
from guanhao.lexicon import checks
from guanhao.lexicon.entryfiles import ALLOWED, NewEntry
from guanhao.lexicon.models import Allowance, Entry
from guanhao.lexicon.types import EntryKind
from guanhao.lexicon.versions import AT_ONCE, added, advance, end, locked, tell
from guanhao.people.models import Institution, Person, Unit
from guanhao.screening.hits import HitClass

_TOLD = 50


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What an import would do, or did: entries that come, those whose place they take, those that stay as they are."""

    added: tuple[NewEntry, ...]
    replaced: tuple[Entry, ...]
    unchanged: int

    @property
    def new(self) -> int:
        """How many are not there yet in any form."""
        return len(self.added) - len(self.replaced)


def compare_entries(entries: Iterable[NewEntry]) -> EntryChange:
    """What taking these entries would change in the institution in scope. Nothing is stored."""
    wanted = {entry.key: entry for entry in entries}
    there: dict[tuple[str, ...], Entry | Allowance] = {
        (row.kind, row.text, row.meaning): row for row in Entry.objects.in_force()
    }
    there |= {
        (ALLOWED, row.unit.name, row.hit_class, row.wording): row
        for row in Allowance.objects.in_force().filter(digest="").select_related("unit")
    }
    same = {key for key, entry in wanted.items() if key in there and _is_same(entry, there[key])}
    old = [there[key] for key in wanted if key in there and key not in same]
    return EntryChange(
        added=tuple(entry for key, entry in wanted.items() if key not in same),
        replaced=tuple(row for row in old if isinstance(row, Entry)),
        unchanged=len(same),
    )


@transaction.atomic
def take_entries(
    *, actor: Actor, person: Person, institution: Institution, entries: Sequence[NewEntry], name: str
) -> EntryChange:
    """Take entries and allowed wordings into the lists, under the file's name. Equal ones stay as they are.

    Raises:
        Refused: without the permission.
    """
    require(checks.may_manage(person))
    lexicon = locked(institution)
    change = compare_entries(entries)
    if not change.added:
        return change
    version = advance(lexicon)
    end(change.replaced, person, version)
    units = {unit.name: unit for unit in Unit.objects.open()}
    own = [_entry(institution, one, person, version) for one in change.added if one.kind != ALLOWED]
    allowed = [
        _allowance(institution, one, units[one.unit], person, version)
        for one in change.added
        if one.kind == ALLOWED
    ]
    Entry.objects.bulk_create(own, batch_size=AT_ONCE)
    Allowance.objects.bulk_create(allowed, batch_size=AT_ONCE)
    tell(
        actor,
        lexicon,
        Action.LEXICON_ENTRIES_TAKEN,
        {"entries": len(own), "allowed": len(allowed), "replaced": len(change.replaced)},
        {"file": name, "texts": [one.text for one in change.added[:_TOLD]]},
    )
    return change


def _is_same(entry: NewEntry, row: Entry | Allowance) -> bool:
    """An allowance has nothing beside its key that would change what it does."""
    if isinstance(row, Allowance):
        return True
    return (row.rank, row.since, row.until, row.note) == (entry.rank, entry.since, entry.until, entry.note)


def _entry(institution: Institution, entry: NewEntry, person: Person, version: int) -> Entry:
    return Entry(
        institution=institution,
        kind=EntryKind(entry.kind),
        text=entry.text,
        meaning=entry.meaning,
        rank=entry.rank,
        since=entry.since,
        until=entry.until,
        note=entry.note,
        **added(person, version),
    )


def _allowance(
    institution: Institution, entry: NewEntry, unit: Unit, person: Person, version: int
) -> Allowance:
    return Allowance(
        institution=institution,
        unit=unit,
        hit_class=HitClass(entry.hit_class),
        wording=entry.text,
        reason=entry.note,
        **added(person, version),
    )
