"""A publisher killed at every named place, judged by the platform's ledger: nothing lost, nothing doubled (RS1, §2.6)."""

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
from tests.support.forks import Forks

KILLED = 97
STAGING = [Point.STAGING_BEGUN, Point.UPLOAD_INTENT, Point.UPLOAD_REPLY, Point.UPLOAD_OUTCOME, Point.DRAFT_INTENT,
           Point.DRAFT_MID_REQUEST, Point.DRAFT_REPLY, Point.DRAFT_OUTCOME, Point.SNAPSHOT_READ, Point.STAGED]  # fmt: skip
NOTHING_LEFT = [Point.AFTER_INTENT, Point.MID_REQUEST]
CHANNELS = ["wechat_publish", "wechat_mass"]
SUBMIT = "/cgi-bin/freepublish/submit"
SEND = "/cgi-bin/message/mass/sendall"
LANDED = [Point.AFTER_REPLY, Point.AFTER_OUTCOME, Point.POLL_REPLY, Point.POLL_OUTCOME]


@pytest.fixture(scope="session")
def forks(django_db_setup, tmp_path_factory):
    """Publishers in processes of their own, on this test's database."""
    database = settings.DATABASES["default"]["NAME"]
    environment = {
        "GUANHAO_TEST_SWITCH": "1",
        "GUANHAO_DATABASE": "sqlite" if connection.vendor == "sqlite" else "postgres",
        "GUANHAO_SQLITE_PATH": str(database),
        "GUANHAO_PG_NAME": str(database),
        "GUANHAO_SECRET_KEY": "only-for-tests",
        "GUANHAO_KEK_PATH": str(settings.KEK_PATH),
        "GUANHAO_LEDGER_KEY_PATH": str(settings.LEDGER_KEY_PATH),
        "GUANHAO_VAR": str(Path(settings.MEDIA_ROOT).parent),
    }
    with Forks(environment, ["tests.publishing.worker_process"]) as forks:
        yield forks


@pytest.fixture
def killed_at(forks, world, tmp_path):
    """Run a publisher in a process of its own, from an instant on, until the named place ends it."""
    return killer(forks, world, tmp_path)


def killer(forks, world, tmp_path, works="work"):
    """What kills: of whichever platform the world is, and however the publisher works."""

    def kill(point, start, seconds, nth=1):
        connections.close_all()
        fork = forks.start(
            f"tests.publishing.worker_process:{works}",
            world.sandbox.base_url,
            start.isoformat(),
            seconds,
            says=tmp_path / "publisher.log",
            environment={"GUANHAO_FAULT": f"{point}:{nth}"},
            settings={
                "WECHAT_BASE_URL": settings.WECHAT_BASE_URL,
                "WEIBO_BASE_URL": settings.WEIBO_BASE_URL,
                "JOB_LINK_URL": settings.JOB_LINK_URL,
                "EPOCH_PATH": str(settings.EPOCH_PATH),
            },
        )
        assert fork.wait() == KILLED, (point, fork.says.read_text()[-3000:])

    return kill


def restarted(world, job, start, seconds, step=5):
    """Another publisher takes over once the dead one's lease has run out."""
    world.worker = Worker("restarted/publisher-0")
    world.time.to(start + timedelta(seconds=65))
    world.work(seconds=seconds, step=step)
    return PublishJob.objects.get(pk=job.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("point", STAGING)
def test_killed_while_staging_it_is_still_published_once_and_leaves_no_draft(
    world, killed_at, point, channel
):
    """Whatever was uploaded or drafted is adopted or swept; the push goes out on time, once."""
    job = world.planned(channel=channel)
    begun = DUE - timedelta(minutes=30)
    killed_at(point, begun, 5)
    job = restarted(world, job, begun, 60)
    assert job.state == JobState.STAGED, job.cause
    world.time.to(DUE)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.went_out()) == 1
    world.work(seconds=900, step=60)
    assert world.in_the_box() == []
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K2")
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", NOTHING_LEFT)
def test_killed_between_intent_and_request_it_is_looked_for_and_asked_never_sent_again(
    world, killed_at, point
):
    """Nobody can know whether the request left: after the quiet time a person is asked; nothing was made public."""
    job = world.staged()
    killed_at(point, DUE, 5)
    job = restarted(world, job, DUE, 60)
    assert job.state == JobState.UNKNOWN
    world.work(seconds=1300, step=30)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert world.accepts() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K2")
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("point", [Point.BEFORE_INTENT, *LANDED])
def test_killed_around_the_answer_it_is_found_and_never_doubled(world, killed_at, point, channel):
    """Before the intent it begins again; after the answer the platform's own record, or our key, shows that it landed."""
    job = world.staged(channel=channel)
    killed_at(point, DUE, 30)
    job = restarted(world, job, DUE, 120)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.went_out()) == 1
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K2")
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", NOTHING_LEFT)
def test_a_mass_send_killed_between_intent_and_request_goes_out_once_under_its_key(world, killed_at, point):
    """Nobody can know whether the request left: the same key once more either sends it or finds it (class Q)."""
    job = world.staged(channel="wechat_mass")
    killed_at(point, DUE, 5)
    job = restarted(world, job, DUE, 150)
    assert job.state == JobState.PUBLISHED, job.cause
    assert [one["clientmsgid"] for one in world.sends()] == [job.mark]
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K2")
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize(
    "point", [Point.BEFORE_INTENT, *NOTHING_LEFT, Point.AFTER_REPLY, Point.AFTER_OUTCOME]
)
@pytest.mark.parametrize("landed", ["after", "before"])
def test_a_repeat_under_the_key_may_be_killed_too(world, killed_at, point, landed):
    """Whether the first one landed or not: two dead publishers, one send."""
    job = world.staged(channel="wechat_mass")
    world.sandbox.fault("reset", SEND, when=landed)
    world.time.to(DUE)
    world.work()
    killed_at(point, DUE + timedelta(seconds=62), 10)
    job = restarted(world, job, DUE + timedelta(seconds=62), 200)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.sends()) == 1
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", [Point.LOOK_REPLY, Point.LOOK_OUTCOME])
def test_killed_while_looking_it_looks_again(world, killed_at, point):
    """A look changes nothing on the platform, so it is simply repeated."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.time.to(DUE)
    world.work()
    killed_at(point, DUE + timedelta(seconds=20), 20)
    job = restarted(world, job, DUE + timedelta(seconds=40), 60)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("point", [Point.LOOK_REPLY, Point.LOOK_OUTCOME])
def test_killed_while_looking_at_a_mass_send_it_looks_again(world, killed_at, point):
    """Its number was not known for a moment, so it is looked at like any unknown one; never sent again."""
    job = world.staged(channel="wechat_mass")
    world.sandbox.fault("error", "/cgi-bin/message/mass/get", errcode=40035, when="before")
    world.time.to(DUE)
    world.work(seconds=4)
    assert PublishJob.objects.get(pk=job.pk).state == JobState.UNKNOWN
    killed_at(point, DUE + timedelta(seconds=20), 20)
    job = restarted(world, job, DUE + timedelta(seconds=40), 60)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.sends()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("point", [Point.SWEEP_REPLY, Point.SWEEP_OUTCOME])
def test_killed_while_sweeping_the_draft_is_gone_all_the_same(world, killed_at, point, channel):
    """The sweeper comes again; a draft that is already gone counts as swept."""
    job = world.staged(channel=channel)
    actions.cancel(**world.who("ruian-editor"), push=job.push, reason="改期")
    killed_at(point, DUE - timedelta(minutes=20), 5)
    restarted(world, job, DUE, 3600, step=300)
    assert world.in_the_box() == []
    assert world.went_out() == []
