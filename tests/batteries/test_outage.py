"""A platform that stops answering inside a burst of three hundred pushes due at one minute (RS2, RS6, §2.8)."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from guanhao.contents.types import Channel
from tests.batteries.stream import mixed, spread
from tests.publishing.world import DUE
from tests.support.sandbox import RunningSandbox

PUSHES = int(os.environ.get("GUANHAO_BURST", "300"))
RATE = 10.0
OUTAGE = 180.0  # seconds of played time, at least
STRUCK = 12  # calls that went unanswered, at least
SENDS = ("/cgi-bin/freepublish/submit", "/cgi-bin/message/mass/sendall", "/2/statuses/share.json")
SENDS_STRUCK = 3  # public calls among them, at least: so many open the breaker


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
    for path in SENDS:
        silent(battery, path, skip=PUSHES // 20)
    battery.run_from(DUE, RATE)
    battery.crew.start(size, places=8)
    battery.until(lambda: struck(battery, SENDS) >= SENDS_STRUCK, 300)
    silent(battery)
    battery.goes_on(OUTAGE)
    battery.until(lambda: struck(battery) >= STRUCK, 300)
    battery.sandbox.control("faults/clear")
    battery.settle(900)
    calls, sends = struck(battery), struck(battery, SENDS)
    battery.judge(
        f"an outage inside the burst, {calls} calls of the platform, {sends} of them public",
        outages=1,
        struck=calls,
        sends_struck=sends,
    )
    battery.answer_all(size)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
def test_once_the_platform_can_be_reached_again_publishing_goes_on_within_a_minute_alone(battery, tmp_path):
    """No connection comes about as pushes come due: surely nothing was sent, so each is sent by itself afterwards."""
    port = urlsplit(battery.sandbox.base_url).port

    def back():
        battery.sandbox.close = RunningSandbox.in_process(tmp_path / "sandbox", port).close
        battery.run_from(None, battery.slower)

    battery.recovers("the platform could not be reached", battery.sandbox.close, back, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS2")
@pytest.mark.requirement("K3")
def test_once_the_platform_answers_again_publishing_goes_on_within_a_minute_alone(battery):
    """Calls are taken and not answered: the breaker holds what is not begun, and lets it go when the platform answers."""
    battery.recovers(
        "the platform gave no answer",
        lambda: battery.sandbox.fault("reset", "*", count=0, when="before"),
        lambda: battery.sandbox.control("faults/clear"),
        2,
    )


def silent(battery, path="*", skip=0):
    """Half of the calls land and are not answered, the others never arrive."""
    for when, probability in (("after", 0.5), ("before", 1.0)):
        battery.sandbox.fault(
            "reset", path, count=0, skip=skip, when=when, probability=probability, seed=battery.seed
        )


def struck(battery, paths=()):
    """How many calls the outage met, of all or of these."""
    entries = [entry for entry in battery.sandbox.ledger() if entry["faults"]]
    return sum(1 for entry in entries if not paths or entry["path"] in paths)


def test_the_burst_is_of_every_channel():
    """Three hundred articles alone would say little."""
    assert set(mixed(PUSHES)) == {Channel.WECHAT_PUBLISH, Channel.WECHAT_MASS, Channel.WEIBO}
