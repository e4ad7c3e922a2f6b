"""SQLite is told how large its tables are; PostgreSQL is left alone."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.core import estimates
from guanhao.process.periodic import keep_estimates
from guanhao.steps.types import Worker

pytestmark = pytest.mark.django_db


def estimated():
    """Tables of which SQLite has estimates."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its own.")
def test_migrating_looks_at_the_tables_that_hold_something(ruian):
    """After `guanhao migrate` the planner knows the people's table and its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1")
    call_command("migrate", verbosity=0)
    assert {"people_person", "ledger_event"} <= estimated()


def test_the_worker_looks_again_from_time_to_time(ruian):
    """One statement on SQLite, none on PostgreSQL."""
    with CaptureQueriesContext(connection) as said:
        keep_estimates(Worker("test/periodic"))
        estimates.keep()
    asked = [query["sql"] for query in said if "optimize" in query["sql"]]
    assert len(asked) == (2 if connection.vendor == "sqlite" else 0)
