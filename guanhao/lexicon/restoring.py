"""Words put back that were taken out of an institution's lists: new rows of a new version; what ended stays ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from guanhao.core.actors import Actor
from guanhao.core.verdicts import require
from guanhao.lexicon import checks
from guanhao.lexicon.actions import add_entry, allow, take_terms
from guanhao.lexicon.compiling import term_of
from guanhao.lexicon.models import Allowance, Entry, ListedTerm
from guanhao.lexicon.versions import locked
from guanhao.people.models import Person


@transaction.atomic
def restore_terms(*, actor: Actor, person: Person, rows: Sequence[ListedTerm]) -> int:
    """Take the terms into the lists again as they were last; answers how many. Those whose like is in force stay out.

    Raises:
        Refused: without the permission, or a family the rulebook no longer knows; then none is put back.
    """
    require(checks.may_manage(person))
    locked(person.institution)
    families = {term.family for term in rows}
    there = set(ListedTerm.objects.in_force().filter(family__in=families).values_list("family", "text"))
    latest = {(term.family, term.text): term for term in sorted(rows, key=lambda term: term.added_in)}
    missing = [term_of(term) for key, term in latest.items() if key not in there]
    return len(take_terms(actor=actor, person=person, institution=person.institution, terms=missing).added)


@transaction.atomic
def restore_entries(*, actor: Actor, person: Person, rows: Sequence[Entry]) -> int:
    """Enter again what was taken out, as it was last; answers how many. Those whose like is in force stay out.

    Raises:
        Refused: without the permission.
    """
    require(checks.may_manage(person))
    locked(person.institution)
    restored = 0
    for entry in sorted(rows, key=lambda entry: entry.added_in, reverse=True):
        if not Entry.objects.in_force().like(entry.kind, entry.text, entry.meaning).exists():
            more = {name: getattr(entry, name) for name in ("meaning", "rank", "since", "until", "note")}
            add_entry(
                actor=actor,
                person=person,
                institution=entry.institution,
                kind=entry.kind,
                text=entry.text,
                **more,
            )
            restored += 1
    return restored


@transaction.atomic
def restore_allowances(*, actor: Actor, person: Person, rows: Sequence[Allowance]) -> int:
    """Put wordings on their units' lists again; answers how many were not there.

    Raises:
        Refused: neither the lists' keeper nor of the unit; then none is put back.
    """
    locked(person.institution)
    restored = 0
    for old in rows:
        require(checks.may_disallow(person, old.unit))
        same: dict[str, Any] = {
            "unit": old.unit,
            "hit_class": old.hit_class,
            "wording": old.wording,
            "digest": old.digest,
        }
        if not Allowance.objects.in_force().filter(**same).exists():
            allow(actor=actor, person=person, reason=old.reason, **same)
            restored += 1
    return restored
