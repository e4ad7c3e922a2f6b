"""From people to actors."""

from __future__ import annotations

from guanhao.core.actors import Actor, ActorKind
from guanhao.people.models import Person


def actor_of(person: Person, *, address: str = "", acting_for: Person | None = None) -> Actor:
    """The person as the one who acts, from the client address and possibly for somebody who delegated."""
    return Actor(
        ActorKind.PERSON,
        str(person.pk),
        person.name,
        acting_for=str(acting_for.pk) if acting_for else "",
        address=address,
    )
