"""A thousand random kills on each database, with a platform that misbehaves: nothing lost, nothing doubled (RS1)."""

import os
import random
from datetime import timedelta

import pytest
from django.db import connection

from guanhao.publishing.channels import DRIVERS
from tests.batteries.crew import Killing
from tests.batteries.sides import CHANNELS
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE

SENDS = ("/cgi-bin/freepublish/submit", "/cgi-bin/message/mass/sendall", "/2/statuses/share.json")
SLOW = 0.4
KILLS = int(os.environ.get("GUANHAO_KILLS", "1000"))
ENOUGH = 200  # of so many kills some meet a publisher with several calls under way
RATE = 10.0
BEFORE = timedelta(minutes=4)  # for drafts and reading ahead
AFTERWARDS = timedelta(minutes=4)  # for looks
LONGEST = 95 * 60.0  # played seconds: the regulations' afternoon ends at six
CREWS = {"sqlite": 1, "postgresql": 2}
LIVES = (0.1, 3.0)  # the first tenths of a second are spent on beginning
PUSHES = 0.6  # for each kill, so that there are bursts enough to be killed in
MIXED_FAULTS = (
    {"kind": "reset", "when": "before", "probability": 0.01},
    {"kind": "reset", "when": "after", "probability": 0.01},
    {"kind": "truncated", "when": "after", "probability": 0.005},
    {"kind": "http_error", "when": "before", "probability": 0.005, "status": 502},
    {"kind": "http_error", "when": "after", "probability": 0.005, "status": 504},
    {"kind": "latency", "when": "after", "probability": 0.003, "seconds": 3.0},
)


def misbehave(sandbox, seed):
    """A few of a hundred calls go wrong, on either side of their effect; public ones take their time."""
    for number, fault in enumerate(MIXED_FAULTS):
        sandbox.fault(path="*", count=0, seed=seed + number, **fault)
    for path in SENDS:
        sandbox.fault("latency", path, count=0, seconds=SLOW, when="before")


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.requirement("K2")
@pytest.mark.requirement("K3")
def test_of_a_stream_of_pushes_under_random_kills_none_is_lost_and_none_doubled(battery):
    """Each is found and shown published, or asked; and once a person answered, all are public exactly once."""
    size = CREWS[connection.vendor]
    lives = (LIVES[0] * battery.slower, LIVES[1] * battery.slower)
    plan = Killing(size, lives, random.Random(battery.seed), battery.stream.in_hand)
    seconds = KILLS * sum(LIVES) / 2 / size
    rate = min(RATE, LONGEST / seconds)
    whole = timedelta(seconds=rate * seconds)
    counts = mixed(max(10, int(KILLS * PUSHES)))
    over = max(whole - BEFORE - AFTERWARDS, timedelta(minutes=1))
    battery.stream.plan(counts, spread(DUE, sum(counts.values()), over))
    misbehave(battery.sandbox, battery.seed)

    battery.run_from(DUE - BEFORE, rate)
    battery.crew.kill_at_random(KILLS, plan)
    battery.crew.start(size)
    battery.run_from(None, 2 * RATE)
    battery.settle(900)
    judged(battery, plan)
    battery.answer_all(size)


def judged(battery, plan):
    """Say how it went; some kills have met several calls under way, and no volley was of two institutions."""
    one, several, volleys = (
        sum(map(bool, plan.caught)),
        sum(n > 1 for n in plan.caught),
        battery.stream.volleys(),
    )
    faults = sum(1 for entry in battery.sandbox.ledger() if set(entry["faults"]) - {"latency"})
    battery.judge(
        f"{KILLS} kills, {one} with a call under way, {several} with several (at most {max(plan.caught)});"
        f" {len(volleys)} volleys; {faults} faults of the platform",
        kills=KILLS,
        kills_in_flight=one,
        kills_in_volleys=several,
        volleys=len(volleys),
        faults=faults,
    )
    assert KILLS < ENOUGH or several, plan.caught
    assert set(volleys) <= {1}


def test_every_channel_sent_by_api_is_played():
    """A channel that gets a driver has to come here too."""
    assert set(CHANNELS) == set(DRIVERS)
