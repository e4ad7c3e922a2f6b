"""Running steps: round robin, sleeping only when none had work, draining on request.

The loop knows nothing of what the steps do. A distributed runner may call the same steps instead.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence

from django.db import DatabaseError, close_old_connections, connections

from guanhao.core import clock, logs
from guanhao.steps.claims import LeaseLost
from guanhao.steps.slots import Slots
from guanhao.steps.types import Rest, Step, Worker

IDLE_SECONDS = 1.0
IN_A_ROW = 8  # so often a step with work is called before the others are asked
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


def work_off(
    steps: Sequence[Step],
    worker: Worker,
    seconds: float,
    *,
    rest: Rest | None = None,
    on_work: Callable[[], None] = lambda: None,
) -> None:
    """Run rounds until none has work or the time is over; the step in hand is finished, a failing one is left out.

    For runners that call again and again: errors are logged here, as in `run`. ``on_work`` is called once, when there
    is work; where ``rest`` says that some comes soon, it is waited for.
    """
    logs.bind(worker=worker.name)
    until, over, told = clock.monotonic() + seconds, threading.Event(), False
    failed: dict[int, float] = {}
    while clock.monotonic() < until:
        ready = [n for n in range(len(steps)) if n not in failed]
        worked = [_several(n, steps, worker, failed, over) for n in ready]
        if any(worked):
            if not told:
                on_work()
            told = True
        elif (seconds_left := idle_seconds(rest)) < IDLE_SECONDS:
            over.wait(seconds_left)
        else:
            return


class Company:
    """The places of one queue. Of those that are idle one looks out for work; whoever finds some calls another.

    Sixteen places that each ask the database every second would keep a processor from the work of others.
    """

    def __init__(self) -> None:
        self._watch = threading.Lock()
        self._called = threading.Condition()

    def call(self) -> None:
        """There is work: one who waits may look for more."""
        with self._called:
            self._called.notify()

    def dismiss(self) -> None:
        """They are to stop: nobody waits any longer."""
        with self._called:
            self._called.notify_all()

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Wait so long, or, where somebody looks out already, until one is called."""
        if self._watch.acquire(blocking=False):
            try:
                stop.wait(seconds)
            finally:
                self._watch.release()
            return
        with self._called:
            while not stop.is_set() and not self._called.wait(IDLE_SECONDS):
                pass


def run(
    steps: Sequence[Step],
    worker: Worker,
    stop: threading.Event,
    rest: Rest | None = None,
    company: Company | None = None,
) -> None:
    """Run the steps until ``stop`` is set; the step in hand is always finished first.

    ``rest`` says how long to wait where none has work, at most `IDLE_SECONDS`: until something is due. ``company`` is
    shared by those who run the same steps.

    This is the one top-level handler of background work. A step that fails is recorded with its trace and rests a
    while (the row it claimed waits for its lease or its retry); the other steps go on. So neither a poisoned row
    nor an absent database ends the worker, and it recovers without help (RS2).
    """
    resting: dict[int, float] = {}
    company = company or Company()
    logs.bind(worker=worker.name)
    try:
        while not stop.is_set():
            close_old_connections()
            ready = [n for n in range(len(steps)) if resting.get(n, 0.0) <= clock.monotonic()]
            worked = [_several(n, steps, worker, resting, stop) for n in ready if not stop.is_set()]
            if any(worked):
                company.call()
            else:
                company.wait(stop, idle_seconds(rest))
    finally:
        connections.close_all()


def run_queues(
    queues: Mapping[str, Sequence[Step]],
    places: Mapping[str, int],
    name: str,
    stop: threading.Event,
    *,
    rests: Mapping[str, Rest] | None = None,
    slotted: Mapping[str, tuple[Sequence[Step], Sequence[Step]]] | None = None,
) -> list[threading.Thread]:
    """Start threads of its own for every queue, so that none starves another (RS7).

    ``places`` says how many threads a queue has (one where it says nothing); each is a worker with a name of its own.
    ``rests`` are those queues' `Rest`. ``slotted`` are queues of which one further thread runs some steps for all places,
    with as many slots, and the places the others.
    """
    threads = []
    for queue, steps in queues.items():
        number, rest, company = places.get(queue, 1), (rests or {}).get(queue), Company()
        if slotted and queue in slotted:
            first, steps = slotted[queue]
            threads.append(
                threading.Thread(target=_run_slotted, args=(first, f"{name}/{queue}", number, stop, rest))
            )
            rest = None
        for place in range(number):
            worker = Worker(f"{name}/{queue}-{place}")
            threads.append(threading.Thread(target=run, args=(steps, worker, stop, rest, company)))
    for thread in threads:
        thread.start()
    return threads


def _run_slotted(
    steps: Sequence[Step], name: str, number: int, stop: threading.Event, rest: Rest | None
) -> None:
    with Slots(number) as slots:
        run_slotted(steps, Worker(name, slots=slots), stop, rest)


def run_slotted(steps: Sequence[Step], worker: Worker, stop: threading.Event, rest: Rest | None) -> None:
    """`run` for a worker with slots; what they have in hand at the end is brought to its end."""
    assert worker.slots is not None
    run(steps, worker, stop, rest)
    try:
        finish(steps, worker, worker.slots)
    finally:
        connections.close_all()


def finish(steps: Sequence[Step], worker: Worker, slots: Slots) -> None:
    """Let the steps bring to its end what they have in slots, and begin nothing more. One that fails is left to its lease."""
    slots.closing = True
    try:
        while slots.busy and any(_guarded(n, steps, worker, {}) for n in range(len(steps))):
            pass
    finally:
        slots.closing = False


def _call(step: Step, worker: Worker) -> bool:
    try:
        return step(worker)
    except LeaseLost:
        # Somebody else has the row by now: a normal, quiet outcome.
        return True


def _several(
    place: int, steps: Sequence[Step], worker: Worker, resting: dict[int, float], stop: threading.Event
) -> bool:
    """One step, a few times while it has work; whether it had any."""
    for done in range(IN_A_ROW):
        if stop.is_set() or not _guarded(place, steps, worker, resting):
            return done > 0
    return True


def idle_seconds(rest: Rest | None) -> float:
    """How long one who found no work rests."""
    if rest is None:
        return IDLE_SECONDS
    try:
        return min(rest(), IDLE_SECONDS)
    except DatabaseError:
        return IDLE_SECONDS  # The steps find out for themselves, and say it.


def _guarded(place: int, steps: Sequence[Step], worker: Worker, resting: dict[int, float]) -> bool:
    try:
        return _call(steps[place], worker)
    except Exception:
        log.exception("A step failed and rests %s s.", TROUBLED_SECONDS)
        resting[place] = clock.monotonic() + TROUBLED_SECONDS
        return False
