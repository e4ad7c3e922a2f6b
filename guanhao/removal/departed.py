"""What the public is told of an institution whose directory was open and that has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guanhao.core import clock, tenancy
from guanhao.removal.models import Removal


@dataclass(frozen=True, slots=True)
class Departed:
    """An institution that was here."""

    key: str
    name: str
    on: date


def departed(key: str) -> Departed | None:
    """The institution with that key, where it has left and its directory was open; nothing otherwise."""
    with tenancy.everywhere("which institutions have left"):
        rows = Removal.objects.filter(institution__key=key, begun_at__isnull=False, was_public=True)
        row = rows.select_related("institution").first()
    if row is None or row.begun_at is None:
        return None
    return Departed(row.institution.key, row.institution.name, row.begun_at.astimezone(clock.CHINA).date())
