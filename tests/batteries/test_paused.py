"""Publishers that stand still past their lease and go on as if nothing had been, while others took over (§2.3)."""

import os
import random
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection

from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE

PAUSES = int(os.environ.get("GUANHAO_PAUSES", "12"))
RATE = 10.0
LEASE = 60.0


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.requirement("K2")
def test_of_publishers_paused_past_their_lease_and_woken_none_sends_what_another_took_over(battery):
    """Stopped anywhere and woken later: the fence holds. On SQLite the only publisher sleeps and nobody may take over."""
    dice = random.Random(battery.seed)
    size = 1 if connection.vendor == "sqlite" else 3
    counts = mixed(40)
    stretch = timedelta(seconds=PAUSES * 1.6 * LEASE)
    battery.stream.plan(counts, spread(DUE, 40, stretch))
    battery.run_from(DUE - timedelta(minutes=2), RATE)
    battery.crew.start(size)
    for _ in range(PAUSES):
        time.sleep(dice.uniform(0.5, 3.5))
        sleeper = dice.choice(battery.crew.working)
        sleeper.signal(signal.SIGSTOP)
        battery.goes_on(LEASE * dice.uniform(1.1, 1.6))
        sleeper.signal(signal.SIGCONT)
    battery.run_from(None, 2 * RATE)
    battery.settle(400)
    battery.judge(f"{PAUSES} pauses longer than a lease, {size} publishers", pauses=PAUSES)
    battery.answer_all(size)
