"""What sentences and recipients of all consequences share."""

from __future__ import annotations

from guanhao.core.actors import ActorKind
from guanhao.core.text import Text
from guanhao.ledger.models import Event


def filled(words: Text, **values: object) -> Text:
    """A sentence with its blanks filled in, in both languages."""
    return Text(words.zh.format(**values), words.en.format(**values))


def acting_person(event: Event) -> int | None:
    """The key of the person who did it, who need not be told; nothing where the system did."""
    return int(event.actor_id) if event.actor_kind == ActorKind.PERSON else None
