"""A publisher for a process of its own, that a fault point may end (see `tests.support.forks`)."""

import os
import resource
import signal
from datetime import datetime, timedelta

from django.db import OperationalError

from guanhao.core import clock, faults
from guanhao.publishing import steps
from guanhao.steps.claims import LeaseLost
from guanhao.steps.slots import Slots
from guanhao.steps.types import Worker
from tests.publishing.world import Time
from tests.support.sandbox import RunningSandbox


def work_in_slots(address, start, seconds):
    """As `work`, with two public calls at a time."""
    with Slots(2) as slots:
        work(address, start, seconds, slots)


def work(address, start, seconds, slots=None):
    """Work second by second from an instant on, for so many seconds of the time it plays with the sandbox."""
    time = Time(RunningSandbox(address, lambda: None), datetime.fromisoformat(start))
    worker = Worker("killed/publisher-0", slots=slots)
    with clock.frozen(time):
        until = time.instant + timedelta(seconds=seconds)
        while time.instant < until:
            while any(step(worker) for step in steps.EVERYTHING):
                pass
            time.pass_(1)


def sleep_at(address, start, point):
    """Send what is due at an instant, but stand still at a place until somebody wakes the process; say how it ended."""
    instant = datetime.fromisoformat(start)
    RunningSandbox(address, lambda: None).control("clock", freeze=instant.timestamp())

    def stand_still(place):
        if place == point:
            os.kill(os.getpid(), signal.SIGSTOP)

    with clock.frozen(instant), faults.handler(stand_still):
        try:
            steps.send(Worker("asleep/publisher-0"))
        except LeaseLost:
            print("LeaseLost", flush=True)  # noqa: T201 - what the test waits for.


def fill_at(address, start, point):
    """Send what is due at an instant; from a place on no file takes another byte. Say how it ended."""
    instant = datetime.fromisoformat(start)
    RunningSandbox(address, lambda: None).control("clock", freeze=instant.timestamp())

    def full(place):
        if place == point:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    keeps_answers_briefly = Worker("full/publisher-0", lease=timedelta(seconds=1))
    with clock.frozen(instant), faults.handler(full):
        try:
            steps.send(keeps_answers_briefly)
        except (OperationalError, OSError) as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            print(error, flush=True)  # noqa: T201 - what the test waits for.
