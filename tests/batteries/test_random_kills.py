"""A thousand random kills on each database, with a platform that misbehaves: nothing lost, nothing doubled (RS1)."""

import os
import random
from datetime import timedelta

import pytest
from django.db import connection

from guanhao.publishing.channels import DRIVERS
from tests.batteries.sides import CHANNELS
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE

KILLS = int(os.environ.get("GUANHAO_KILLS", "1000"))
RATE = 10.0
AFTERNOON = DUE - timedelta(minutes=30)
# One publisher on SQLite lives shorter, so that both databases take about the same time.
CREWS = {"sqlite": (1, (0.05, 1.1)), "postgresql": (2, (0.1, 2.6))}
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
def test_of_a_stream_of_pushes_under_random_kills_none_is_lost_and_none_doubled(battery):
    """Each is found and shown published, or asked; and once a person answered, all are public exactly once."""
    dice = random.Random(battery.seed)
    size, lives = CREWS[connection.vendor]
    whole = timedelta(seconds=RATE / battery.slower * KILLS * sum(lives) / 2 / size)
    counts = mixed(max(10, KILLS * 24 // 100))
    over = max(whole - timedelta(minutes=35), timedelta(minutes=1))
    battery.stream.plan(counts, spread(DUE, sum(counts.values()), over))
    misbehave(battery.sandbox, battery.seed)

    battery.run_from(AFTERNOON, RATE)
    battery.crew.kill_at_random(KILLS, dice, lives, size)
    battery.crew.start(size)
    battery.run_from(None, 2 * RATE)
    battery.settle(900)
    faults = sum(1 for entry in battery.sandbox.ledger() if entry["faults"])
    battery.judge(f"{KILLS} kills, {faults} faults of the platform", kills=KILLS, faults=faults)
    battery.answer_all(size)


def test_every_channel_sent_by_api_is_played():
    """A channel that gets a driver has to come here too."""
    assert set(CHANNELS) == set(DRIVERS)
