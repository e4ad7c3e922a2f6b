"""Named fault points (security §4): *die here at the n-th pass*, only when the test switch is on.

``GUANHAO_TEST_SWITCH=1 GUANHAO_FAULT=after_intent:2`` ends the process, without clean-up, the second time the
publisher passes ``after_intent``. Tests in one process may instead install a handler.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from guanhao.core import env

_passes: Counter[str] = Counter()
_handler: Callable[[str], None] | None = None


def test_switch_on() -> bool:
    """Whether the installation runs with the explicit test switch; shown on every page and refused with real hosts."""
    return env.boolean("GUANHAO_TEST_SWITCH", default=False)


test_switch_on.__test__ = False  # type: ignore[attr-defined] # pytest would take the name for a test.


def point(name: str) -> None:
    """Mark a place where a test may end the process."""
    if _handler is not None:
        _handler(name)
        return
    wanted = os.environ.get("GUANHAO_FAULT")
    if not wanted or not test_switch_on():
        return
    place, _, nth = wanted.partition(":")
    if place != name:
        return
    _passes[name] += 1
    if _passes[name] == int(nth or 1):
        os._exit(97)


@contextmanager
def handler(function: Callable[[str], None]) -> Iterator[None]:
    """Call ``function`` at every fault point inside the block. For tests in one process."""
    global _handler  # noqa: PLW0603 - this module is the one place that owns it.
    before = _handler
    _handler = function
    try:
        yield
    finally:
        _handler = before
