"""The one seam for time (K10). Storage is UTC; display is Asia/Shanghai."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source()


def is_replaced() -> bool:
    """Whether the source was replaced, so that the database's own clock must not be asked either."""
    return _source is not _system_now


def today() -> date:
    """The present day in China."""
    return now().astimezone(CHINA).date()


def monotonic() -> float:
    """Seconds from an arbitrary origin that never run backwards; for deadlines inside one process."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait. Only loops in commands and back-off between platform calls use this."""
    time.sleep(seconds)


@contextmanager
def frozen(instant: datetime | Callable[[], datetime]) -> Iterator[None]:
    """Replace the clock inside the block by a fixed instant or by another source. For tests and demonstrations."""
    global _source  # noqa: PLW0603 - this module is the one place that owns it.
    before = _source
    _source = instant if callable(instant) else (lambda: instant)
    try:
        yield
    finally:
        _source = before
