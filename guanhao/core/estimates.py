"""What SQLite knows of its tables' sizes, by which it chooses among indexes. PostgreSQL keeps this itself.

Without it a new index stands unused, or a wrong one is taken: a desk of ten thousand articles took three times as long.
"""

from __future__ import annotations

from django.db import connection

# Rows of an index that are looked at: enough to tell large from small, and milliseconds however large the table.
MOST_ROWS = 1_000


def renew() -> None:
    """Look at every table, as after a migration, which may have made new indexes."""
    _said("ANALYZE")


def keep() -> None:
    """Look again at tables that have changed much, from time to time."""
    _said("PRAGMA optimize")


def _said(statement: str) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {MOST_ROWS}")
            cursor.execute(statement)
