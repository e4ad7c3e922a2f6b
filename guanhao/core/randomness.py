"""The one seam for randomness (K10)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_source: Callable[[int], bytes] = secrets.token_bytes


def token_bytes(size: int) -> bytes:
    """Unpredictable bytes."""
    return _source(size)


def token_hex(size: int = 16) -> str:
    """Twice ``size`` hexadecimal characters."""
    return token_bytes(size).hex()


def new_id() -> uuid.UUID:
    """A random (version 4) identifier."""
    return uuid.UUID(bytes=token_bytes(16), version=4)


def jitter() -> float:
    """A number in [0, 1) to spread retries; not for secrets."""
    return int.from_bytes(token_bytes(4), "big") / 2**32


@contextmanager
def replaced(source: Callable[[int], bytes]) -> Iterator[None]:
    """Replace the source inside the block. For tests."""
    global _source  # noqa: PLW0603 - this module is the one place that owns it.
    before = _source
    _source = source
    try:
        yield
    finally:
        _source = before
