"""Whether two entries for people are one human being. Separation of duties counts humans, not rows (AP3, AP4)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from django.db.models import Q

from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Person

_HINTS = Q(pk=given("person")) | Q(name=given("name")) | Q(user=given("user"))
_LIKE: Prepared[Person] = Prepared(lambda: Person.objects.filter(_HINTS))
_NUMBERED: Prepared[Person] = Prepared(
    lambda: Person.objects.filter(_HINTS | Q(staff_no__icontains=given("number")))
)


def marks(person: Person) -> frozenset[str]:
    """What tells a human being: the row itself, the sign-in, the staff number, the name with a phone or an e-mail.

    A shared office telephone alone proves nothing; together with the same name it does. We rather refuse one
    approval too many than count one person twice.
    """
    found = {f"row:{person.pk}"}
    if person.user_id is not None:
        found.add(f"sign-in:{person.user_id}")
    if person.staff_no.strip():
        found.add(f"number:{_plain(person.staff_no)}")
    for contact in (person.phone, person.email):
        if contact.strip():
            found.add(f"contact:{_plain(person.name)}:{_plain(contact)}")
    return frozenset(found)


def same_human(one: Person, other: Person) -> bool:
    """Whether the two entries share any mark."""
    return not marks(one).isdisjoint(marks(other))


def entries_of(person: Person) -> list[int]:
    """Keys of the entries that are the same human being, for lists; one query.

    Finds what the database can compare; whoever writes their number in another width is met when they decide.
    """
    number = person.staff_no.strip()
    hinted = _NUMBERED if number else _LIKE
    asked = {"person": person, "name": person.name, "user": person.user_id}
    found = hinted.all(**asked, **({"number": number} if number else {}))
    return [other.pk for other in found if same_human(person, other)]


def among(person: Person, people: Iterable[Person]) -> Person | None:
    """The first of the people who is the same human being as the person."""
    return next((other for other in people if same_human(person, other)), None)


def distinct(people: Iterable[Person]) -> list[Person]:
    """One entry per human being, the first of each."""
    return list(_first_of_each(people))


def _first_of_each(people: Iterable[Person]) -> Iterator[Person]:
    seen: list[Person] = []
    for person in people:
        if among(person, seen) is None:
            yield person
        seen.append(person)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
