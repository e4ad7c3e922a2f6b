"""An idle publisher wakes when the next push is due, wherever in its round the time comes."""

from datetime import timedelta

import pytest

from guanhao.publishing import steps
from guanhao.steps.types import Worker
from tests.publishing.world import DUE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(world):
    return world.staged()


def rests(world, before):
    """How long a publisher that finds no work rests, so long before the push is due (after it, if negative)."""
    world.time.to(DUE - timedelta(seconds=before))
    return steps.seconds_to_next()


def test_it_rests_until_the_next_push_is_due(world, job):
    assert rests(world, 10) == pytest.approx(10)
    assert rests(world, 0.5) == pytest.approx(0.5)


def test_a_push_that_became_due_during_the_round_is_not_slept_through(world, job):
    """It was looked for a moment before its time and is asked about a moment after it: it is looked for again at once."""
    world.time.to(DUE - timedelta(milliseconds=1))
    assert not steps.send(Worker("early/publish"))
    assert rests(world, 0) <= 0.01
    assert rests(world, -0.1) <= 0.01


def test_a_push_that_cannot_be_taken_keeps_nobody_awake(world, job):
    """Long due and still there: others have it, or its account is busy; that is no reason to ask without rest."""
    assert rests(world, -1) == steps.FAR
