"""A publisher killed at every named place of a removal, on both platforms, judged by their ledgers (RS1, class R of §2.2)."""

from datetime import timedelta

import pytest

from guanhao.publishing import withdrawing
from guanhao.publishing.models import PublishJob, Withdrawal
from guanhao.publishing.points import Point
from guanhao.publishing.types import JobState, WithdrawalState
from guanhao.steps.types import Worker
from tests.publishing.test_kills import forks, killer
from tests.publishing.world import DUE

__all__ = ["forks"]

REMOVALS = [Point.REMOVAL_INTENT, Point.REMOVAL_REPLY, Point.REMOVAL_OUTCOME]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("RS1")]


def out(world, job):
    """The job, published."""
    world.time.to(DUE)
    world.work(seconds=30, step=5)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    return job


def restarted(world, order, at):
    """Another publisher takes over once the dead one's lease has run out; what became of the withdrawal."""
    world.worker = Worker("restarted/publisher-0")
    world.time.to(at + timedelta(seconds=65))
    world.work(seconds=120, step=10)
    return Withdrawal.objects.get(pk=order.pk)


@pytest.mark.parametrize("point", REMOVALS)
@pytest.mark.parametrize("channel", ["wechat_publish", "wechat_mass"])
def test_a_removal_killed_anywhere_is_done_in_the_end_and_takes_nothing_else_down(
    world, forks, tmp_path, point, channel
):
    """What is gone stays gone, what was to stay stays; one order, one end, whoever died over it."""
    other, job = world.planned(world.approved("校运会安排")), world.planned(channel=channel)
    world.staged(other)
    other, job = out(world, other), out(world, world.staged(job))
    order = withdrawing.ask_withdrawal(**world.who("ruian-editor"), job=job, item=None, reason="数字有误")
    withdrawing.agree(**world.who("ruian-office-head"), order=order)
    begun = world.time.instant
    killer(forks, world, tmp_path)(point, begun, 10)
    order = restarted(world, order, begun)
    assert order.state == WithdrawalState.DONE, order.sentence
    assert PublishJob.objects.get(pk=job.pk).state == JobState.REMOVED
    assert PublishJob.objects.get(pk=other.pk).state == JobState.PUBLISHED
    assert world.titles_public() == ["校运会安排"]


@pytest.mark.parametrize("point", REMOVALS)
def test_a_post_whose_removal_is_killed_anywhere_is_gone_in_the_end(weibo, forks, tmp_path, point):
    """`statuses/destroy` again finds nothing there, which is what was wanted."""
    weibo.register_app(may_delete=True)
    weibo.sandbox.control(
        "weibo/apps/update", app_key=weibo.platform_app["app_key"], grants={"destroy": "granted"}
    )
    job = out(weibo, weibo.staged())
    order = withdrawing.ask_withdrawal(**weibo.who("gpnu-college"), job=job, item=None, reason="数字有误")
    begun = weibo.time.instant
    killer(forks, weibo, tmp_path)(point, begun, 10)
    order = restarted(weibo, order, begun)
    assert order.state == WithdrawalState.DONE, order.sentence
    assert PublishJob.objects.get(pk=job.pk).state == JobState.REMOVED
    assert weibo.sandbox.public() == []
