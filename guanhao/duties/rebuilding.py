"""Dropping and rebuilding: the rows of an institution's duties, read anew from its ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from guanhao.core.canonical import canonical_json
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.duties.models import Credit, Duty, Seat
from guanhao.duties.projecting import PROJECTIONS
from guanhao.ledger.models import Event, LogHead
from guanhao.ledger.pruning import horizon
from guanhao.ledger.types import Action
from guanhao.people.models import Institution

_PRUNED = Denied(
    Text(
        "较早的台账记录已按留存期限删除，待办义务不能再从台账重建。",
        "Older entries were removed under retention; duties cannot be made again from the ledger any more.",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild did: events read, duties before and after, and whether the rows are the same."""

    events: int
    before: int
    after: int
    same: bool
    digest: str


@transaction.atomic
def rebuild(institution: Institution) -> Rebuilt:
    """Drop every duty of the institution in scope and make them again from the ledger.

    The log's head is locked meanwhile, so that no event slips in between.

    Raises:
        Refused: entries were removed under retention, so older duties could not be made again.
    """
    LogHead.objects.select_for_update().filter(institution=institution).first()
    if horizon(institution):
        raise Refused(_PRUNED)
    before = contents()
    Credit.objects.all().delete()
    Seat.objects.all().delete()
    Duty.objects.all().delete()
    events = Event.objects.filter(action__in=[action.value for action in PROJECTIONS]).order_by("index")
    read = 0
    for event in events.iterator(chunk_size=500):
        PROJECTIONS[Action(event.action)](event)
        read += 1
    after = contents()
    return Rebuilt(
        events=read, before=len(before), after=len(after), same=before == after, digest=_digest(after)
    )


def contents() -> list[list[Any]]:
    """Every duty of the institution in scope with all its rows hold, apart from their numbers in the tables."""
    seats, counted = (
        _grouped(Seat, ["kind", "unit_id", "post", "level"]),
        _grouped(Credit, ["counted", "event"]),
    )
    fields = [
        field.attname for field in Duty._meta.concrete_fields if not field.primary_key  # noqa: SLF001 - the public way to the columns.
    ]  # fmt: skip
    return [
        [*(_plain(getattr(duty, name)) for name in fields), seats.get(duty.pk, []), counted.get(duty.pk, [])]
        for duty in Duty.objects.order_by("key")
    ]


def _grouped(model: type[Seat | Credit], fields: list[str]) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = {}
    for duty, *values in model.objects.order_by(*fields).values_list("duty_id", *fields):
        rows.setdefault(duty, []).append(values)
    return rows


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _digest(rows: list[list[Any]]) -> str:
    return hashlib.sha256(canonical_json(rows)).hexdigest()
