"""The back end itself: Django's own, whose writes wait for their turn (`turns`).

A transaction takes the turn before its BEGIN IMMEDIATE and gives it up after COMMIT, ROLLBACK or the end of the
connection. A single statement outside a transaction takes it for its own length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from guanhao.core.sqlite3.turns import Turns, turns_of

_READS = ("SELECT", "PRAGMA", "EXPLAIN", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
_WRITES_THOUGH = "PRAGMA OPTIMIZE"  # what it finds out of the tables
_PATIENCE = 20.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that writes when it is its turn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: Turns | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The turn for one statement, unless a transaction has it already.

        Raises:
            OperationalError: it did not come in time.
        """
        if self._held is not None:
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._leave()

    @property
    def is_at_turn(self) -> bool:
        """Whether a transaction of this connection has the turn."""
        return self._held is not None

    def _take(self) -> None:
        name = str(self.settings_dict["NAME"])
        turns = turns_of(name, in_memory=self.is_in_memory_db())
        if not turns.take(self.settings_dict["OPTIONS"].get("timeout", _PATIENCE)):
            raise OperationalError("database is locked: others wrote for longer than this one may wait")
        self._held = turns

    def _leave(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            held.leave()

    def create_cursor(self, name: str | None = None) -> base.SQLiteCursorWrapper:  # noqa: ARG002 - Django's form.
        """A cursor that knows whose turn it needs."""
        cursor: _Cursor = self.connection.cursor(factory=_Cursor)
        cursor.ours = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # The stubs leave these out.
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> Any:
        # One that fails leaves the transaction open: a rollback follows, and gives the turn up.
        answer = super()._commit()  # type: ignore[misc]
        self._leave()
        return answer

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._leave()


class _Cursor(base.SQLiteCursorWrapper):
    """Statements that write take a turn, each for itself where no transaction is open."""

    ours: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.ours.is_at_turn or _reads(query):
            return super().execute(query, params)
        with self.ours.turn():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        with self.ours.turn():
            return super().executemany(query, param_list)

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is None:
            return _with_marks(query)
        return str(super().convert_query(query, param_names=param_names))


def _reads(query: str) -> bool:
    begin = query.lstrip()[: len(_WRITES_THOUGH)].upper()
    return begin.startswith(_READS) and begin != _WRITES_THOUGH


@lru_cache(maxsize=1024)
def _with_marks(query: str) -> str:
    """The statement with SQLite's marks for its parameters, put in once: most are said thousands of times."""
    return str(base.FORMAT_QMARK_REGEX.sub("?", query)).replace("%%", "%")
