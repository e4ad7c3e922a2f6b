"""A test database with the fixed cast, prepared once and copied, for people who run single tests again and again.

`make test` turns it off (GUANHAO_TEST_PREPARED empty) and makes its databases afresh. What is prepared is found by a
digest of everything that goes into it: migrations, the packages that set institutions up, the demonstration's files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("commands", "core", "demo", "ledger", "people", "process", "registry", "regulation", "rulebook")


MOST_STATES = 4


def directory() -> Path | None:
    """Where what belongs to this state of the code is or will be; nothing where preparing is off."""
    home = os.environ.get("GUANHAO_TEST_PREPARED", str(ROOT / "build" / "prepared"))
    return Path(home) / _state() if home else None


def _state() -> str:
    paths = {path for package in PACKAGES for path in (ROOT / "guanhao" / package).rglob("*.py")}
    paths |= set((ROOT / "guanhao").rglob("migrations/*.py"))
    paths |= {
        path for folder in ("demo", "rulebooks") for path in (ROOT / folder).rglob("*") if path.is_file()
    }
    paths |= {ROOT / "tests" / "support" / "cast.py", ROOT / "guanhao" / "settings.py"}
    seen = hashlib.sha256()
    for path in sorted(paths):
        seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:24]


def take(database: dict, home: Path) -> bool:
    """Copy what was prepared to the place of the test database; whether there was anything."""
    prepared = directory()
    if prepared is None or not (prepared / _mark(database)).exists():
        return False
    shutil.copytree(prepared / f"home-{_mark(database)}", home, dirs_exist_ok=True)
    name = database["TEST"]["NAME"]
    if _is_sqlite(database):
        for ending in ("-wal", "-shm"):
            Path(f"{name}{ending}").unlink(missing_ok=True)
        shutil.copyfile(prepared / "database.sqlite3", name)
        return True
    return _created(database, name, _template(prepared))


def keep(database: dict, home: Path) -> None:
    """Keep the database just made for the next run."""
    prepared = directory()
    if prepared is None or (prepared / _mark(database)).exists():
        return
    (prepared / f"home-{_mark(database)}").mkdir(parents=True, exist_ok=True)
    shutil.copytree(home / "keys", prepared / f"home-{_mark(database)}" / "keys", dirs_exist_ok=True)
    name = database["TEST"]["NAME"]
    if _is_sqlite(database):
        beside = prepared / f"database.{os.getpid()}"
        with sqlite3.connect(name) as source, sqlite3.connect(beside) as target:
            source.backup(target)
        beside.replace(prepared / "database.sqlite3")
    elif not _created(database, _template(prepared), name):
        return
    (prepared / _mark(database)).touch()
    _forget(database, prepared.parent)


def _forget(database: dict, home: Path) -> None:
    """Only the last few states are kept."""
    states = sorted(home.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in states[:-MOST_STATES]:
        if (old / "postgres").exists() and not _is_sqlite(database):
            _dropped(database, _template(old))
        if not (old / "postgres").exists() or not _is_sqlite(database):
            shutil.rmtree(old, ignore_errors=True)


def _is_sqlite(database: dict) -> bool:
    return database["ENGINE"].endswith("sqlite3")


def _mark(database: dict) -> str:
    return "sqlite" if _is_sqlite(database) else "postgres"


def _template(prepared: Path) -> str:
    return f"guanhao_prepared_{prepared.name}"


def _created(database: dict, name: str, template: str) -> bool:
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    return _dropped(database, name) and _done(database, copied)


def _dropped(database: dict, name: str) -> bool:
    return _done(database, sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _done(database: dict, statement: sql.Composable) -> bool:
    """Whether it worked. Where somebody is connected, the database is made in the ordinary way instead."""
    where = {key: database[key.upper()] for key in ("host", "port", "user")}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as connection:
        try:
            connection.execute(statement)
        except psycopg.Error:
            return False
    return True
