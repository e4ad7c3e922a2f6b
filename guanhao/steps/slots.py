"""Slots: threads in which one worker has calls made that take long, while it goes on with what is short.

A worker with eight slots has at most eight calls under way, and its own thread is free for the database. What a slot is
given is in nobody's memory alone: its row is claimed, and a call of any effect is written down before it is handed over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Self

from django.db import close_old_connections, connections


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of one piece of work: ``what`` it was, and its answer or the error that ended it."""

    what: Any
    answer: Any = None
    error: Exception | None = None


class Slots:
    """So many threads, each with a connection of its own. A context manager: leaving it waits for what is under way.

    ``closing`` says to the steps that nothing more is to be begun.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.closing = False
        self.busy = 0  # begun, or waiting for a free slot, and not yet collected by `ended`
        self._given: SimpleQueue[tuple[Any, Callable[[], Any]] | None] = SimpleQueue()
        self._ended: SimpleQueue[Ended] = SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._given.put(None)
        for thread in self._threads:
            thread.join()

    def begin(self, what: Any, work: Callable[[], Any]) -> None:
        """Have some work done by the next slot that is free; `ended` tells what came of it."""
        self.busy += 1
        self._given.put((what, work))

    def ended(self, seconds: float = 0.0) -> list[Ended]:
        """All that ended since it was last asked; where nothing has, what does within so many seconds."""
        found: list[Ended] = []
        while len(found) < self.busy:
            try:
                found.append(self._ended.get(block=seconds > 0 and not found, timeout=seconds or None))
            except Empty:
                break
        self.busy -= len(found)
        return found

    def _serve(self) -> None:
        try:
            while (given := self._given.get()) is not None:
                close_old_connections()
                self._ended.put(_done(*given))
        finally:
            connections.close_all()


def _done(what: Any, work: Callable[[], Any]) -> Ended:
    try:
        return Ended(what, answer=work())
    except Exception as error:  # noqa: BLE001 - handed to the worker, which knows what the work was.
        return Ended(what, error=error)
