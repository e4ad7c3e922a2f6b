"""Words of background work."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from guanhao.core import randomness
from guanhao.steps.slots import Slots


class Queue(StrEnum):
    """Work is kept apart so that none starves another (RS7)."""

    CALLBACKS = "callbacks"
    CONSEQUENCES = "consequences"
    DELIVERIES = "deliveries"
    EXPORTS = "exports"
    LOOK = "look"
    PERIODIC = "periodic"
    PUBLISH = "publish"
    SCREENING = "screening"


@dataclass(frozen=True, slots=True)
class Worker:
    """Who runs steps: a name that is unique among all running workers and their places, and how long it holds a row.

    ``slots`` are for steps that can have several calls under way; without them a worker makes every call itself.
    """

    name: str
    lease: timedelta = timedelta(seconds=60)
    slots: Slots | None = field(default=None, compare=False, repr=False)

    @classmethod
    def named(cls, label: str, slots: Slots | None = None) -> Worker:
        """A worker of this process under a label, with a name that nobody else has."""
        return cls(f"{label}-{os.getpid()}-{randomness.token_hex(4)}", slots=slots)


# One step claims one row, handles it, and answers whether there was work. Loops, sleeps and signals live elsewhere.
Step = Callable[[Worker], bool]
# How many seconds from now something is due for a queue; more than a moment where nothing is.
Rest = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Retry:
    """How a failed row is tried again: ``first`` × 2 each time up to ``longest``, set aside after ``cap`` attempts."""

    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(hours=1)
    cap: int = 8

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts (from 1)."""
        doublings = min(max(attempts - 1, 0), 30)
        return min(self.first * (1 << doublings), self.longest)
