"""One time for several processes: it begins at an instant and runs at a rate, as a small file says.

At ten times the rate the product's own leases, looks and waiting times pass in a tenth of the time, all in their
proportion; the sandbox's clock is set alike. What an operating system measures (time-outs of sockets) is not touched.
"""

from __future__ import annotations

import os
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_SHAPE = struct.Struct("ddd")  # instant, the real time when it was set, rate


class Pace:
    """A source of time for `clock.frozen`. Whoever opens the same file sees the same time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)

    def __call__(self) -> datetime:
        instant, since, rate = _SHAPE.unpack(os.pread(self._file, _SHAPE.size, 0))
        return datetime.fromtimestamp(instant + (time.time() - since) * rate, UTC)

    @property
    def rate(self) -> float:
        """Played seconds in a real one."""
        return float(_SHAPE.unpack(os.pread(self._file, _SHAPE.size, 0))[2])

    def set(self, instant: datetime | None = None, rate: float | None = None) -> datetime:
        """Go on from an instant (now, if none) at a rate (the same, if none; 0 stands still); answers the instant."""
        begin = instant or self()
        kept = _SHAPE.pack(begin.timestamp(), time.time(), self.rate if rate is None else rate)
        os.pwrite(self._file, kept, 0)
        return begin

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
