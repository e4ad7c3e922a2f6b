"""A database server that crashes and is restarted under the publishers (RS2)."""

import os
import random
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.batteries.places import moved_to
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE
from tests.support.cluster import own_cluster, programs

RESTARTS = int(os.environ.get("GUANHAO_RESTARTS", "8"))
RATE = 10.0


@pytest.fixture
def cluster():
    """A server of this battery's own."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite is no server: it restarts with its process, which the random kills do.")
    if programs() is None:
        pytest.skip("There is no initdb on this machine.")
    with own_cluster() as cluster:
        yield cluster


@pytest.fixture
def database(stream, cluster):
    """The battery's database lies on it."""
    with moved_to(cluster):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
@pytest.mark.requirement("K2")
def test_of_a_stream_of_pushes_under_restarts_of_the_database_none_is_lost_and_none_doubled(battery, cluster):
    """Crashes and orderly restarts, in the middle of anything; the publishers go on by themselves."""
    dice = random.Random(battery.seed)
    battery.stream.plan(mixed(50), spread(DUE, 50, timedelta(minutes=15)))
    battery.run_from(DUE - timedelta(minutes=2), RATE)
    battery.crew.start(2)
    for _ in range(RESTARTS):
        battery.goes_on(dice.uniform(40, 140))
        cluster.stop(dice.choice(["immediate", "immediate", "fast"]))
        battery.goes_on(dice.uniform(5, 40))
        cluster.start()
    connections.close_all()
    assert len(battery.crew.working) == 2
    battery.settle(700)
    battery.judge(f"{RESTARTS} restarts of the database", restarts=RESTARTS)
    battery.answer_all(2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
def test_once_the_database_is_back_publishing_goes_on_within_a_minute_alone(battery, cluster):
    """It crashes as pushes come due and is away for a while: nothing is sent meanwhile."""
    battery.recovers("the database was gone", lambda: cluster.stop("immediate"), cluster.start, 2)
