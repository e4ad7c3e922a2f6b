"""What one reading request asked already need not be asked again.

A page asks the same two or three questions (what does this person hold, what lies below their units) from several
querysets that know nothing of each other. Inside `during()` the first answer serves them all. It is opened for requests
that only read, never for one that changes something: a decision always asks afresh (TN6, AP5). Outside it nothing is
remembered, so steps, commands and tests behave as if this module were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

_T = TypeVar("_T")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("memo", default=None)


@contextmanager
def during() -> Iterator[None]:
    """Remember answers until the block ends."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def remembered(key: Hashable, ask: Callable[[], _T]) -> _T:
    """The answer given before under this key, or that of ``ask``, which is then kept. ``key`` names the tenant's rows."""
    answers = _answers.get()
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    answer: _T = answers[key]
    return answer
