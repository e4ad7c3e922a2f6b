"""Words of drawing consequences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guanhao.ledger.models import Event

Draw = Callable[[Event, str], None]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from an event. ``name`` makes it idempotent together with the event: drawing twice changes nothing.

    ``draw`` is called with the event and the name, inside a transaction and the institution's scope. It SHALL write to
    the database only, and SHALL NOT assume that the world still is as the event left it.
    """

    name: str
    draw: Draw
