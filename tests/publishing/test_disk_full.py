"""The disk is full around a push's intent: nothing leaves that is not written down, and with room it goes out alone (RS2).

The kernel refuses the publisher every further byte of a file (RLIMIT_FSIZE), as a full disk would.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections

from guanhao.publishing.points import Point
from guanhao.publishing.types import JobState
from tests.publishing.test_kills import forks, restarted
from tests.publishing.world import DUE

__all__ = ["forks"]

SUBMIT = "/cgi-bin/freepublish/submit"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("RS2")]


@pytest.fixture
def full_from(forks, world, tmp_path):
    """Run a publisher whose disk is full from a place on."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's disk is filled in tests/batteries/test_full_disk.py.")

    def run(point):
        connections.close_all()
        fork = forks.start(
            "tests.publishing.worker_process:fill_at",
            world.sandbox.base_url,
            DUE.isoformat(),
            str(point),
            says=tmp_path / "publisher.log",
            settings={"WECHAT_BASE_URL": settings.WECHAT_BASE_URL, "EPOCH_PATH": str(settings.EPOCH_PATH)},
        )
        assert fork.wait() == 0, fork.says.read_text()[-3000:]
        assert "full" in fork.says.read_text() or "disk I/O" in fork.says.read_text()

    return run


@pytest.mark.parametrize(
    ("point", "sent"), [(Point.BEFORE_INTENT, 0), (Point.AFTER_INTENT, 1), (Point.AFTER_REPLY, 1)]
)
def test_a_full_disk_lets_nothing_out_without_an_intent_and_loses_nothing(world, full_from, point, sent):
    """Without room for the intent no byte leaves. Without room for the outcome, what landed is found. Each is out once."""
    job = world.staged()
    full_from(point)
    assert len(world.sandbox.ledger(path=SUBMIT)) == sent
    job = restarted(world, job, DUE, 120, step=10)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert world.time.instant <= DUE + timedelta(minutes=4)
