"""The test database as it was when the fixed cast stood, put back after every test that really commits.

Emptying every table and setting the cast up again takes two seconds a test; copying it back takes hundredths of one.
The ledger's triggers rightly refuse to have their rows replaced, so SQLite copies the pages beneath them, and on
PostgreSQL the session stands aside from them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import TransactionTestCase

from tests.support.emptying import triggers_aside

MOST_WAITS = 80  # of a quarter of a second each: a test that leaves a transaction open is told so
_SEQUENCES = """
    SELECT format('SELECT setval(%L, %s, %L)', schemaname || '.' || sequencename,
                  coalesce(last_value, start_value), last_value IS NOT NULL)
    FROM pg_sequences WHERE schemaname = 'public'
"""

Restore = Callable[[], None]


def keep(patch: pytest.MonkeyPatch) -> None:
    """Remember the database as it is now; tests that commit are followed by its restoring instead of an emptying."""
    restore = _sqlite() if connection.vendor == "sqlite" else _postgres()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: restore())


def _sqlite() -> Restore:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    connection.ensure_connection()
    connection.connection.backup(kept)

    def restore() -> None:
        waits = iter(range(MOST_WAITS))

        def still_waiting(_status: int, _remaining: int, _total: int) -> None:
            if next(waits, None) is None:
                raise AssertionError(
                    "A connection still holds the database: the test left a transaction open."
                )

        connection.ensure_connection()
        kept.backup(connection.connection, progress=still_waiting)

    return restore


def _postgres() -> Restore:
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        rows = {table: _copied_out(cursor, table) for table in tables}
        cursor.execute(_SEQUENCES)
        counters = "; ".join(statement for (statement,) in cursor.fetchall())
    emptying = "; ".join(f'DELETE FROM "{table}"' for table in tables)

    def restore() -> None:
        with triggers_aside(), connection.cursor() as cursor:
            cursor.execute(emptying)
            for table, data in rows.items():
                if data:
                    with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                        copy.write(data)
            cursor.execute(counters)

    return restore


def _copied_out(cursor, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(piece) for piece in copy)
