"""Entries as they are stored, read in order and unconverted: a log of a million is verified by this (RS6).

What a row says is compared with the bytes its leaf hash covers, so nothing is made of a column before it must be: the
JSON columns and the instant come as text and are read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Func, TextField

from guanhao.ledger.appending import Owner
from guanhao.ledger.models import Event

CHUNK = 8192
_DECODER = json.JSONDecoder()
# What comes of values that `record` could not have written: of the wrong kind, too deep, too large, or missing.
UNREADABLE = (ValueError, TypeError, KeyError, OverflowError, RecursionError)


class Row(NamedTuple):
    """One entry with its columns and its detail; ``facts`` and ``data`` are JSON text, ``at`` is UTC in ISO 8601."""

    number: int
    entry: bytes
    leaf_hash: bytes
    at: str
    action: str
    actor_kind: str
    actor_id: str
    acting_for: str
    subject_kind: str
    subject_id: str
    gesture: str
    clause: str
    facts: str
    salt: bytes | None
    data: str | None
    erased_at: datetime | str | None

    def agrees(self, stated: Stated) -> bool:
        """Whether the columns for searching repeat what the entry states.

        Raises:
            UNREADABLE: a column cannot be read at all.
        """
        return (
            self[4:12] == stated.columns
            and instant(self.at) == stated.at
            and parsed(self.facts) == stated.facts
        )


class Stated(NamedTuple):
    """What the bytes of an entry state. ``columns`` in the order of `Row`, from the action to the clause."""

    log: str
    place: int
    detail: str
    at: datetime
    columns: tuple[str, ...]
    facts: Mapping[str, Any]


def read_entry(entry: bytes) -> Stated:
    """Read the bytes of an entry.

    Raises:
        UNREADABLE: they are nothing that `record` writes.
    """
    said = parsed(entry.decode())
    actor, subject = said["actor"], said["subject"]
    columns = (
        said["action"], actor["kind"], actor["id"], actor["for"], subject["kind"], subject["id"], said["gesture"],
        said["clause"],
    )  # fmt: skip
    if not isinstance(said["facts"], dict):
        raise TypeError("The facts of an entry have names.")
    return Stated(said["log"], said["index"], said["detail"], instant(said["at"]), columns, said["facts"])


def parsed(text: str) -> Any:
    """The value of a JSON text without white space around it, as databases and `record` write it.

    Raises:
        ValueError: it is none. TypeError: it is no text. RecursionError: it is nested deeper than Python reads.
    """
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("Something follows the JSON value.")
    return value


def instant(written: str) -> datetime:
    """The instant of a column or of an entry. The column is UTC and does not say so.

    Raises:
        ValueError: it is none. TypeError: it is no text.
    """
    made = datetime.fromisoformat(written)
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def chunks(institution: Owner, end: int) -> Iterator[list[Row]]:
    """The entries whose index is smaller than ``end``, in order, some thousands at a time."""
    events = Event.objects.filter(institution_id=institution.pk, index__lt=end)
    rows = events.order_by("index").values_list(
        "index", "entry", "leaf_hash", _Moment("at"), "action", "actor_kind", "actor_id", "acting_for",
        "subject_kind", "subject_id", "gesture", "clause", _AsStored("facts"), "detail__salt",
        _AsStored("detail__data"), _AsStored("detail__erased_at"),
    )  # fmt: skip
    last: int | None = None
    while True:
        chunk = list(map(Row._make, (rows if last is None else rows.filter(index__gt=last))[:CHUNK]))
        if not chunk:
            return
        yield chunk
        last = chunk[-1].number


def recorded_at(institution: Owner, index: int) -> datetime | None:
    """When one entry was recorded, by its column; nothing where there is no such entry or no such instant."""
    rows = Event.objects.filter(institution_id=institution.pk, index=index)
    written = rows.values_list(_Moment("at"), flat=True).first()
    try:
        return instant(written) if written else None
    except ValueError:
        return None


class _AsStored(Func):
    """The column as it is kept: no field of text has Django convert what is read, nor SQLite's driver what is cast."""

    template, arity = "%(expressions)s", 1

    def __init__(self, column: str) -> None:
        super().__init__(column, output_field=TextField())

    def as_sqlite(self, compiler: Any, connection: Any, **options: Any) -> Any:
        """Cast, so that the driver does not see the type the column was declared with."""
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS TEXT)", **options)


class _Moment(_AsStored):
    """An instant as text: psycopg takes as long for one as for all other columns, and ends where Python knows no such year."""

    def as_postgresql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        """By UTC, however the server writes days."""
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        return self.as_sql(compiler, connection, template=template, **options)
