"""Under Celery one process has several calls under way and arms several pushes together, by the sandbox's ledger."""

from datetime import timedelta

import pytest
from celery import Celery
from django.db import connections
from kombu import Connection

from guanhao.core import clock, tenancy
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.readying import KEPT
from guanhao.publishing.types import JobState
from tests.batteries import sides
from tests.distributed.conftest import queues_of
from tests.distributed.test_celery import Installation, needs_postgres, publishers_heard
from tests.publishing.world import DUE, MONDAY, Time, World

SUBMIT = "/cgi-bin/freepublish/submit"
PUSHES, PLACES = 4, 2
LATENCY = 8.0  # longer than anything else takes: what is not side by side is so far apart


class Accounts(sides.WeChat):
    """Each push on an account of its own, so that none waits for another."""

    pushes_an_account = take_turns = 1


@pytest.fixture
def installation(transactional_db, broker, ruian, sandbox, settings, tmp_path):
    """As many accounts as pushes, each approved for one minute; the call that publishes takes long."""
    settings.EPOCH_PATH = tmp_path / "epoch"
    with clock.frozen(Time(sandbox, MONDAY)):
        side = Accounts(Time(sandbox, MONDAY), sandbox)
        for number in range(PUSHES):
            sides.plan_on(side, number, f"第{number:04d}条", DUE)
    connections.close_all()
    sandbox.fault("latency", SUBMIT, count=0, seconds=LATENCY, when="before")
    made = Installation(World(ruian, Time(sandbox, MONDAY), sandbox), broker, tmp_path)
    yield made
    made.ends()


def rings(installation):
    """Call the publisher, which calls the next one: there is no bell here, which might send as well."""
    with (
        Connection(installation.broker.straight) as link,
        Celery(broker=installation.broker.straight) as celery,
    ):
        queue = next(one for one in queues_of(installation.broker, link) if one.name.endswith(".publish"))
        celery.send_task("guanhao.wake", args=["publish"], queue=queue, connection=link, retry=False)


def all_are(**where):
    """Whether every job is so."""
    with tenancy.everywhere("the test counts its own pushes"):
        return PublishJob.objects.filter(**where).count() == PUSHES


@needs_postgres
@pytest.mark.requirement("RS1")
@pytest.mark.requirement("K2")
def test_one_process_sends_several_at_once_and_arms_several_together(installation):
    """Two places: two calls at once and never three; they were armed in one transaction."""
    installation.runs_from(DUE - timedelta(minutes=10))
    installation.starts("celery", "--queues", "publish", "--places", str(PLACES))

    installation.until(lambda: rings(installation) or publishers_heard(), "No Celery worker was heard of.")

    def wait(**where):
        installation.until(lambda: all_are(**where), f"They never became {where}.")

    wait(state=JobState.STAGED)
    installation.runs_from(DUE - timedelta(seconds=58))
    wait(staged__has_key=KEPT)
    installation.runs_from(DUE - timedelta(seconds=3))
    installation.until(lambda: installation.accepted() == PUSHES, "Not every push went out.")
    calls = [entry["at"] for entry in installation.world.sandbox.ledger(path=SUBMIT)]
    assert len(calls) == PUSHES
    assert calls[1] - calls[0] < LATENCY
    assert calls[2] - calls[0] > LATENCY - 0.5
    with tenancy.everywhere("the test reads its own attempts"):
        armed = Attempt.objects.filter(call="submit").values_list("armed_at", flat=True).distinct().count()
    assert 0 < armed < PUSHES
