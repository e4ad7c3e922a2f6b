"""The loop: round robin, idle only without work, drained on request, not ended by a failing step."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from guanhao.steps import loop
from guanhao.steps.claims import LeaseLost
from guanhao.steps.types import Worker

ME = Worker("me")
pytestmark = pytest.mark.django_db


class Pile:
    """A step with so many things to do, which notes each in a shared list."""

    def __init__(self, name, number, done, after=None):
        self.name, self.left, self.done, self.after = name, number, done, after

    def __call__(self, worker):
        if not self.left:
            return False
        self.left -= 1
        self.done.append(self.name)
        if self.after:
            self.after()
        return True


@pytest.mark.requirement("RS7")
def test_steps_take_turns():
    """A step with much work does not keep the others waiting until it is through."""
    done: list[str] = []
    loop.until_idle([Pile("big", 5, done), Pile("small", 2, done)], ME)

    assert done == ["big", "small", "big", "small", "big", "big", "big"]


def test_until_idle_ends_when_a_whole_round_had_no_work():
    """It says how many rounds had work; nothing to do is zero rounds."""
    done: list[str] = []
    assert loop.until_idle([Pile("a", 3, done)], ME) == 3
    assert loop.until_idle([Pile("a", 0, done)], ME) == 0


def test_until_idle_does_not_run_for_ever():
    """Work that makes itself anew is a fault and is named as one."""
    with pytest.raises(RuntimeError, match="Still busy"):
        loop.until_idle([lambda worker: True], ME, most=5)


def test_a_lost_lease_is_a_quiet_outcome():
    """Losing a row to another worker is not an error and counts as work, so the next row is looked for at once."""
    losses = iter([True])

    def step(worker):
        if next(losses, False):
            raise LeaseLost
        return False

    assert loop.until_idle([step], ME) == 1


def test_errors_come_through_where_somebody_waits_for_the_result():
    """Run until idle by hand, a failing step fails the command."""

    def broken(worker):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop.once([broken], ME)


def run_in_thread(steps, stop, monkeypatch):
    monkeypatch.setattr(loop, "IDLE_SECONDS", 0.01)
    thread = threading.Thread(target=loop.run, args=(steps, ME, stop))
    thread.start()
    return thread


@pytest.mark.requirement("RS2")
def test_a_failing_step_rests_and_the_others_go_on(monkeypatch, caplog):
    """The fault is recorded with its trace once, not at every round, and the loop lives."""
    stop, done = threading.Event(), []

    def broken(worker):
        raise ZeroDivisionError("poison")

    thread = run_in_thread(
        [broken, Pile("good", 3, done, lambda: len(done) == 3 and stop.set())], stop, monkeypatch
    )
    thread.join(5)

    assert not thread.is_alive()
    assert done == ["good"] * 3
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_the_step_in_hand_is_finished_before_the_loop_ends(monkeypatch):
    """Asked to stop, the loop drains: it interrupts nothing and begins nothing."""
    stop, done = threading.Event(), []
    inside, go_on = threading.Event(), threading.Event()

    def slow(worker):
        inside.set()
        go_on.wait(5)
        done.append("finished")
        return True

    thread = run_in_thread([slow, Pile("never", 1, done)], stop, monkeypatch)
    inside.wait(5)
    stop.set()
    go_on.set()
    thread.join(5)

    assert done == ["finished"]


@pytest.mark.requirement("RS7")
def test_queues_run_beside_each_other(monkeypatch):
    """A queue that is stuck does not hold up another, and places multiply workers with names of their own."""
    monkeypatch.setattr(loop, "IDLE_SECONDS", 0.01)
    stop, stuck_until, names, reached = threading.Event(), threading.Event(), set(), threading.Event()

    def stuck(worker):
        names.add(worker.name)
        stuck_until.wait(5)
        return False

    def quick(worker):
        reached.set()
        return False

    threads = loop.run_queues({"slow": [stuck], "fast": [quick]}, {"slow": 2}, "host-1", stop)
    assert reached.wait(5)
    stop.set()
    stuck_until.set()
    for thread in threads:
        thread.join(5)

    assert names == {"host-1/slow-0", "host-1/slow-1"}
    assert len(threads) == 3


@pytest.mark.requirement("RS7")
def test_a_step_with_much_work_is_called_a_few_times_before_the_others(monkeypatch):
    """A burst is not slowed by asking the others after each piece, and they still get their turn."""
    stop, done = threading.Event(), []
    small = Pile("small", 1, done)
    big = Pile("big", 20, done, lambda: len(done) == 21 and stop.set())
    run_in_thread([big, small], stop, monkeypatch).join(5)

    assert done == ["big"] * loop.IN_A_ROW + ["small"] + ["big"] * 12


@pytest.mark.requirement("RS4")
def test_an_idle_loop_wakes_when_something_is_due(monkeypatch):
    """It sleeps until then and no longer, and never longer than usual; what cannot be asked is no reason to stop."""
    slept, answers = [], iter([0.25, 7200.0, OperationalError("gone")])

    class Stop(threading.Event):
        def wait(self, timeout=None):
            slept.append(timeout)
            if len(slept) == 3:
                self.set()
            return self.is_set()

    def rest():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    loop.run([lambda worker: False], ME, Stop(), rest)

    assert slept == [0.25, loop.IDLE_SECONDS, loop.IDLE_SECONDS]


def test_a_slice_calls_for_others_once_and_waits_for_what_comes_soon(monkeypatch):
    """A runner that calls again and again learns that there is work, and does not leave just before some is due."""
    done, called, rests = [], [], iter([0.0, 3600.0])
    pile = Pile("first", 2, done)

    def rest():
        answer = next(rests)
        if not answer:
            pile.left = 1  # It is due now.
        return answer

    loop.work_off([pile], ME, 5, rest=rest, on_work=lambda: called.append(len(done)))

    assert (done, called) == (["first"] * 3, [2])
