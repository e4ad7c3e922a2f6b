"""Copying and putting back the database, for each kind.

SQLite: the online backup API, which takes one consistent picture while writers go on. PostgreSQL: `pg_dump -Fc` in an
exported snapshot, so that the manifest is read in the very picture that is dumped. The dump is made by the program's
own role, which the row-level walls bind: `app.institution` is set for its session, or it would copy nothing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction

from guanhao.core import clock
from guanhao.operating.backup.manifest import State, state_now
from guanhao.operating.trouble import Trouble

ASIDE = "before_restore_"
_ALL_INSTITUTIONS = "-c app.institution=*"


def member() -> str:
    """What the database is called in an archive."""
    return "database.sqlite3" if connection.vendor == "sqlite" else "database.dump"


def copy_to(place: Path) -> State:
    """Copy the database into a new file; answers how it stood at that instant.

    Raises:
        Trouble: the copying program is missing or failed.
    """
    return _copy_sqlite(place) if connection.vendor == "sqlite" else _copy_postgres(place)


def is_empty() -> bool:
    """Whether the target holds no table; a SQLite file that is not there is not made by asking."""
    if connection.vendor == "sqlite" and not _sqlite_path().exists():
        return True
    return not connection.introspection.table_names()


def put_back(place: Path) -> str:
    """Put a copied database in the target's place; what stood there is kept aside, and its new name is answered.

    Raises:
        Trouble: the copy does not open, or the restoring program failed. The target is then as it was.
    """
    return _put_back_sqlite(place) if connection.vendor == "sqlite" else _put_back_postgres(place)


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _sqlite_path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _copy_sqlite(place: Path) -> State:
    source = _sqlite_path()
    if not source.is_file():
        raise Trouble(f"没有数据库 {source}。", f"There is no database {source}.")
    with closing(sqlite3.connect(source, timeout=20)) as live, closing(sqlite3.connect(place)) as copy:
        live.backup(
            copy
        )  # All pages in one go: a read transaction, which does not hold writers up under WAL.
        copy.execute("PRAGMA journal_mode=DELETE")  # One file, nothing beside it.
    with _looking_at(place):
        return state_now()


class _looking_at:  # noqa: N801 - reads as the block it opens.
    """The program's own queries over another SQLite file, for the length of a block."""

    def __init__(self, place: Path) -> None:
        self.place = str(place)
        self.before = ""

    def __enter__(self) -> None:
        connection.close()
        settings: dict[str, Any] = connection.settings_dict
        self.before, settings["NAME"] = str(settings["NAME"]), self.place

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
        connection.close()
        connection.settings_dict["NAME"] = self.before


def _put_back_sqlite(place: Path) -> str:
    try:
        with closing(sqlite3.connect(place)) as copy:
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise Trouble(f"备份中的数据库已损坏：{verdict}", f"The database in the backup is damaged: {verdict}")
    connections.close_all()
    target = _sqlite_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = ""
    if target.exists():
        aside = str(target.with_name(f"{target.name}.{_stamp()}"))
        for end in ("", "-wal", "-shm"):
            old = Path(f"{target}{end}")
            if old.exists():
                old.rename(f"{aside}{end}")
    beside = target.with_name(f".{target.name}.restoring")
    shutil.copyfile(place, beside)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(target)
    return aside


def _stamp() -> str:
    return f"{ASIDE}{clock.now():%Y%m%d%H%M%S}"


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _copy_postgres(place: Path) -> State:
    connection.ensure_connection()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        state = state_now()
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", "--enable-row-security", "--no-owner",
             f"--exclude-schema={ASIDE}*", f"--file={place}")  # fmt: skip
    return state


def _put_back_postgres(place: Path) -> str:
    aside = ""
    if not is_empty():
        aside = _stamp()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA public RENAME TO {aside}")
            cursor.execute("CREATE SCHEMA public")
    connections.close_all()
    try:
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
             f"--dbname={connection.settings_dict['NAME']}", str(place))  # fmt: skip
    except Trouble:
        if aside:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute(f"ALTER SCHEMA {aside} RENAME TO public")
        raise
    return aside


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password travels in its environment, never among its arguments (SE2)."""
    found = shutil.which(program)
    if found is None:
        raise Trouble(
            f"找不到 {program}：请安装与服务器同版本的 postgresql-client。",
            f"{program} is not installed: install the postgresql-client of the server's version.",
        )
    given = connection.settings_dict
    environment = os.environ | {
        "PGHOST": str(given["HOST"]), "PGPORT": str(given["PORT"]), "PGUSER": str(given["USER"]),
        "PGDATABASE": str(given["NAME"]), "PGPASSWORD": str(given["PASSWORD"]), "PGOPTIONS": _ALL_INSTITUTIONS,
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, with arguments of ours.
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        first = next(
            (line for line in done.stderr.splitlines() if "error" in line.lower()), done.stderr.strip()
        )
        raise Trouble(f"{program} 没有完成：{first}", f"{program} did not finish: {first}")
