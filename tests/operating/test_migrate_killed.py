"""`guanhao migrate` killed in the midst goes on where it was when it is run again (BK3)."""

import os
import signal
import sqlite3
import subprocess
import sys
import time as wall
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.operating.conftest import ON_POSTGRES

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120


class Fresh:
    """A database without a table, and the command on it."""

    def __init__(self, home, database):
        self.file = home / "guanhao.sqlite3"
        self.database = database
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("GUANHAO_")} | {
            "GUANHAO_TEST_SWITCH": "1", "GUANHAO_SECRET_KEY": "only-for-tests", "GUANHAO_VAR": str(home), **database,
        }  # fmt: skip

    def starts(self, **more):
        """Start `guanhao migrate`."""
        return subprocess.Popen(
            [sys.executable, "-m", "guanhao.cli", "migrate", "--verbosity", "0"], cwd=ROOT,
            env=self.environment | more, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def asks(self, question):
        """The first column of a query; nothing where the table is not there yet."""
        try:
            if not self.database:
                with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=5)) as link:
                    return [row[0] for row in link.execute(question)]
            with psycopg.connect(
                host=self.database["GUANHAO_PG_HOST"], port=settings.DATABASES["default"]["PORT"],
                user=self.database["GUANHAO_PG_USER"], dbname=self.database["GUANHAO_PG_NAME"],
            ) as link:  # fmt: skip
                return [row[0] for row in link.execute(question)]
        except (sqlite3.Error, psycopg.Error):
            return []

    def applied(self):
        """Which migrations the database has."""
        return set(self.asks("SELECT app || '.' || name FROM django_migrations"))


def killed_after(fresh, count):
    """Start, wait until so many are applied, kill -9; answers what was applied then."""
    process = fresh.starts()
    deadline = wall.monotonic() + PATIENCE
    while len(fresh.applied()) < count and process.poll() is None and wall.monotonic() < deadline:
        wall.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "It ended before it could be killed."
    return fresh.applied()


def ended(process):
    """How it ended, and what it had to say."""
    _, trouble = process.communicate(timeout=PATIENCE)
    return process.returncode, trouble


@pytest.mark.django_db
@pytest.mark.requirement("BK3")
def test_killed_while_migrating_it_goes_on_when_called_again(databases, tmp_path):
    """Each migration is whole or not there; the second call adds the rest, and on PostgreSQL the walls too."""
    fresh = Fresh(tmp_path, databases[0])
    some = killed_after(fresh, 12)
    more = killed_after(fresh, len(some) + 15)
    assert 12 <= len(some) < len(more)
    assert some < more
    assert ended(fresh.starts(GUANHAO_FAULT="migrated_before_walls")) == (97, "")
    assert ended(fresh.starts()) == (0, "")
    names = fresh.asks("SELECT app || '.' || name FROM django_migrations")
    assert len(names) == len(set(names)) > len(more)
    if ON_POSTGRES:
        walls = fresh.asks("SELECT count(*) FROM pg_policies WHERE policyname = 'guanhao_tenant'")
        tables = fresh.asks(
            "SELECT count(*) FROM information_schema.columns WHERE column_name = 'institution_id' AND table_schema = 'public'"
        )
        assert 0 < walls[0] <= tables[0]


@pytest.mark.django_db
@pytest.mark.requirement("BK3")
@pytest.mark.parametrize("nth", [1, 2, 30])
def test_a_migration_made_is_a_migration_recorded(databases, tmp_path, nth):
    """Killed right after the commit of a migration, indexes and foreign keys included, nothing is made twice."""
    fresh = Fresh(tmp_path, databases[0])
    assert ended(fresh.starts(GUANHAO_FAULT=f"migration_made:{nth}")) == (97, "")
    assert len(fresh.applied()) == nth
    assert ended(fresh.starts(GUANHAO_FAULT="migration_made")) == (97, "")
    assert len(fresh.applied()) == nth + 1
