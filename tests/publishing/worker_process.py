"""A publisher for a process of its own, that a fault point may end (see `tests.support.forks`)."""

from datetime import datetime, timedelta

from guanhao.core import clock
from guanhao.publishing import steps
from guanhao.steps.types import Worker
from tests.publishing.world import Time
from tests.support.sandbox import RunningSandbox


def work(address, start, seconds):
    """Work second by second from an instant on, for so many seconds of the time it plays with the sandbox."""
    time = Time(RunningSandbox(address, lambda: None), datetime.fromisoformat(start))
    worker = Worker("killed/publisher-0")
    with clock.frozen(time):
        until = time.instant + timedelta(seconds=seconds)
        while time.instant < until:
            while any(step(worker) for step in steps.EVERYTHING):
                pass
            time.pass_(1)
