"""The burst under Celery: a bell, one worker that looks, and publishers of eight places, on the broker that answers here."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Self

BROKERS = {
    "redis": ("127.0.0.1", 6379, "redis://{}/0"),
    "rabbitmq": ("127.0.0.1", 5672, "amqp://guest:guest@{}//"),
}

LOOKING = "2"  # processes


class Process:
    """A process group that can be killed as a whole."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def signal(self, number: signal.Signals) -> None:
        """Signal all of the group."""
        os.killpg(self._process.pid, number)

    def wait(self) -> int:
        """Its exit code."""
        return self._process.wait()


class Celeries:
    """What the burst needs of a crew: start so many, kill one, kill all."""

    def __init__(self, home: Path, pace: Path, environment: dict[str, str]) -> None:
        self._home = home
        self._others: list[Process] = []
        self.working: list[Process] = []
        self._environment = os.environ | environment | {
            "PACE": str(pace), "C_FORCE_ROOT": "1", "GUANHAO_BROKER_URL": broker(),
            "GUANHAO_BROKER_PREFIX": f"guanhao-burst-{uuid.uuid4().hex[:8]}",
        }  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_all()

    def start(self, number: int = 1, places: int = 8) -> None:
        """What there is one of, if it is not there yet, and so many publishers."""
        self._others = self._others or [
            self._begun("wake", "--queues", "publish,look"),
            self._begun("celery", "--queues", "look", "--places", LOOKING),
        ]
        for _ in range(number):
            self.working.append(self._begun("celery", "--queues", "publish", "--places", str(places)))

    def kill_all(self) -> None:
        """End all of them without warning."""
        for process in [*self.working, *self._others]:
            process.signal(signal.SIGKILL)
            process.wait()
        self.working, self._others = [], []

    def _begun(self, *words: str) -> Process:
        with (self._home / "celery.log").open("ab") as log:
            return Process(
                subprocess.Popen(  # noqa: S603 - our own module.
                    [sys.executable, "-m", "tests.distributed.paced", *words],
                    env=self._environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )


def broker() -> str:
    """The address of a broker that answers on this machine."""
    for host, port, address in BROKERS.values():
        try:
            socket.create_connection((host, port), timeout=2).close()
        except OSError:
            continue
        return address.format(f"{host}:{port}")
    raise SystemExit("No broker answers on this machine; the burst under Celery was not measured.")
