"""A PostgreSQL server of a test's own, which it may stop, crash and let run out of space. Never the shared one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

ROOT = Path("/usr/lib/postgresql")
SMALL_LOG = ("--wal-segsize=1",)  # so that a small disk holds it


def programs() -> Path | None:
    """Where `initdb` lies, of the newest version installed here; nothing where there is no server."""
    found = sorted(ROOT.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    here = shutil.which("initdb")
    return Path(here).parent if here else None


class Cluster:
    """One server over one directory. The directory belongs to it: PostgreSQL refuses to run as root."""

    def __init__(self, directory: Path) -> None:
        found = programs()
        assert found is not None
        self._programs, self.directory, self.port = found, directory, _free_port()
        # Root gives the server away to its own user; anybody else runs it themselves.
        self._as: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(directory, **self._as)
        directory.chmod(0o755)

    def __enter__(self) -> Self:
        data = self.directory / "data"
        self._run(
            "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", *SMALL_LOG
        )
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\n"
                "min_wal_size = 2MB\nmax_wal_size = 8MB\nshared_buffers = 16MB\nautovacuum_naptime = 600\n"
            )
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate", check=False)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run(
            "pg_ctl", "-D", self.directory / "data", "-l", self.directory / "log", "-w", "-t", "60", "start"
        )

    def stop(self, how: str, *, check: bool = True) -> None:
        """Stop it: ``immediate`` is a crash, ``fast`` what an operator does."""
        self._run("pg_ctl", "-D", self.directory / "data", "-w", "-m", how, "stop", check=check)

    def runs(self) -> bool:
        """Whether the server is there."""
        return self._run("pg_ctl", "-D", self.directory / "data", "status", check=False) == 0

    def take_over(self, host: str, port: int, user: str, name: str) -> None:
        """Copy a database of another server here, under the same name."""
        from_there = ["-h", host, "-p", str(port), "-U", user]
        here = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        self._run("createdb", *here, "-T", "template0", name)
        with tempfile.TemporaryFile() as dump:
            self._run("pg_dump", *from_there, "--no-owner", "--no-privileges", name, stdout=dump)
            dump.seek(0)
            self._run("psql", *here, "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, name, stdin=dump)

    def _run(self, program: str, *words: object, check: bool = True, **pipes: Any) -> int:
        # pg_ctl leaves the server behind with our pipes, so what it says goes to a file.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(self._programs / program), *map(str, words)],
                cwd="/",
                check=False,
                stdin=pipes.get("stdin", subprocess.DEVNULL),
                stdout=pipes.get("stdout", said),
                stderr=said,
                **self._as,
            )
            said.seek(0)
            assert done.returncode == 0 or not check, (program, said.read().decode()[-2000:])
            return done.returncode


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A server in a directory outside pytest's, which only root may enter."""
    with (
        tempfile.TemporaryDirectory(prefix="guanhao-cluster-") as directory,
        Cluster(Path(directory)) as cluster,
    ):
        yield cluster


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
