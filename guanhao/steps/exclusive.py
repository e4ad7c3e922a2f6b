"""One process only: a lock on a file, which the system drops when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(SystemExit):
    """Another process on this machine holds the lock; the text names the file and that process."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock on ``path`` while the block runs (RS3: two publishers on one SQLite file).

    Raises:
        AlreadyRunning: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(f"{path} is held by process {file.read().strip() or '?'}.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
