"""Transactional tests empty every table afterwards; the ledger's triggers refuse that, rightly.

This steps around them for the tests' own clean-up only: on SQLite the triggers are dropped and put back, on
PostgreSQL the session stands aside from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def triggers_aside() -> Iterator[None]:
    """Let the block change what triggers protect."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = 'replica'")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)


def install(patch: pytest.MonkeyPatch) -> None:
    """Make the tests' emptying of tables step around the triggers."""
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        with triggers_aside():
            original(self, sql_list)

    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
