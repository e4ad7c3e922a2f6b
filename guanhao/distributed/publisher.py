"""The publish queue under Celery: for the length of a task, a process runs the threads that `guanhao worker` runs for it.

One thread sends for all places, with as many slots, and the places prepare; so what is due together is armed in volleys
while other calls are under way (decision 0008). A worker that publishes has one such process (`app.serve`).

A task ends after `SPELL_SECONDS`, but not while calls are under way or a push is due within the second, so that what is due
together goes out together; after `LONGEST_SECONDS` it ends in any case. The places stop first, and sending goes on until
their steps in hand are done. Once a task has ended nothing of it is under way, as when a `guanhao worker` was stopped.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from guanhao.core import clock
from guanhao.process.steps import RESTS, SLOTTED
from guanhao.steps.loop import IDLE_SECONDS, Company, idle_seconds, run, run_slotted
from guanhao.steps.punctual import be_punctual
from guanhao.steps.slots import Slots
from guanhao.steps.types import Queue, Worker

SPELL_SECONDS = 5.0
LONGEST_SECONDS = (
    30.0  # with what is under way by then it is over before systemd's patience (docs/distributed.md) ends
)
LOOK_SECONDS = 0.1


def spell(name: str, places: int, alive: Callable[[], None], begun: Callable[[], None]) -> None:
    """Send and prepare for a while. ``alive`` is called now and then, ``begun`` once, when all threads are at work."""
    _be_punctual_once()
    sending, preparing = SLOTTED[Queue.PUBLISH]
    rest, company = RESTS[Queue.PUBLISH], Company()
    earliest, latest = clock.monotonic() + SPELL_SECONDS, clock.monotonic() + LONGEST_SECONDS
    with Slots(places) as slots:
        sender = Worker(name, slots=slots)
        prepares = [Worker(f"{name}-{place}") for place in range(places)]

        def go_on() -> bool:
            return slots.busy > 0 or idle_seconds(rest) < IDLE_SECONDS

        with _at_work([sender], lambda worker, stop: run_slotted(sending, worker, stop, rest)):
            with _at_work(
                prepares, lambda worker, stop: run(preparing, worker, stop, None, company), company
            ):
                begun()
                while (now := clock.monotonic()) < earliest or (now < latest and go_on()):
                    alive()
                    clock.sleep(LOOK_SECONDS)
            while clock.monotonic() < latest and go_on():
                clock.sleep(LOOK_SECONDS)


@contextmanager
def _at_work(
    workers: Sequence[Worker],
    act: Callable[[Worker, threading.Event], None],
    company: Company | None = None,
) -> Iterator[None]:
    """A thread for each while the block runs; leaving it lets the steps in hand end."""
    stop = threading.Event()
    threads = [threading.Thread(target=act, args=(worker, stop)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if company is not None:
            company.dismiss()
        for thread in threads:
            thread.join()


@functools.cache
def _be_punctual_once() -> None:
    be_punctual()
