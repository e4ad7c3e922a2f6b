"""Another place for a battery's database: a server of its own, or a disk that is small enough to fill."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.db import connection, connections

from tests.support.cluster import Cluster

CHUNK = 1 << 16


@contextmanager
def moved(**where: Any) -> Iterator[None]:
    """Speak to a copy of the test database at another place, for the length of a block."""
    given = {key: connection.settings_dict[key] for key in where}
    connections.close_all()
    connection.settings_dict.update(where)
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(given)


@contextmanager
def moved_to(cluster: Cluster) -> Iterator[None]:
    """Speak to a copy on a server of the battery's own."""
    given = connection.settings_dict
    connections.close_all()
    cluster.take_over(given["HOST"], given["PORT"] or 5432, given["USER"], given["NAME"])
    with moved(HOST="127.0.0.1", PORT=cluster.port, USER="postgres"):
        yield


@contextmanager
def moved_into(directory: Path) -> Iterator[None]:
    """Speak to a copy of the SQLite database in another directory."""
    connection.ensure_connection()
    copy = directory / "guanhao.sqlite3"
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)
    with moved(NAME=str(copy)):
        yield


class SmallDisk:
    """A file system in memory of a few megabytes, and a file that takes what is left of it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._ballast = directory / "ballast"

    def fill(self) -> None:
        """Leave nothing free."""
        with self._ballast.open("ab", buffering=0) as file:
            for chunk in (CHUNK, 512, 1):
                try:
                    while True:
                        file.write(b"\0" * chunk)
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise

    def clear(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)


def can_mount() -> bool:
    """Whether this process may mount a file system: root, and not in a container that forbids it."""
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A disk of so many megabytes, mounted outside pytest's directories, which a server may not enter."""
    home = os.environ.get("GUANHAO_TEST_DIR")
    with tempfile.TemporaryDirectory(prefix="guanhao-small-", dir=home) as directory:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", directory], check=True)
        try:
            yield SmallDisk(Path(directory))
        finally:
            subprocess.run(["umount", "-l", directory], check=True)


@contextmanager
def server_on(disk: SmallDisk) -> Iterator[Cluster]:
    """A server whose files lie there."""
    home = disk.directory / "server"
    home.mkdir()
    disk.directory.chmod(0o755)
    with Cluster(home) as cluster:
        yield cluster


def surroundings() -> dict[str, str]:
    """The environment of a publisher on this test's database; a call to the platform may take two real seconds."""
    database = connection.settings_dict["NAME"]
    return {
        "GUANHAO_TEST_SWITCH": "1",
        "GUANHAO_DATABASE": "sqlite" if connection.vendor == "sqlite" else "postgres",
        "GUANHAO_SQLITE_PATH": str(database),
        "GUANHAO_PG_NAME": str(database),
        "GUANHAO_PG_HOST": str(connection.settings_dict["HOST"] or "127.0.0.1"),
        "GUANHAO_PG_PORT": str(connection.settings_dict["PORT"] or 5432),
        "GUANHAO_PG_USER": str(connection.settings_dict["USER"]),
        "GUANHAO_SECRET_KEY": "only-for-tests",
        "GUANHAO_KEK_PATH": str(django_settings.KEK_PATH),
        "GUANHAO_LEDGER_KEY_PATH": str(django_settings.LEDGER_KEY_PATH),
        "GUANHAO_EPOCH_PATH": str(django_settings.EPOCH_PATH),
        "GUANHAO_VAR": str(Path(django_settings.MEDIA_ROOT).parent),
        "GUANHAO_PLATFORM_SECONDS": "2",
        "GUANHAO_WECHAT_BASE_URL": str(django_settings.WECHAT_BASE_URL),
        "GUANHAO_WEIBO_BASE_URL": str(django_settings.WEIBO_BASE_URL),
        "GUANHAO_LOG_LEVEL": "WARNING",
    }


def child_settings() -> dict[str, str]:
    """Settings that a test may have changed after the parent was prepared."""
    return {
        "WECHAT_BASE_URL": django_settings.WECHAT_BASE_URL,
        "WEIBO_BASE_URL": django_settings.WEIBO_BASE_URL,
        "JOB_LINK_URL": django_settings.JOB_LINK_URL,
        "EPOCH_PATH": str(django_settings.EPOCH_PATH),
    }
