"""Changes to an institution's lists: one function per change, a new version, one event each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from guanhao.core.actors import Actor
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.ledger.types import Action
from guanhao.lexicon import checks
from guanhao.lexicon.compiling import term_of
from guanhao.lexicon.models import Allowance, Entry, ListedTerm, TermBatch
from guanhao.lexicon.types import MOST_ALLOWED, WITH_MEANING, EntryKind
from guanhao.lexicon.versions import AT_ONCE, added, advance, end, locked, tell
from guanhao.people.models import Institution, Person, Unit
from guanhao.screening.hits import HitClass
from guanhao.screening.terms import Term

_TOLD = 50  # words an event repeats on its erasable side


@dataclass(frozen=True, slots=True)
class Change:
    """What an import would do, or did: new terms, terms that take the place of their like, terms as they were."""

    added: tuple[Term, ...]
    replaced: tuple[ListedTerm, ...]
    unchanged: int

    @property
    def new(self) -> int:
        """How many terms are not there yet in any form."""
        return len(self.added) - len(self.replaced)


def compare(terms: Iterable[Term]) -> Change:
    """What taking these terms would change in the institution in scope. Nothing is stored."""
    wanted = {term.key: term for term in terms}
    rows = ListedTerm.objects.in_force().filter(family__in={family for family, _text in wanted})
    there = {(row.family, row.text): row for row in rows}
    same = {key for key, term in wanted.items() if key in there and term_of(there[key]) == term}
    return Change(
        added=tuple(term for key, term in wanted.items() if key not in same),
        replaced=tuple(there[key] for key in wanted if key in there and key not in same),
        unchanged=len(same),
    )


@transaction.atomic
def take_terms(
    *, actor: Actor, person: Person, institution: Institution, terms: Sequence[Term], name: str = ""
) -> Change:
    """Take terms into the lists: one typed in, or an import under the file's name. Equal ones stay as they are.

    Raises:
        Refused: without the permission, or a family the rulebook does not know.
    """
    require(checks.may_manage(person))
    require(checks.families_known(institution, {term.family for term in terms}))
    lexicon = locked(institution)
    change = compare(terms)
    if not change.added:
        return change
    version = advance(lexicon)
    end(change.replaced, person, version)
    batch = _batch(institution, change.added, name, version) if name else None
    rows = [_row(institution, term, person, version, batch) for term in change.added]
    ListedTerm.objects.bulk_create(rows, batch_size=AT_ONCE)
    tell(
        actor,
        lexicon,
        Action.LEXICON_TERMS_TAKEN,
        {"added": len(rows), "replaced": len(change.replaced), "batch": batch.digest if batch else ""},
        {"file": name, "terms": [term.text for term in change.added[:_TOLD]]},
    )
    return change


@transaction.atomic
def remove_terms(
    *, actor: Actor, person: Person, institution: Institution, terms: Iterable[ListedTerm]
) -> int:
    """Take terms out of the lists; answers how many were still in.

    Raises:
        Refused: without the permission.
    """
    require(checks.may_manage(person))
    lexicon = locked(institution)
    alive = list(ListedTerm.objects.in_force().filter(pk__in=[term.pk for term in terms]))
    if not alive:
        return 0
    end(alive, person, advance(lexicon))
    tell(
        actor,
        lexicon,
        Action.LEXICON_TERMS_REMOVED,
        {"removed": len(alive)},
        {"terms": [term.text for term in alive[:_TOLD]]},
    )
    return len(alive)


@transaction.atomic
def add_entry(
    *, actor: Actor, person: Person, institution: Institution, kind: str, text: str, **more: Any
) -> Entry:
    """Enter a confusable, a leader, a wrong name of a unit, the shape of a number, a protected name.

    ``more`` are the other columns: meaning, rank, since, until, note.

    Raises:
        Refused: without the permission, already there, or saying too little.
    """
    require(checks.may_manage(person))
    require(checks.entry_makes_sense(kind, text.strip(), str(more.get("meaning", "")).strip()))
    lexicon = locked(institution)
    meaning = (
        str(more.pop("meaning", "")).strip()
        if EntryKind(kind) in WITH_MEANING | {EntryKind.PROTECTED}
        else ""
    )
    if Entry.objects.in_force().like(kind, text.strip(), meaning).exists():
        raise Refused(Denied(Text(zh=f"“{text}”已经在列。", en=f"“{text}” is listed already.")))
    more.pop("meaning", None)
    entry = Entry(
        institution=institution,
        kind=EntryKind(kind),
        text=text.strip(),
        meaning=meaning,
        **added(person, advance(lexicon)),
        **more,
    )
    entry.save()
    tell(
        actor,
        lexicon,
        Action.LEXICON_ENTRY_ADDED,
        {"kind": entry.kind, "entry": entry.pk},
        {"text": entry.text, "meaning": entry.meaning},
    )
    return entry


@transaction.atomic
def remove_entry(*, actor: Actor, person: Person, entry: Entry) -> None:
    """Take an entry out. It stays readable as what held until then.

    Raises:
        Refused: without the permission.
    """
    require(checks.may_manage(person))
    lexicon = locked(entry.institution)
    alive = list(Entry.objects.in_force().filter(pk=entry.pk))
    if alive:
        end(alive, person, advance(lexicon))
        tell(
            actor,
            lexicon,
            Action.LEXICON_ENTRY_REMOVED,
            {"kind": entry.kind, "entry": entry.pk},
            {"text": entry.text},
        )


@transaction.atomic
def allow(
    *,
    actor: Actor,
    person: Person,
    unit: Unit,
    hit_class: str,
    wording: str,
    digest: str = "",
    reason: str = "",
) -> Allowance:
    """Put a wording that is no error on the unit's allow-list; it counts from the next check on.

    Whether the person may say so is asked by who calls: it depends on the article it was found in.
    """
    lexicon = locked(unit.institution)
    known = {
        "unit": unit,
        "hit_class": HitClass(hit_class),
        "wording": wording[:MOST_ALLOWED],
        "digest": digest,
    }
    same: Allowance | None = Allowance.objects.in_force().filter(**known).first()
    if same is not None:
        return same
    allowance = Allowance(
        institution=unit.institution, reason=reason.strip()[:500], **known, **added(person, advance(lexicon))
    )
    allowance.save()
    tell(
        actor,
        lexicon,
        Action.LEXICON_ALLOWED,
        {"unit": unit.pk, "class": str(hit_class), "allowance": allowance.pk},
        {"wording": allowance.wording, "reason": allowance.reason},
    )
    return allowance


@transaction.atomic
def disallow(*, actor: Actor, person: Person, allowance: Allowance) -> None:
    """Take a wording off a unit's allow-list.

    Raises:
        Refused: neither the lists' keeper nor of the unit.
    """
    require(checks.may_disallow(person, allowance.unit))
    lexicon = locked(allowance.institution)
    alive = list(Allowance.objects.in_force().filter(pk=allowance.pk))
    if alive:
        end(alive, person, advance(lexicon))
        tell(
            actor,
            lexicon,
            Action.LEXICON_DISALLOWED,
            {"unit": allowance.unit_id, "class": allowance.hit_class, "allowance": allowance.pk},
            {"wording": allowance.wording},
        )


def _batch(institution: Institution, terms: Sequence[Term], name: str, version: int) -> TermBatch:
    """The import, with the digest of what it brought, so that another institution's like import is recognised."""
    said = [
        [
            t.family,
            t.text,
            str(t.force),
            str(t.valid_from or ""),
            str(t.valid_until or ""),
            list(t.allow),
            t.note,
        ]
        for t in terms
    ]
    batch = TermBatch(
        institution=institution, name=name[:200], digest=digest(said), count=len(terms), added_in=version
    )
    batch.save()
    return batch


def _row(
    institution: Institution, term: Term, person: Person, version: int, batch: TermBatch | None
) -> ListedTerm:
    return ListedTerm(
        institution=institution,
        batch=batch,
        family=term.family,
        text=term.text,
        force=term.force.value,
        valid_from=term.valid_from,
        valid_until=term.valid_until,
        allow=list(term.allow),
        note=term.note[:200],
        **added(person, version),
    )
