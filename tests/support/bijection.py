"""Change and entry go together (LG2): every row of a kind has exactly one entry of its making, and the other way round."""

from __future__ import annotations

from collections import Counter

from django.db import models

from guanhao.ledger.models import Event
from guanhao.ledger.types import Action


def assert_bijection(rows: models.QuerySet, action: Action, *, fact: str = "") -> None:
    """Every row has exactly one event of the action, and every such event its row; for the institution in scope.

    An event names its row as its subject, or, where ``fact`` is given, by that fact.
    """
    events = Event.objects.filter(action=action)
    told = [str(event.facts[fact]) if fact else event.subject_id for event in events]
    assert Counter(told) == Counter(str(key) for key in rows.values_list("pk", flat=True))


def assert_last_state(rows: models.QuerySet, kind: str) -> None:
    """The state of every row is the one that its last event with an ``after`` states."""
    for row in rows:
        states = [
            event.facts["after"] for event in Event.objects.about(kind, row.pk) if "after" in event.facts
        ]
        if states:
            assert row.state == states[-1], f"{kind} {row.pk} is {row.state}; the log says {states[-1]}."
