"""A hundred calls a day and thirty writes an hour, shared by all workers: nobody overspends, waiting jobs say until when."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections as databases

from guanhao.core import clock, tenancy
from guanhao.core.clock import CHINA
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.budget import Purpose
from guanhao.process.periodic import forget_calls
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry import budget
from guanhao.registry.budget import NoBudget
from guanhao.registry.models import PlatformCall
from guanhao.steps.types import Worker
from tests.publishing.weibo_world import DUE, MONDAY


def use(account, number, *, call=calls.TIMELINE, purpose=Purpose.PUBLISH):
    """Spend so many calls."""
    for _ in range(number):
        budget.spend(account, call, purpose)


def noted(account, number, at, *, writes=False):
    """Calls made some other time."""
    PlatformCall.objects.bulk_create(
        PlatformCall(
            institution_id=account.institution_id,
            account=account,
            at=at,
            name="timeline",
            purpose="publish",
            writes=writes,
        )
        for _ in range(number)
    )


@pytest.fixture
def account(gpnu):
    with clock.frozen(MONDAY):
        yield gpnu.accounts["college_weibo"]


@pytest.mark.parametrize(
    ("purpose", "may"),
    [(Purpose.PUBLISH, 100), (Purpose.VERIFY, 90), (Purpose.COMMENTS, 80), (Purpose.STATISTICS, 70)],
)
def test_each_purpose_leaves_the_days_last_calls_to_the_more_urgent(account, purpose, may):
    """Twenty are publishing's; whoever comes too late is told when the day begins anew in Beijing."""
    use(account, may, purpose=purpose)
    with pytest.raises(NoBudget) as refusal:
        budget.spend(account, calls.TIMELINE, purpose)
    assert refusal.value.again_at == datetime(2026, 11, 24, tzinfo=CHINA)
    assert "11-24 00:00" in refusal.value.sentence.zh
    assert budget.spent(account).today == may


def test_the_day_is_beijings(account):
    """What was spent before midnight there counts no more, though London has the same date."""
    noted(account, 100, datetime(2026, 11, 22, 23, 59, tzinfo=CHINA))
    budget.spend(account, calls.TIMELINE, Purpose.STATISTICS)
    assert budget.spent(account).today == 1


def test_thirty_writes_an_hour(account):
    """The thirty-first waits until the first is an hour old; reads go on."""
    noted(account, 30, MONDAY - timedelta(minutes=50), writes=True)
    with pytest.raises(NoBudget) as refusal:
        budget.spend(account, calls.SHARE, Purpose.PUBLISH)
    assert refusal.value.again_at == MONDAY + timedelta(minutes=10)
    budget.spend(account, calls.TIMELINE, Purpose.VERIFY)
    assert budget.spent(account).writes == 30


def test_notes_are_kept_as_long_as_a_window_reaches(account):
    """Two days later they are gone."""
    use(account, 3)
    with clock.frozen(MONDAY + timedelta(days=3)):
        forget_calls(Worker("test/periodic-0"))
    assert not PlatformCall.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS3")
def test_workers_at_once_do_not_overspend(gpnu):
    """Eight workers want the last five calls of the day at the same moment; five get one each."""
    account = gpnu.accounts["college_weibo"]
    noted(account, 95, clock.now())
    got, start = [], threading.Barrier(8)

    def want():
        try:
            with tenancy.within(gpnu.institution):
                start.wait()
                budget.spend(account, calls.TIMELINE, Purpose.PUBLISH)
                got.append("spent")
        except NoBudget:
            got.append("none")
        finally:
            databases.close_all()

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["none"] * 3 + ["spent"] * 5
    assert PlatformCall.objects.count() == 100


def test_a_post_without_calls_waits_and_says_until_when(weibo):
    """All hundred are used: nothing leaves, and the job's cause names the time."""
    job = weibo.staged()
    noted(weibo.account, 100, weibo.time.instant)
    weibo.time.to(DUE)
    weibo.work(seconds=5)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.STAGED
    assert "11-24 00:00" in job.cause
    assert weibo.shares() == []


def test_a_post_is_not_held_back_for_want_of_a_look_before_it(weibo):
    """With calls left for publishing alone it goes out; the confirmation comes when there are calls again."""
    job = weibo.staged()
    noted(weibo.account, 90 - budget.spent(weibo.account).today, weibo.time.instant)
    weibo.time.to(DUE)
    weibo.work(seconds=10, step=5)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.ACCEPTED, job.cause
    assert len(weibo.posts()) == 1
    weibo.time.to(DUE + timedelta(hours=8))
    weibo.work(seconds=10, step=5)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.PUBLISHED, job.cause


@pytest.mark.parametrize(
    "switches",
    [
        {"weibo_hour": "clock"},
        {"weibo_hour": "sliding"},
        {"weibo_oauth_counts": True},
        {"weibo_refused_calls_count": False},
    ],
    ids=str,
)
def test_our_count_is_never_laxer_than_the_platforms(weibo, switches):
    """42: however the platform counts, it never has to refuse us for the number of calls."""
    weibo.sandbox.switch(**switches)
    job = weibo.staged()
    weibo.time.to(DUE)
    weibo.work(seconds=60, step=5)
    assert PublishJob.objects.get(pk=job.pk).state == JobState.PUBLISHED
    received = [one for one in weibo.sandbox.ledger() if one["path"].startswith(("/2/", "/oauth2/get"))]
    assert budget.spent(weibo.account).today >= len(received)
