"""A thousand random kills on each database, with a platform that misbehaves: nothing lost, nothing doubled (RS1)."""

import os
import random
from datetime import timedelta

import pytest
from django.db import connection

from guanhao.publishing.channels import DRIVERS
from tests.batteries.crew import until
from tests.batteries.stream import CHANNELS, spread
from tests.publishing.world import DUE

KILLS = int(os.environ.get("GUANHAO_KILLS", "1000"))
RATE = 10.0
AFTERNOON = DUE - timedelta(minutes=30)
EVENING = DUE.replace(hour=20, minute=5)
# One publisher on SQLite lives shorter, so that both databases take about the same time.
CREWS = {"sqlite": (1, (0.05, 0.9)), "postgresql": (3, (0.1, 2.6))}
MIXED_FAULTS = (
    {"kind": "reset", "when": "before", "probability": 0.01},
    {"kind": "reset", "when": "after", "probability": 0.01},
    {"kind": "truncated", "when": "after", "probability": 0.005},
    {"kind": "http_error", "when": "before", "probability": 0.005, "status": 502},
    {"kind": "http_error", "when": "after", "probability": 0.005, "status": 504},
    {"kind": "latency", "when": "after", "probability": 0.003, "seconds": 3.0},
)


def misbehave(sandbox, seed):
    """A few of a hundred calls go wrong, on either side of their effect."""
    for number, fault in enumerate(MIXED_FAULTS):
        sandbox.fault(path="*", count=0, seed=seed + number, **fault)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.requirement("K2")
@pytest.mark.requirement("K3")
def test_of_a_stream_of_pushes_under_random_kills_none_is_lost_and_none_doubled(
    stream, crew, run_from, seed, say
):
    """Each is found and shown published, or asked; and once a person answered, all are public exactly once."""
    dice = random.Random(seed)
    size, lives = CREWS[connection.vendor]
    whole = timedelta(seconds=RATE * KILLS * sum(lives) / 2 / size)
    counts = {channel: max(4, KILLS * 16 // 100 // (1 + place)) for place, channel in enumerate(CHANNELS)}
    stream.plan(
        counts, spread(DUE, sum(counts.values()), max(whole - timedelta(minutes=35), timedelta(minutes=1)))
    )
    misbehave(stream.sandbox, seed)

    run_from(AFTERNOON, RATE)
    crew.kill_at_random(KILLS, dice, lives, size)
    crew.start(size)
    run_from(None, 2 * RATE)
    until(
        lambda: stream.unsettled() == 0,
        300,
        lambda: (str(stream.judged()), stream.judged().lost[:9], crew.said()),
    )
    crew.kill_all()

    judged = stream.judged()
    faults = sum(1 for entry in stream.sandbox.ledger() if entry["faults"])
    say(f"{KILLS} kills, {faults} faults, {len(stream.jobs)} pushes: {judged}")
    assert judged.good, (judged, judged.lost, judged.doubled, judged.claimed)

    stream.sandbox.control("faults/clear")
    run_from(EVENING, RATE)
    questions = stream.answered()
    crew.start(size)
    until(lambda: stream.unsettled() == 0, 120, lambda: (str(stream.judged()), crew.said()))
    crew.kill_all()
    after = stream.judged()
    say(f"{questions} questions answered: {after}")
    assert (after.published, after.good) == (len(stream.jobs), True), (after, after.lost)
    assert set(stream.public().values()) == {1}


def test_every_channel_sent_by_api_is_played():
    """A channel that gets a driver has to come here too."""
    assert set(CHANNELS) == set(DRIVERS)
