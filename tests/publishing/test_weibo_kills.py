"""A publisher killed at every named place of a post's way, judged by Weibo's own ledger (RS1, §2.6)."""

from datetime import timedelta

import pytest

from guanhao.publishing.models import PublishJob
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState
from tests.publishing.test_kills import LANDED, NOTHING_LEFT, forks, killer, restarted
from tests.publishing.weibo_world import DUE

__all__ = ["forks"]

SHARE = "/2/statuses/share.json"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("RS1")]


@pytest.fixture
def killed_at(forks, weibo, tmp_path):
    """Run a publisher in a process of its own until the named place ends it."""
    return killer(forks, weibo, tmp_path)


@pytest.mark.parametrize("point", [Point.STAGING_BEGUN, Point.SNAPSHOT_READ, Point.STAGED])
def test_killed_while_staging_it_goes_out_on_time_once(weibo, killed_at, point):
    """Nothing is on the platform yet, so it simply begins again."""
    job = weibo.planned()
    begun = DUE - timedelta(minutes=30)
    killed_at(point, begun, 5)
    job = restarted(weibo, job, begun, 60)
    assert job.state == JobState.STAGED, job.cause
    weibo.time.to(DUE)
    weibo.work(seconds=30, step=5)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == 1


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("point", NOTHING_LEFT)
def test_killed_between_intent_and_request_a_person_is_asked_and_nothing_is_sent_again(
    weibo, killed_at, point
):
    """Whether the request left cannot be known; the newest five posts are looked at, then a person decides."""
    job = weibo.staged()
    killed_at(point, DUE, 5)
    job = restarted(weibo, job, DUE, 60)
    assert job.state == JobState.UNKNOWN
    weibo.work(seconds=1300, step=30)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert weibo.posts() == []


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("point", [Point.BEFORE_INTENT, *LANDED])
def test_killed_around_the_answer_it_is_found_by_its_link_and_never_doubled(weibo, killed_at, point):
    """Before the intent it begins again; after the answer the account's own timeline shows the post."""
    job = weibo.staged()
    killed_at(point, DUE, 30)
    job = restarted(weibo, job, DUE, 120)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == 1
    assert len(weibo.shares()) == 1


@pytest.mark.parametrize("point", [Point.LOOK_REPLY, Point.LOOK_OUTCOME])
def test_killed_while_looking_it_looks_again(weibo, killed_at, point):
    """A look changes nothing on the platform."""
    job = weibo.staged()
    weibo.sandbox.fault("reset", SHARE, when="after")
    weibo.time.to(DUE)
    weibo.work()
    killed_at(point, DUE + timedelta(seconds=20), 20)
    job = restarted(weibo, job, DUE + timedelta(seconds=40), 60)
    assert PublishJob.objects.get(pk=job.pk).state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == 1
