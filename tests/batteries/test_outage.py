"""A platform that stops answering inside a burst of three hundred pushes due at one minute (RS2, RS6, §2.8)."""

import os
from datetime import timedelta

import pytest
from django.db import connection

from guanhao.contents.types import Channel
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE

PUSHES = int(os.environ.get("GUANHAO_BURST", "300"))
RATE = 10.0
OUTAGE = 180.0  # seconds of played time, at least
STRUCK = 12  # calls that went unanswered, at least


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
@pytest.mark.requirement("K3")
def test_an_outage_inside_a_burst_loses_and_doubles_nothing(battery):
    """Calls land unseen, others never arrive: new intents stop, those in flight are found or asked, none is sent twice."""
    size = 1 if connection.vendor == "sqlite" else 2
    battery.stream.plan(mixed(PUSHES), spread(DUE, PUSHES))
    begun = DUE - timedelta(minutes=25)
    battery.run_from(begun, RATE)
    battery.crew.start(size, places=8)
    battery.until(lambda: battery.stream.staged() >= PUSHES * 9 // 10, 600)
    battery.crew.kill_all()
    battery.run_from(DUE, RATE)
    battery.crew.start(size, places=8)
    battery.until(lambda: battery.stream.accepted() >= PUSHES // 10, 120)
    for number, when in enumerate(("after", "before")):
        battery.sandbox.fault("reset", count=0, when=when, probability=0.5 + 0.5 * number, seed=battery.seed)
    battery.goes_on(OUTAGE)
    battery.until(lambda: struck(battery) >= STRUCK, 300)
    battery.sandbox.control("faults/clear")
    battery.settle(900)
    battery.judge(f"an outage inside the burst, {struck(battery)} calls of the platform", outages=1)
    battery.answer_all(size)


def struck(battery):
    """How many calls the outage met."""
    return sum(1 for entry in battery.sandbox.ledger() if entry["faults"])


def test_the_burst_is_of_every_channel():
    """Three hundred articles alone would say little."""
    assert set(mixed(PUSHES)) == {Channel.WECHAT_PUBLISH, Channel.WECHAT_MASS, Channel.WEIBO}
