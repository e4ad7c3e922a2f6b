"""Whose turn it is to write to a SQLite file: nobody is overtaken for ever, in this process or by another.

SQLite lets one write at a time and leaves the waiting to chance: who finds the file locked sleeps longer each time, up to
a tenth of a second, while others take it at once. With sixteen publishing threads some waited for seconds while hundreds
went by, until their patience ended and they read *database is locked*. So writers queue before they ask SQLite:

1. the threads of a process, by a lock in memory;
2. processes, by two bytes of a file beside the database. Who holds NEXT is alone in waiting for NOW. The others come no
   further than NEXT, so none can overtake, and it is held by one thread of a process at a time.

Both are given up by the system when a process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

from guanhao.core import clock

NEXT, NOW = 0, 1
_LOOK_AGAIN = 0.001


class Turns:
    """The queue of one database file. ``path`` is the file with the two bytes; without it the process is alone."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._here = threading.Lock()
        self._file: int | None = None

    def take(self, seconds: float) -> bool:
        """Wait for the turn, at most so long; whether it came."""
        until = clock.monotonic() + seconds
        if not self._here.acquire(timeout=seconds):
            return False
        if self._first_of_all(until):
            return True
        self._here.release()
        return False

    def leave(self) -> None:
        """Let the next one write."""
        self._unlock(NOW)
        self._here.release()

    def _first_of_all(self, until: float) -> bool:
        if not self._locked(NEXT, until):
            return False
        try:
            return self._locked(NOW, until)
        finally:
            self._unlock(NEXT)

    def _locked(self, byte: int, until: float) -> bool:
        file = self._opened()
        while file is not None:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            except (BlockingIOError, PermissionError):
                if clock.monotonic() > until:
                    return False
                clock.sleep(_LOOK_AGAIN)
            else:
                return True
        return True

    def _unlock(self, byte: int) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)

    def _opened(self) -> int | None:
        """The file; nothing where it cannot be made (a full disk): then SQLite's own waiting has to do."""
        if self._file is None and self._path is not None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError:
                return None
        return self._file


_known: dict[tuple[int, str], Turns] = {}
_knowing = threading.Lock()


def turns_of(database: str, *, in_memory: bool) -> Turns:
    """The queue of a database, the same one for every thread of the process; a forked process begins its own."""
    with _knowing:
        key = (os.getpid(), database)
        if key not in _known:
            _known[key] = Turns(None if in_memory else Path(f"{database}.turns"))
        return _known[key]
