"""Statements that PostgreSQL keeps: parsed once a connection, and planned once where the plan does for all values.

Planning a read of nine tables takes PostgreSQL some milliseconds, running it a tenth of that; half of its processor time
in a review went there (docs/bench.md). So what a `Prepared` read or `core.rows` says is bound by the server: after a few
calls on one connection psycopg has it prepared, and PostgreSQL decides by its own costs when one plan serves. Values that
are part of a read (states, flags) are written out in it, so that partial indexes still match; only what a call gives is
bound.

Connections keep what was prepared on them, which a pooler that changes them by transaction would not bear; row-level
security has set its institution on the connection all along, and bears that as little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql as composing

_SET = "SELECT set_config('app.institution', %s, %s)"
_MARKS = re.compile("%%|%s|\0[^\0]*\0")
_MOST = 1_000  # statements kept on a connection, some kilobytes each; the product has a few hundred
_AFTER = 2  # calls of a statement on one connection; the third has it prepared


def written_out(
    statement: str, params: Sequence[Any], used: BaseDatabaseWrapper, is_given: Callable[[Any], bool]
) -> tuple[str, tuple[Any, ...]]:
    """The statement with its constant values written out, and what is left to be given at a call."""
    used.ensure_connection()
    rest: Iterator[Any] = iter(params)
    left: list[Any] = []

    def place(mark: re.Match[str]) -> str:
        if mark[0] == "%%":
            return mark[0]
        value = next(rest)
        if is_given(value):
            left.append(value)
            return mark[0]
        return composing.Literal(value).as_string(used.connection).replace("%", "%%")

    return _MARKS.sub(place, statement), tuple(left)


def cursor(used: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor whose statements PostgreSQL binds and keeps. Wrappers and errors are Django's, as for any statement.

    Where statements are logged, and on SQLite, it is Django's own, which shows them with their values.
    """
    if used.vendor != "postgresql" or used.queries_logged:
        return used.cursor()
    used.close_if_health_check_failed()
    used.ensure_connection()
    raw = used.connection
    return used.make_cursor(_Keeping(raw))  # type: ignore[arg-type]  # It takes what it wraps.


class _Keeping(psycopg.Cursor[Any]):
    """A cursor whose statements are counted and then prepared.

    Psycopg counts what every cursor of a connection says, as far as the connection prepares at all. Django's cursor writes
    values out, so a thousand texts of articles and the like would be remembered as statements that may come again.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Execute; only for that long the connection prepares."""
        raw = self.connection
        raw.prepared_max, raw.prepare_threshold = _MOST, _AFTER
        try:
            return super().execute(query, params, **options)
        finally:
            raw.prepare_threshold = None


class Carried:
    """Sends whose rows may be seen along with a statement, in one round trip; installed by `core.tenancy` for a block.

    ``value`` answers whose. What ``stays`` goes with the first statement and holds for the session until the block's end
    takes it back. What does not goes with every statement and is over with it: PostgreSQL runs what one round trip brings
    as one transaction, for which alone it is set. Within a transaction that is opened in the block it holds for as long as
    that.
    """

    def __init__(self, value: Callable[[], str], *, stays: bool) -> None:
        self.value, self.stays, self.sent = value, stays, False
        self.tried = False  # whether something may have been set that has to be taken back

    def __call__(
        self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Execute the statement, with the setting before it where that still has to be said."""
        if self.sent:
            return execute(statement, params, many, context)
        used: BaseDatabaseWrapper = context["connection"]
        raw = used.connection
        self.tried = self.stays  # also in a transaction, where a block within this one says what outlives it
        if not raw.autocommit:
            self._say(used, local=True)
            return execute(statement, params, many, context)
        if many or isinstance(context["cursor"].cursor, psycopg.ServerCursor):
            if not self.stays:
                raise TypeError("Only plain statements carry whose rows they may see.")
            self._say(used, local=False)
            found = execute(statement, params, many, context)
        else:
            with used.wrap_database_errors, raw.pipeline():
                self._say(used, local=not self.stays)
                found = execute(statement, params, many, context)
        self.sent = self.stays
        return found

    def _say(self, used: BaseDatabaseWrapper, *, local: bool) -> None:
        with used.wrap_database_errors:
            _Keeping(used.connection).execute(_SET, [self.value(), local])
