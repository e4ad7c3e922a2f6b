"""The publishers of a battery: started, killed at random moments, started again."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from django.db import connection

from tests.support.forks import Fork, Forks

PUBLISHER = "tests.batteries.workers:publisher"


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

    def start(self, number: int = 1, places: int = 4, **environment: str) -> None:
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

    def kill_at_random(self, kills: int, dice: random.Random, lives: tuple[float, float], size: int) -> None:
        """Keep a crew of a size at work, each member killed after a random life, until so many were killed."""
        self.start(size)
        ends = {fork: time.monotonic() + dice.uniform(*lives) for fork in self.working}
        for _ in range(kills):
            victim = min(ends, key=ends.__getitem__)
            time.sleep(max(0.0, ends.pop(victim) - time.monotonic()))
            victim.signal(signal.SIGKILL)
            code = victim.wait()
            assert code == -signal.SIGKILL, (code, self.said())
            self.working.remove(victim)
            self.start()
            ends[self.working[-1]] = time.monotonic() + dice.uniform(*lives)
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
