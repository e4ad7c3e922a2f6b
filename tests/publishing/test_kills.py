"""A publisher killed at every named place, judged by the platform's ledger: nothing lost, nothing doubled (RS1, §2.6)."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from guanhao.publishing import actions
from guanhao.publishing.models import PublishJob
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState
from guanhao.steps.types import Worker
from tests.publishing.world import DUE

ROOT = Path(__file__).resolve().parents[2]
KILLED = 97
STAGING = [Point.STAGING_BEGUN, Point.UPLOAD_INTENT, Point.UPLOAD_REPLY, Point.UPLOAD_OUTCOME, Point.DRAFT_INTENT,
           Point.DRAFT_MID_REQUEST, Point.DRAFT_REPLY, Point.DRAFT_OUTCOME, Point.SNAPSHOT_READ, Point.STAGED]  # fmt: skip
NOTHING_LEFT = [Point.AFTER_INTENT, Point.MID_REQUEST]
LANDED = [Point.AFTER_REPLY, Point.AFTER_OUTCOME, Point.POLL_REPLY, Point.POLL_OUTCOME]


def killed_at(world, point, start, seconds, nth=1):
    """Run a publisher in a process of its own until the fault point ends it."""
    database = settings.DATABASES["default"]["NAME"]
    connections.close_all()
    environment = os.environ | {
        "GUANHAO_TEST_SWITCH": "1",
        "GUANHAO_FAULT": f"{point}:{nth}",
        "GUANHAO_DATABASE": "sqlite" if connection.vendor == "sqlite" else "postgres",
        "GUANHAO_SQLITE_PATH": str(database),
        "GUANHAO_PG_NAME": str(database),
        "GUANHAO_SECRET_KEY": "only-for-tests",
        "GUANHAO_KEK_PATH": str(settings.KEK_PATH),
        "GUANHAO_EPOCH_PATH": str(settings.EPOCH_PATH),
        "GUANHAO_LEDGER_KEY_PATH": str(settings.LEDGER_KEY_PATH),
        "GUANHAO_VAR": str(Path(settings.MEDIA_ROOT).parent),
        "GUANHAO_WECHAT_BASE_URL": settings.WECHAT_BASE_URL,
    }
    command = [
        sys.executable,
        "-m",
        "tests.publishing.worker_process",
        world.sandbox.base_url,
        start.isoformat(),
        str(seconds),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == KILLED, (point, done.returncode, done.stderr[-3000:])


def restarted(world, job, start, seconds):
    """Another publisher takes over once the dead one's lease has run out."""
    world.worker = Worker("restarted/publisher-0")
    world.time.to(start + timedelta(seconds=65))
    world.work(seconds=seconds, step=5)
    return PublishJob.objects.get(pk=job.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", STAGING)
def test_killed_while_staging_it_is_still_published_once_and_leaves_no_draft(world, point):
    """Whatever was uploaded or drafted is adopted or swept; the push goes out on time, once."""
    job = world.planned()
    begun = DUE - timedelta(minutes=30)
    killed_at(world, point, begun, 5)
    job = restarted(world, job, begun, 60)
    assert job.state == JobState.STAGED, job.cause
    world.time.to(DUE)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    world.work(seconds=900, step=60)
    assert world.in_the_box() == []
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K2")
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", NOTHING_LEFT)
def test_killed_between_intent_and_request_it_is_looked_for_and_asked_never_sent_again(world, point):
    """Nobody can know whether the request left: after the quiet time a person is asked; nothing was made public."""
    job = world.staged()
    killed_at(world, point, DUE, 5)
    job = restarted(world, job, DUE, 60)
    assert job.state == JobState.UNKNOWN
    world.work(seconds=1300, step=10)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert world.accepts() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K2")
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", [Point.BEFORE_INTENT, *LANDED])
def test_killed_around_the_answer_it_is_found_and_never_doubled(world, point):
    """Before the intent it begins again; after the answer the platform's own record shows that it landed."""
    job = world.staged()
    killed_at(world, point, DUE, 30)
    job = restarted(world, job, DUE, 120)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", [Point.LOOK_REPLY, Point.LOOK_OUTCOME])
def test_killed_while_looking_it_looks_again(world, point):
    """A look changes nothing on the platform, so it is simply repeated."""
    job = world.staged()
    world.sandbox.fault("reset", "/cgi-bin/freepublish/submit", when="after")
    world.time.to(DUE)
    world.work()
    killed_at(world, point, DUE + timedelta(seconds=20), 20)
    job = restarted(world, job, DUE + timedelta(seconds=40), 60)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", [Point.SWEEP_REPLY, Point.SWEEP_OUTCOME])
def test_killed_while_sweeping_the_draft_is_gone_all_the_same(world, point):
    """The sweeper comes again; a draft that is already gone counts as swept."""
    job = world.staged()
    actions.cancel(**world.who("ruian-editor"), push=job.push, reason="改期")
    killed_at(world, point, DUE - timedelta(minutes=20), 5)
    restarted(world, job, DUE, 3600)
    assert world.in_the_box() == []
    assert world.accepts() == []
