"""Periodic work and signs of life."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from guanhao.core import clock
from guanhao.steps import heartbeats
from guanhao.steps.exclusive import AlreadyRunning, only_one
from guanhao.steps.models import Heartbeat, Tick
from guanhao.steps.ticks import KEPT, Periodic, forget_old_ticks, ticking
from guanhao.steps.types import Worker

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
A, B = Worker("a"), Worker("b")


@pytest.fixture
def ran():
    """Which workers ran the job."""
    return []


@pytest.fixture
def step(ran):
    """A step with one job every minute."""
    return ticking([Periodic("test.minute", timedelta(minutes=1), lambda worker: ran.append(worker.name))])


def test_whichever_worker_comes_first_runs_the_job_and_only_that_one(step, ran):
    """Two workers at the same due time: one runs, the other finds it taken."""
    with clock.frozen(NOON):
        assert step(A)
        assert not step(B)

    assert ran == ["a"]
    tick = Tick.objects.get()
    assert (tick.due_at, tick.owner, tick.finished_at) == (NOON.replace(second=0), "a", NOON)


def test_the_next_due_time_is_a_tick_of_its_own(step, ran):
    """After a minute the job runs again; minutes in which nobody worked are not made up."""
    for minutes in (0, 1, 7):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            assert step(B)
            assert not step(A)

    assert ran == ["b"] * 3


def test_due_times_are_whole_multiples_whatever_the_moment():
    """Hours begin at the full hour and days at midnight, so that every worker computes the same due time."""
    hourly = Periodic("h", timedelta(hours=1), lambda worker: None)
    daily = Periodic("d", timedelta(days=1), lambda worker: None)

    assert hourly.due_at(NOON) == NOON.replace(minute=0, second=0)
    assert daily.due_at(NOON) == NOON.replace(hour=0, minute=0, second=0)


def test_a_job_that_fails_says_so_on_its_tick_and_to_the_loop():
    """The fault stands in the row and reaches the one handler of the loop; the due time counts as done."""

    def fail(worker):
        raise ZeroDivisionError("no")

    step = ticking([Periodic("test.fails", timedelta(minutes=1), fail)])
    with clock.frozen(NOON):
        with pytest.raises(ZeroDivisionError):
            step(A)
        assert not step(B)
    assert Tick.objects.get().error == "ZeroDivisionError: no"


def test_old_ticks_are_forgotten(step):
    """The table does not grow for ever."""
    with clock.frozen(NOON):
        step(A)
    with clock.frozen(NOON + KEPT + timedelta(hours=1)):
        step(A)
        forget_old_ticks(A)

    assert Tick.objects.count() == 1


def test_a_worker_is_alive_while_it_is_heard_of():
    """A worker that falls silent is told from one that ended on purpose."""
    with clock.frozen(NOON):
        heartbeats.beat("dies", ["publish"])
        heartbeats.beat("ends", ["publish"])
        assert heartbeats.alive().count() == 2
        heartbeats.stopped("ends")
    with clock.frozen(NOON + timedelta(minutes=2)):
        assert [row.worker for row in heartbeats.silent()] == ["dies"]
        assert not heartbeats.alive().exists()
        heartbeats.beat("dies", ["publish"])
        assert Heartbeat.objects.get(worker="dies").started_at == NOON


def test_a_second_process_is_refused_with_the_first_ones_number(tmp_path):
    """The lock holds against another process and goes with the process that held it."""
    path = tmp_path / "locks" / "publisher"
    code = f"from pathlib import Path; from guanhao.steps.exclusive import only_one\nwith only_one(Path({str(path)!r})): pass"
    with only_one(path):
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert second.returncode != 0
        assert str(os.getpid()) in second.stderr
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_refusal_names_the_file(tmp_path):
    """The operator reads which lock is held."""
    path = tmp_path / "publisher"
    with only_one(path), pytest.raises(AlreadyRunning, match="publisher"), only_one(path):
        pass
