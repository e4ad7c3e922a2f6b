"""Running steps: round robin, sleeping only when none had work, draining on request.

The loop knows nothing of what the steps do. A distributed runner may call the same steps instead.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence

from django.db import close_old_connections, connections

from guanhao.core import clock, logs
from guanhao.steps.claims import LeaseLost
from guanhao.steps.types import Step, Worker

IDLE_SECONDS = 1.0
TROUBLED_SECONDS = 5.0

log = logging.getLogger(__name__)


def once(steps: Sequence[Step], worker: Worker) -> bool:
    """Call every step once; whether any had work. Errors come through."""
    worked = [_call(step, worker) for step in steps]
    return any(worked)


def until_idle(steps: Sequence[Step], worker: Worker, *, most: int = 10_000) -> int:
    """Run rounds until a whole round had no work; how many rounds had some. Errors come through.

    Raises:
        RuntimeError: after ``most`` rounds, because work that never ends is a fault.
    """
    for rounds in range(most):
        if not once(steps, worker):
            return rounds
    raise RuntimeError(f"Still busy after {most} rounds.")


def work_off(steps: Sequence[Step], worker: Worker, seconds: float) -> None:
    """Run rounds until none has work or the time is over; the step in hand is finished, a failing one is left out.

    For runners that call again and again: errors are logged here, as in `run`.
    """
    logs.bind(worker=worker.name)
    until = clock.monotonic() + seconds
    failed: dict[int, float] = {}
    while clock.monotonic() < until:
        ready = [n for n in range(len(steps)) if n not in failed]
        worked = [_guarded(n, steps, worker, failed) for n in ready]
        if not any(worked):
            return


def run(steps: Sequence[Step], worker: Worker, stop: threading.Event) -> None:
    """Run the steps until ``stop`` is set; the step in hand is always finished first.

    This is the one top-level handler of background work. A step that fails is recorded with its trace and rests a
    while (the row it claimed waits for its lease or its retry); the other steps go on. So neither a poisoned row
    nor an absent database ends the worker, and it recovers without help (RS2).
    """
    resting: dict[int, float] = {}
    logs.bind(worker=worker.name)
    try:
        while not stop.is_set():
            close_old_connections()
            ready = [n for n in range(len(steps)) if resting.get(n, 0.0) <= clock.monotonic()]
            worked = [_guarded(n, steps, worker, resting) for n in ready if not stop.is_set()]
            if not any(worked):
                stop.wait(IDLE_SECONDS)
    finally:
        connections.close_all()


def run_queues(
    queues: Mapping[str, Sequence[Step]], places: Mapping[str, int], name: str, stop: threading.Event
) -> list[threading.Thread]:
    """Start threads of its own for every queue, so that none starves another (RS7).

    ``places`` says how many threads a queue has (one where it says nothing); each is a worker with a name of its own.
    """
    threads = [
        threading.Thread(target=run, args=(steps, Worker(f"{name}/{queue}-{place}"), stop))
        for queue, steps in queues.items()
        for place in range(places.get(queue, 1))
    ]
    for thread in threads:
        thread.start()
    return threads


def _call(step: Step, worker: Worker) -> bool:
    try:
        return step(worker)
    except LeaseLost:
        # Somebody else has the row by now: a normal, quiet outcome.
        return True


def _guarded(place: int, steps: Sequence[Step], worker: Worker, resting: dict[int, float]) -> bool:
    try:
        return _call(steps[place], worker)
    except Exception:
        log.exception("A step failed and rests %s s.", TROUBLED_SECONDS)
        resting[place] = clock.monotonic() + TROUBLED_SECONDS
        return False
