"""Versions of an institution's lists: the lock of every change, the columns of rows that come and go, the event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.lexicon.models import Lexicon, Versioned
from guanhao.people.models import Institution, Person

AT_ONCE = 2_000  # rows of one insert


def locked(institution: Institution) -> Lexicon:
    """The institution's counter, locked until the transaction ends."""
    Lexicon.objects.get_or_create(
        institution=institution, defaults={"changed_at": clock.now(), "stamp": randomness.token_hex(16)}
    )
    lexicon: Lexicon = Lexicon.objects.select_for_update(of=("self",)).get(institution=institution)
    return lexicon


def advance(lexicon: Lexicon) -> int:
    """Count the version up by one, within the lock; answers it."""
    lexicon.version += 1
    lexicon.stamp = randomness.token_hex(16)
    lexicon.changed_at = clock.now()
    lexicon.save(update_fields=["version", "stamp", "changed_at"])
    return lexicon.version


def added(person: Person, version: int) -> dict[str, Any]:
    """The columns that say when a row came and who brought it."""
    return {"added_in": version, "added_by": person, "added_at": clock.now()}


def end(rows: Sequence[Versioned], person: Person, version: int) -> None:
    """Let rows end with a version. Nothing is deleted."""
    for row in rows:
        row.removed_in, row.removed_by, row.removed_at = version, person, clock.now()
    if rows:
        type(rows[0]).objects.bulk_update(
            rows, ["removed_in", "removed_by", "removed_at"], batch_size=AT_ONCE // 10
        )


def tell(
    actor: Actor, lexicon: Lexicon, action: Action, facts: dict[str, Any], detail: dict[str, Any]
) -> None:
    """One event about the lists."""
    record(
        institution=lexicon.institution,
        actor=actor,
        action=action,
        subject=Subject("lexicon", str(lexicon.pk), "词库"),
        facts={"version": lexicon.version, **facts},
        detail=detail,
    )
