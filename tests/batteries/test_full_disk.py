"""A disk that has no byte left, under the database and the epoch file, and has room again later (RS2)."""

import os
import random
from datetime import timedelta

import pytest
from django.db import connection, connections

from tests.batteries.places import can_mount, moved_into, moved_to, server_on, small_disk
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE
from tests.support.cluster import programs

TIMES = int(os.environ.get("GUANHAO_FULL", "5"))
RATE = 10.0
SMALL_INTENTS = 12  # a page that is there already takes some more
MEGABYTES = {"sqlite": 48, "postgresql": 160}


@pytest.fixture
def disk():
    """A small disk in memory."""
    if not can_mount():
        pytest.skip("Filling a disk takes a small one, and mounting it takes root.")
    with small_disk(MEGABYTES[connection.vendor]) as disk:
        yield disk


@pytest.fixture
def cluster(disk):
    """On PostgreSQL a server of its own, whose files lie there."""
    if connection.vendor == "sqlite":
        yield None
        return
    if programs() is None:
        pytest.skip("There is no initdb on this machine.")
    with server_on(disk) as cluster:
        yield cluster


@pytest.fixture
def database(stream, disk, cluster, settings):
    """Database and epoch file lie on it."""
    settings.EPOCH_PATH = disk.directory / "epoch" / "epoch"
    with moved_to(cluster) if cluster else moved_into(disk.directory):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
@pytest.mark.requirement("K2")
def test_with_a_full_disk_nothing_is_sent_without_an_intent_and_nothing_is_lost_or_doubled(
    battery, disk, cluster
):
    """Full at any moment, several times: nothing leaves that is not written down; with room again all goes on alone."""
    dice = random.Random(battery.seed)
    battery.stream.plan(mixed(40), spread(DUE, 40, timedelta(minutes=14)))
    battery.run_from(DUE - timedelta(minutes=2), RATE)
    battery.crew.start(2)
    for _ in range(TIMES):
        battery.goes_on(dice.uniform(60, 120))
        disk.fill()
        battery.goes_on(dice.uniform(30, 120))
        disk.clear()
        if (
            cluster and not cluster.runs()
        ):  # PostgreSQL ends itself when its log has no room; its keeper starts it.
            cluster.start()
    connections.close_all()
    battery.settle(700)
    assert "full" in battery.crew.everything_said() or "No space" in battery.crew.everything_said()
    battery.judge(f"the disk was full {TIMES} times", full=TIMES)
    battery.answer_all(2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
def test_once_the_disk_has_room_publishing_goes_on_within_a_minute_alone(battery, disk, cluster):
    """Full as pushes come due: nothing is sent without an intent; with room again nobody has to do anything here."""

    def room():
        disk.clear()
        if cluster and not cluster.runs():  # what systemd does
            cluster.start()

    battery.recovers("the disk was full", disk.fill, room, 2, meanwhile=SMALL_INTENTS)
