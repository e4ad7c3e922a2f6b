"""The threads of a Celery process that publishes: calls side by side, places beside them, and nothing cut in two."""

import threading

import pytest

from guanhao.distributed import publisher
from guanhao.steps.types import Queue

PATIENCE = 10
PLACES = 3


class Calls:
    """A step that has so many calls made in its worker's slots, each of which waits to be let go."""

    def __init__(self, number):
        self.left, self.done = number, 0
        self.under_way = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def __call__(self, worker):
        slots = worker.slots
        ended = slots.ended(0.01)
        self.done += len(ended)
        begun = self.left if not slots.closing else 0
        for number in range(begun):
            slots.begin(number, self.call)
        self.left -= begun
        return bool(begun or ended or slots.busy)

    def call(self):
        self.under_way.release()
        assert self.go_on.acquire(timeout=PATIENCE)

    def are_under_way(self, number):
        """Whether so many get there together."""
        return all(self.under_way.acquire(timeout=PATIENCE) for _ in range(number))

    def let_go(self, number):
        self.go_on.release(number)


@pytest.fixture
def begun(monkeypatch):
    """A function that begins a spell with these steps, and answers its thread."""
    threads, calls = [], []

    def begin(sending, preparing=lambda _worker: False, *, rest=3600.0, seconds=0.0, longest=PATIENCE):
        monkeypatch.setitem(publisher.SLOTTED, Queue.PUBLISH, ((sending,), (preparing,)))
        monkeypatch.setitem(publisher.RESTS, Queue.PUBLISH, rest if callable(rest) else lambda: rest)
        monkeypatch.setattr(publisher, "SPELL_SECONDS", seconds)
        monkeypatch.setattr(publisher, "LONGEST_SECONDS", longest)
        monkeypatch.setattr(publisher, "be_punctual", lambda: None)
        beats = (lambda: None, lambda: None)
        threads.append(threading.Thread(target=publisher.spell, args=("me", PLACES, *beats), daemon=True))
        calls.append(sending)
        threads[0].start()
        return threads[0]

    yield begin
    for one in calls:
        one.let_go(100)
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_process_has_as_many_calls_under_way_as_it_has_places(begun):
    """All of them at once, and not one more."""
    calls = Calls(PLACES + 1)
    begun(calls, seconds=1.0)
    assert calls.are_under_way(PLACES)
    assert not calls.under_way.acquire(timeout=0.3)
    calls.let_go(PLACES + 1)


def test_a_spell_does_not_end_while_calls_are_under_way(begun):
    """What becomes due meanwhile is begun at once and not after them."""
    calls = Calls(1)
    spell = begun(calls)
    assert calls.are_under_way(1)
    spell.join(0.5)
    calls.left = 1
    assert calls.are_under_way(1)
    calls.let_go(2)
    spell.join(PATIENCE)
    assert calls.done == 2


def test_a_spell_does_not_end_just_before_a_push_is_due(begun):
    """It goes on where something is due within the second."""
    calls, soon = Calls(0), threading.Event()
    spell = begun(calls, rest=lambda: 3600.0 if soon.is_set() else 0.5)
    spell.join(0.5)
    assert spell.is_alive()
    calls.left = 1
    assert calls.are_under_way(1)
    soon.set()
    calls.let_go(1)


def test_a_spell_ends_in_any_case_and_leaves_nothing_under_way(begun):
    """Where more and more is due: nothing more is begun, and what is under way is waited for."""
    calls = Calls(1)
    spell = begun(calls, longest=0.2, rest=0.0)
    assert calls.are_under_way(1)
    spell.join(1.0)
    assert spell.is_alive()
    calls.left = 5
    calls.let_go(1)
    spell.join(PATIENCE)
    assert calls.done == 1
    assert calls.left == 5


def test_sending_goes_on_until_the_last_preparation_is_done(begun):
    """A slow upload keeps the spell from ending, and no push waits for it."""
    calls, inside, go_on = Calls(0), threading.Event(), threading.Event()

    def slow(_worker):
        inside.set()
        return not go_on.wait(PATIENCE)

    spell = begun(calls, slow, longest=0.0)
    assert inside.wait(PATIENCE)
    calls.left = 1
    assert calls.are_under_way(1)
    calls.let_go(1)
    assert spell.is_alive()
    go_on.set()
