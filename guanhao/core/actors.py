"""Who does something. The actor is always given, always typed; there is no anonymous power (anti-pattern 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of agent acts."""

    PERSON = "person"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts.

    ``id`` is the person's key as text, or the system actor's name; ``label`` is how they are called now;
    ``acting_for`` is the key of the person who delegated; ``address`` is the client address, where there is one.
    """

    kind: ActorKind
    id: str
    label: str
    acting_for: str = ""
    address: str = ""

    @property
    def person_id(self) -> int | None:
        """The person's key, or nothing for a system actor."""
        return int(self.id) if self.kind is ActorKind.PERSON else None


def system(name: str, label: str = "") -> Actor:
    """A named part of the system as actor, for example ``system("publisher", "发布程序")``."""
    return Actor(ActorKind.SYSTEM, name, label or name)
