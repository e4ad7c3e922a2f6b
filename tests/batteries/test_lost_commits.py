"""COMMITs that are lost on their way, or whose answer is: the publisher cannot know which (§2.6)."""

import os
import random
from datetime import timedelta

import pytest
from django.db import connection

from guanhao.publishing.types import JobState
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE
from tests.support.cutting import Cut, Cutter, given

CUTS = int(os.environ.get("GUANHAO_CUTS", "60"))
WORDS = (b"publishing_", *map(given, JobState))  # what is said once a connection keeps the statements
SHARE = 0.04
RATE = 10.0


@pytest.fixture
def cutter(seed):
    """A wire that loses some COMMITs of whatever publishers say, one way or the other, so many in all."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no wire: its COMMIT is a call in the same process.")
    dice, left = random.Random(seed), iter(range(CUTS))

    def rule(said):
        if not any(word in said for word in WORDS) or dice.random() > SHARE or next(left, None) is None:
            return None
        return dice.choice(list(Cut))

    server = connection.settings_dict
    with Cutter(server["HOST"] or "127.0.0.1", int(server["PORT"] or 5432), rule) as cutter:
        yield cutter


@pytest.fixture
def wire(cutter):
    """Publishers reach the database through it."""
    return {"GUANHAO_PG_PORT": str(cutter.port), "PGSSLMODE": "disable", "PGGSSENCMODE": "disable"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
@pytest.mark.requirement("K2")
def test_of_a_stream_of_pushes_whose_commits_are_lost_none_is_lost_and_none_doubled(battery, cutter):
    """An intent that may or may not stand is not sent on; an outcome that may or may not stand is looked for."""
    battery.stream.plan(mixed(60), spread(DUE, 60, timedelta(minutes=12)))
    battery.run_from(DUE - timedelta(minutes=5), RATE)
    battery.crew.start(2)
    battery.settle(700)
    cuts = {cut.value: cutter.cuts[cut] for cut in Cut}
    assert all(cuts.values()), cuts
    battery.judge(f"COMMITs lost: {cuts}", lost_commits=cutter.cuts.total())
    battery.answer_all(2)
