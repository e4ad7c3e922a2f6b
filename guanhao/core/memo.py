"""What one reading request asked already need not be asked again.

A page asks the same two or three questions (what does this person hold, what lies below their units) from several
querysets that know nothing of each other. Inside `during()` the first answer serves them all. It is opened for requests
that only read, never for one that changes something: a decision always asks afresh (TN6, AP5). Outside it nothing is
remembered, so steps, commands and tests behave as if this module were not there.

An act asks one kind of question over and over: under which rules, calendar and lists it happens. Inside `one_act()`,
which lasts no longer than its transaction, the first answer to these (`settled`) serves it, so that one act is never
judged half by one version and half by the next. What people hold and where things stand is asked afresh there too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

_T = TypeVar("_T")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("memo", default=None)
_settled: ContextVar[dict[Hashable, Any] | None] = ContextVar("memo of an act", default=None)


@contextmanager
def during() -> Iterator[None]:
    """Remember answers until the block ends."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


@contextmanager
def one_act() -> Iterator[None]:
    """Let what is `settled` be asked once until the block ends; opened just inside the transaction of an act."""
    if _settled.get() is not None:  # An act within an act is the same one.
        yield
        return
    token = _settled.set({})
    try:
        yield
    finally:
        _settled.reset(token)


def settled(key: Hashable, ask: Callable[[], _T]) -> _T:
    """As `remembered`, and within one act too: for the rules, calendar and lists that hold, which no act changes midway."""
    reading = _answers.get()
    return _kept(_settled.get() if reading is None else reading, key, ask)


def remembered(key: Hashable, ask: Callable[[], _T]) -> _T:
    """The answer given before under this key, or that of ``ask``, which is then kept. ``key`` names the tenant's rows."""
    return _kept(_answers.get(), key, ask)


def _kept(answers: dict[Hashable, Any] | None, key: Hashable, ask: Callable[[], _T]) -> _T:
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    answer: _T = answers[key]
    return answer
