"""The publishers of a battery: started, killed at random moments, started again."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from django.db import connection

from tests.support.forks import Fork, Forks

PUBLISHER = "tests.batteries.workers:publisher"
PLACES = 8  # calls that a publisher has under way at most; it arms half as many together
STRIKE, LOOK_SECONDS = 0.5, 0.05


@dataclass(slots=True)
class Killing:
    """When the members of a crew of a size are killed.

    Every life ends at random. Every other victim is hunted besides: seen with several calls under way, it dies at a
    random moment of the next half second, as lives alone end mostly between the bursts. ``in_hand`` says how many
    intents of a process have no outcome yet; what it said of the dead is ``caught``.
    """

    size: int
    lives: tuple[float, float]
    dice: random.Random
    in_hand: Callable[[int], int]
    caught: list[int] = field(default_factory=list)
    _hunted: set[Fork] = field(default_factory=set)

    def end(self) -> float:
        """When a life that begins now ends."""
        return time.monotonic() + self.dice.uniform(*self.lives)

    def next_of(self, ends: dict[Fork, float]) -> Fork:
        """Wait for the next one that has to go."""
        if len(self.caught) % 2:
            self._hunted |= set(ends)
        while True:
            for fork in self._hunted & set(ends):
                if self.in_hand(fork.pid) > 1:
                    self._hunted.discard(fork)
                    ends[fork] = min(ends[fork], time.monotonic() + self.dice.uniform(0, STRIKE))
            victim = min(ends, key=ends.__getitem__)
            left = ends[victim] - time.monotonic()
            if left <= 0:
                return victim
            time.sleep(min(left, LOOK_SECONDS))


class Crew:
    """Publisher processes. On SQLite there is one, as the product demands; on PostgreSQL as many as asked for."""

    def __init__(self, forks: Forks, log: Path, settings: dict[str, str]) -> None:
        self._forks = forks
        self._settings = settings
        self.log = log
        self.working: list[Fork] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()

    def start(self, number: int = 1, places: int = PLACES, **environment: str) -> None:
        """Let more of them work."""
        for _ in range(1 if connection.vendor == "sqlite" else number):
            self.working.append(
                self._forks.start(
                    PUBLISHER, places, says=self.log, environment=environment, settings=self._settings
                )
            )

    def kill_all(self) -> None:
        """End all of them without warning."""
        for fork in self.working:
            fork.signal(signal.SIGKILL)
            fork.wait()
        self.working = []

    def kill_at_random(self, kills: int, plan: Killing) -> None:
        """Keep a crew at work, each member killed at a random moment, until so many were killed."""
        self.start(plan.size)
        ends = {fork: plan.end() for fork in self.working}
        for _ in range(kills):
            victim = plan.next_of(ends)
            del ends[victim]
            victim.signal(signal.SIGKILL)
            code = victim.wait()
            assert code == -signal.SIGKILL, (code, self.said())
            self.working.remove(victim)
            plan.caught.append(plan.in_hand(victim.pid))
            self.start()
            ends[self.working[-1]] = plan.end()
        self.kill_all()

    def said(self) -> str:
        """The end of what they wrote."""
        return self.everything_said()[-3000:]

    def everything_said(self) -> str:
        """All that they wrote."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


def until(condition: Callable[[], bool], seconds: float, why: Callable[[], object]) -> None:
    """Wait until something holds; ``why`` is said when it does not within so many real seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, why()
        time.sleep(0.25)
