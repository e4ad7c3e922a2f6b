"""A publisher that stands still past its lease, another that takes over, and the first one waking up (§2.3, RS1).

The sleeper's own clock stands still with it, so that its deadline does not help: only the fence can hold it back.
"""

import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState
from guanhao.steps.types import Worker
from tests.publishing.test_kills import forks
from tests.publishing.world import DUE

__all__ = ["forks"]

SUBMIT = "/cgi-bin/freepublish/submit"
PATIENCE = 60.0
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("RS1")]


def asleep(forks, world, tmp_path, point):
    """A publisher in a process of its own that stops itself at a place; answers it once it stands still."""
    connections.close_all()
    fork = forks.start(
        "tests.publishing.worker_process:sleep_at",
        world.sandbox.base_url,
        DUE.isoformat(),
        str(point),
        says=tmp_path / "sleeper.log",
        settings={
            "WECHAT_BASE_URL": settings.WECHAT_BASE_URL,
            "JOB_LINK_URL": settings.JOB_LINK_URL,
            "EPOCH_PATH": str(settings.EPOCH_PATH),
        },
    )
    until = time.monotonic() + PATIENCE
    while Path(f"/proc/{fork.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < until, fork.says.read_text()[-3000:]
        time.sleep(0.02)
    return fork


def woken(fork):
    """Let it go on to its end."""
    fork.signal(signal.SIGCONT)
    assert fork.wait() == 0, fork.says.read_text()[-3000:]
    return fork.says.read_text()


@pytest.mark.requirement("K2")
def test_who_slept_over_its_lease_before_the_first_byte_sends_nothing(world, forks, tmp_path):
    """Its intent stands, its connection may too; the other looked meanwhile, and a person is asked. Nothing ever went out."""
    job = world.staged()
    sleeper = asleep(forks, world, tmp_path, Point.AFTER_INTENT)
    world.worker = Worker("awake/publisher-0")
    world.time.to(DUE + timedelta(seconds=65))
    world.work()
    job.refresh_from_db()
    assert job.state == JobState.UNKNOWN
    assert "LeaseLost" in woken(sleeper)
    world.work(seconds=1300, step=30)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("point", [Point.MID_REQUEST, Point.AFTER_REPLY])
def test_what_a_sleeper_had_begun_to_send_is_found_and_never_doubled(world, forks, tmp_path, point):
    """The request is out, in part or whole: whoever took over finds it, before or after the sleeper wakes, and sends none."""
    job = world.staged()
    sleeper = asleep(forks, world, tmp_path, point)
    world.worker = Worker("awake/publisher-0")
    world.time.to(DUE + timedelta(seconds=65))
    world.work(seconds=10)
    assert "LeaseLost" in woken(sleeper)
    world.work(seconds=300, step=10)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert world.titles_public() == ["技能月开幕"]
