"""A clock that jumps forth and back under the publishers, while the platform's own goes on (RS4)."""

import os
import random
from datetime import timedelta

import pytest
from django.db import connection

from guanhao.core import tenancy
from guanhao.publishing.models import Attempt
from guanhao.publishing.types import EffectClass, Outcome
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE

JUMPS = int(os.environ.get("GUANHAO_JUMPS", "20"))
RATE = 10.0
# Just past a lease, past a look, past the quiet time, past a push's window; and back by about as much.
SIZES = (65, -70, 130, -120, 600, -900, 1300, -1100, 2400, -2300)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS4")
@pytest.mark.requirement("RS1")
def test_a_clock_that_jumps_fires_nothing_before_its_time_skips_nothing_and_doubles_nothing(battery):
    """A jump may end leases and windows at once: what is missed thereby is asked, what runs is not sent again."""
    dice = random.Random(battery.seed)
    size = 1 if connection.vendor == "sqlite" else 3
    battery.stream.plan(mixed(40), spread(DUE, 40, timedelta(minutes=20)))
    battery.run_from(DUE - timedelta(minutes=5), RATE)
    battery.crew.start(size)
    for number in range(JUMPS):
        battery.goes_on(dice.uniform(10, 60))
        jump = SIZES[number % len(SIZES)] * dice.uniform(0.9, 1.1)
        battery.pace.set(battery.pace() + timedelta(seconds=jump))
    battery.run_from(None, 2 * RATE)
    battery.settle(600)
    battery.judge(f"{JUMPS} jumps of the clock", jumps=JUMPS)
    assert not early(), early()
    battery.answer_all(size)
    assert not early(), early()


def early():
    """Calls that may have left us with an intent from before their push's time, by the clock that the publisher had."""
    with tenancy.everywhere("a battery looks at all institutions' intents"):
        public = Attempt.objects.filter(effect__in=[EffectClass.PUBLIC, EffectClass.KEYED])
        intents = public.exclude(outcome=Outcome.NOT_SENT).select_related("job")
        return [
            (one.job_id, one.armed_at, one.job.due_at) for one in intents if one.armed_at < one.job.due_at
        ]
