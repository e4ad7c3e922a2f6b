"""Checkpoints (存证点): signed heads of a log, made at least hourly and every thousand entries (LG4).

What protects the log is the copy outside: see `guanhao.ledger.outside`. Signing alone only tells who signed.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from guanhao.core import clock
from guanhao.ledger import keys, notes
from guanhao.ledger.appending import Owner
from guanhao.ledger.entries import origin
from guanhao.ledger.models import Checkpoint, LogHead

EVERY = timedelta(hours=1)
ENTRIES = 1000


def newest(institution: Owner) -> Checkpoint | None:
    """The institution's newest checkpoint."""
    found: Checkpoint | None = Checkpoint.objects.filter(institution_id=institution.pk).first()
    return found


def is_due(institution: Owner) -> bool:
    """Whether the log has grown by a thousand entries, or has grown at all and the last checkpoint is an hour old."""
    head = LogHead.objects.filter(institution_id=institution.pk).first()
    if head is None:
        return False
    last = newest(institution)
    if last is None:
        return bool(head.size > 0)
    grown = head.size - last.size
    return bool(grown >= ENTRIES or (grown > 0 and clock.now() - last.at >= EVERY))


@transaction.atomic
def make(institution: Owner) -> Checkpoint:
    """Sign the head as it is now. An unchanged log keeps the checkpoint it has.

    Raises:
        NoKey: the signing key is missing or unusable.
        LogHead.DoesNotExist: nothing was recorded yet.
    """
    head = LogHead.objects.select_for_update().get(institution_id=institution.pk)
    last = newest(institution)
    if last is not None and last.size == head.size:
        return last
    tree = head.tree()
    stated = notes.Head(origin(institution.key), tree.size, tree.root())
    made: Checkpoint = Checkpoint.objects.create(
        institution_id=institution.pk,
        at=clock.now(),
        size=stated.size,
        root=stated.root,
        note=notes.sign(stated, keys.signing_key()),
    )
    return made


def undelivered(institution: Owner) -> list[Checkpoint]:
    """Checkpoints that have not left the building, oldest first."""
    waiting = Checkpoint.objects.filter(institution_id=institution.pk, delivered_at__isnull=True)
    return list(waiting.order_by("size"))


def mark_delivered(checkpoint: Checkpoint, channels: list[str]) -> None:
    """Note that the checkpoint left the building, and by which channels."""
    checkpoint.delivered_at, checkpoint.channels = clock.now(), channels
    checkpoint.save(update_fields=["delivered_at", "channels"])
