"""How often followers may be notified: counted over all sends known, asked when planning and moving."""

from datetime import timedelta

import pytest

from guanhao.core.verdicts import Refused
from guanhao.platforms.registry import PLATFORMS
from guanhao.publishing import actions, allowance
from tests.publishing.world import DUE


def of_kind(world, kind):
    world.account.kind = kind
    world.account.save(update_fields=["kind"])


def stands(world, at=DUE):
    found = allowance.standing(world.account, "wechat_mass", at)
    return found.sent, found.planned, found.allowance.number


def test_a_subscription_account_sends_once_a_day_and_a_second_plan_is_refused_with_the_day(world):
    """The sentence names the day and the way out; the next day is free."""
    world.planned(channel="wechat_mass")
    assert stands(world) == (0, 1, 1)
    with pytest.raises(Refused, match="11-23 的群发次数") as refusal:
        world.planned(world.approved("第二篇"), channel="wechat_mass")
    assert "不通知粉丝" in refusal.value.denied.reason.zh
    assert "Choose another day" in refusal.value.denied.reason.en
    world.planned(world.approved("第三篇"), channel="wechat_mass", due=DUE + timedelta(days=1))


def test_publishing_without_notifying_uses_up_nothing(world):
    """Only what notifies counts."""
    world.planned(channel="wechat_mass")
    world.planned(world.approved("第二篇"))
    assert stands(world) == (0, 1, 1)


def test_a_service_account_has_four_a_month(world):
    """Four times in November; the fifth is refused, the first of December is another month."""
    of_kind(world, "service")
    for number in range(4):
        world.planned(
            world.approved(f"第{number}篇"), channel="wechat_mass", due=DUE + timedelta(days=number)
        )
    assert stands(world) == (0, 4, 4)
    verdict = allowance.may_plan(world.account, "wechat_mass", DUE + timedelta(days=4))
    assert not verdict
    assert "2026-11" in verdict.reason.zh
    assert allowance.may_plan(world.account, "wechat_mass", DUE + timedelta(days=8))


def test_what_went_out_counts_and_what_was_cancelled_does_not(world):
    """Sent is sent; a cancelled plan gives its place back."""
    first = world.planned(channel="wechat_mass")
    actions.cancel(**world.who("ruian-editor"), push=first.push, reason="改期")
    assert stands(world) == (0, 0, 1)
    job = world.staged(world.planned(world.approved("第二篇"), channel="wechat_mass"))
    world.time.to(DUE)
    world.work(seconds=10)
    job.refresh_from_db()
    assert stands(world) == (1, 0, 1)


@pytest.mark.parametrize("notified", [True, False])
def test_a_publication_by_hand_counts_where_its_report_says_that_followers_were_notified(world, notified):
    """The platform counts its console's sends, so ours have to count, too."""
    job = world.planned(channel="by_hand")
    world.time.to(DUE)
    world.work()
    actions.report_by_hand(
        **world.who("ruian-editor"), job=job, links=["https://mp.weixin.qq.com/s/1"], notified=notified
    )
    assert stands(world) == (int(notified), 0, 1)


def test_moving_asks_for_the_new_day_and_leaves_its_own_place_out(world):
    """A push may move within its day; onto another's day it may not."""
    world.planned(channel="wechat_mass", due=DUE + timedelta(days=1))
    job = world.planned(world.approved("第二篇"), channel="wechat_mass")
    who = world.who("ruian-editor")
    moved = actions.move(**who, push=job.push, due_at=DUE + timedelta(minutes=10), serial=job.push.serial)
    with pytest.raises(Refused, match="11-24 的群发次数"):
        actions.move(**who, push=job.push, due_at=DUE + timedelta(days=1), serial=moved.serial)


def test_without_a_known_type_nothing_is_counted_and_nothing_refused(world):
    """The platform's own word, 45028, is then the only one."""
    of_kind(world, "")
    world.planned(channel="wechat_mass")
    world.planned(world.approved("第二篇"), channel="wechat_mass")
    assert allowance.standing(world.account, "wechat_mass", DUE) is None


def test_every_allowance_belongs_to_a_channel_that_notifies():
    """The numbers are data of the platform; none stands elsewhere."""
    for platform in PLATFORMS.values():
        for traits in platform.channels:
            assert bool(traits.allowances) == traits.notifies
