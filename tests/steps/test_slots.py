"""Slots: calls in threads of their own, each answer or error brought back, none left behind."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from guanhao.steps import loop
from guanhao.steps.slots import Slots


def test_each_answer_comes_back_with_what_it_was_for():
    """And an error with the work that ended in it."""

    def broken():
        raise ZeroDivisionError

    with Slots(2) as slots:
        slots.begin("good", lambda: 42)
        slots.begin("bad", broken)
        found = []
        while slots.busy:
            found += slots.ended(10)
    told = {one.what: (one.answer, type(one.error)) for one in found}
    assert told == {"good": (42, type(None)), "bad": (None, ZeroDivisionError)}


def test_what_has_no_free_slot_waits_for_one():
    """Two slots: the third begins when one of the first two has ended."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def held():
        begun.release()
        go_on.wait(10)

    with Slots(2) as slots:
        for number in range(3):
            slots.begin(number, held)
        assert begun.acquire(timeout=10)
        assert begun.acquire(timeout=10)
        assert not begun.acquire(timeout=0.05)
        assert slots.ended() == []
        assert slots.busy == 3
        go_on.set()
        assert begun.acquire(timeout=10)
    assert len(slots.ended()) == 3


def test_nothing_under_way_is_nothing_to_wait_for():
    """Whoever waits for no work at all is answered at once."""
    with Slots(1) as slots:
        assert slots.ended(10) == []


@pytest.mark.django_db(transaction=True)
def test_a_slot_has_a_connection_of_its_own_and_closes_it():
    """A transaction of the worker's is not the slot's; leaving the slots leaves no connection open."""
    seen = []

    def asked():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen.append(connections["default"])

    with Slots(1) as slots:
        slots.begin("ask", asked)
        slots.ended(10)
    assert seen[0] is not connections["default"]
    assert seen[0].connection is None


@pytest.mark.requirement("RS7")
def test_one_thread_has_the_slots_of_a_queue_and_the_places_do_the_rest(monkeypatch):
    """As many slots as places; the other steps still run in each place."""
    monkeypatch.setattr(loop, "IDLE_SECONDS", 0.01)
    stop, sending, preparing = threading.Event(), [], set()

    def send(worker):
        sending.append((worker.name, worker.slots.number))
        return False

    def prepare(worker):
        preparing.add((worker.name, worker.slots))
        return len(preparing) < 3  # each calls the next

    threads = loop.run_queues(
        {"out": [send, prepare]}, {"out": 3}, "host", stop, slotted={"out": ([send], [prepare])}
    )
    deadline = threading.Event()
    while not (sending and len(preparing) == 3) and not deadline.wait(0.01):
        pass
    stop.set()
    for thread in threads:
        thread.join(5)
    assert set(sending) == {("host/out", 3)}
    assert preparing == {(f"host/out-{place}", None) for place in range(3)}


@pytest.mark.requirement("RS7")
def test_of_idle_places_one_looks_out_and_calls_another_when_it_finds_work(monkeypatch):
    """Sixteen idle places do not ask the database sixteen times a second; with work there are soon several."""
    monkeypatch.setattr(loop, "IDLE_SECONDS", 0.01)
    company, stop = loop.Company(), threading.Event()
    watching = threading.Thread(target=company.wait, args=(stop, 30))
    watching.start()
    while not company._watch.locked():
        pass
    waiting = threading.Thread(target=company.wait, args=(stop, 30))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    while waiting.is_alive():
        company.call()
        waiting.join(0.01)
    assert watching.is_alive()
    stop.set()
    watching.join(5)
    assert not watching.is_alive()
