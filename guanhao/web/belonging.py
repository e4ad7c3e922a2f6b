"""The persons behind a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guanhao.core import tenancy
from guanhao.people.models import Person


@dataclass(frozen=True, slots=True)
class Belonging:
    """The active persons of a sign-in, and the one whose institution was chosen (the only one, where there is one)."""

    persons: tuple[Person, ...]
    chosen: Person | None


def belonging(user: Any, institution_id: object) -> Belonging:
    """Find in which institutions a sign-in is an active person; one query, so leaving binds at the next request (TN6)."""
    with tenancy.everywhere("finding the institutions of a sign-in"):
        persons = tuple(
            Person.objects.active().filter(user=user).select_related("institution").order_by("institution_id")
        )
    if len(persons) == 1:
        return Belonging(persons, persons[0])
    chosen = next((person for person in persons if str(person.institution_id) == str(institution_id)), None)
    return Belonging(persons, chosen)


def prefer(person: Person, language: str) -> None:
    """Keep the language a person reads in; a preference of his own, so the ledger does not record it."""
    person.language = language
    person.save(update_fields=["language"])
