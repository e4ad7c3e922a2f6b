"""Withdrawing what is out: who may, when two are needed, what the platform does, what is left to people (撤回)."""

import pytest

from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.publishing import actions, withdrawing
from guanhao.publishing.models import PublishJob, Withdrawal
from guanhao.publishing.types import EffectClass, JobState, WithdrawalState
from tests.publishing.test_asking import LINK, again
from tests.publishing.world import DUE

DELETE = "/cgi-bin/freepublish/delete"
pytestmark = pytest.mark.requirement("K3")


@pytest.fixture
def out(world):
    """A push of two articles that is out on the flagship account."""
    job = world.staged(world.planned(world.approved("头条"), world.approved("次条")))
    world.time.to(DUE)
    world.work(seconds=20)
    assert again(job).state == JobState.PUBLISHED
    return again(job)


def ask(world, job, item=None, who="ruian-editor", reason="数字有误"):
    return withdrawing.ask_withdrawal(**world.who(who), job=job, item=item, reason=reason)


def now(order):
    return Withdrawal.objects.get(pk=order.pk)


def test_nothing_is_removed_before_a_second_person_agrees(world, out):
    """A flagship account: the first person's wish changes nothing, one's own yes does not count, another's does."""
    order = ask(world, out)
    world.work(seconds=60, step=10)
    assert world.sandbox.ledger(path=DELETE) == []
    with pytest.raises(Refused):
        withdrawing.agree(**world.who("ruian-editor"), order=order)
    with pytest.raises(Refused):
        withdrawing.agree(**world.who("ruian-student"), order=order)
    withdrawing.agree(**world.who("ruian-office-head"), order=order)
    world.work(seconds=10)
    assert world.titles_public() == []
    assert (again(out).state, now(order).state) == (JobState.REMOVED, WithdrawalState.DONE)
    assert (now(order).asked_by.name, now(order).decided_by.name) == ("林知夏", "陈砚秋")
    told = [event.action for event in Event.objects.about("withdrawal", order.pk)]
    assert told == ["withdrawal.asked", "withdrawal.ordered", "withdrawal.done"]


def test_a_smaller_account_is_decided_by_one_and_fast(world, out):
    """Not the flagship, one article: who may asks and it is gone; the attempt stands before the call."""
    world.account.flagship = False
    world.account.save(update_fields=["flagship"])
    order = ask(world, again(out), out.items.get(position=1))
    assert now(order).state == WithdrawalState.ORDERED
    world.work(seconds=10)
    assert world.titles_public() == ["头条"]
    assert again(out).state == JobState.PUBLISHED
    assert not again(out).items.get(position=1).live
    assert again(out).tries.get(effect=EffectClass.REMOVAL).outcome == "done"
    with pytest.raises(WrongState):
        withdrawing.agree(**world.who("ruian-office-head"), order=order)


@pytest.mark.parametrize("who", ["ruian-student", "ruian-section-head", "ruian-tech"])
def test_who_does_not_publish_cannot_withdraw(world, out, who):
    """Nor with a reason."""
    with pytest.raises(Refused):
        ask(world, out, who=who)
    assert not Withdrawal.objects.exists()


def test_what_is_not_out_is_cancelled_not_withdrawn(world):
    """Before anything was sent there is nothing to take down."""
    with pytest.raises(Refused):
        ask(world, world.planned())


def test_a_withdrawal_needs_a_reason_and_there_is_one_at_a_time(world, out):
    """Two people who notice the same error ask once."""
    with pytest.raises(Refused):
        ask(world, out, reason="  ")
    ask(world, out)
    with pytest.raises(WrongState):
        ask(world, out, who="ruian-office-head")


def test_one_that_was_declined_removes_nothing_and_may_be_asked_again(world, out):
    """不撤回, with a reason; later somebody asks anew."""
    order = ask(world, out)
    with pytest.raises(Refused):
        withdrawing.drop(**world.who("ruian-office-head"), order=order, reason="")
    withdrawing.drop(**world.who("ruian-office-head"), order=order, reason="已更正说明")
    world.work(seconds=30, step=10)
    assert now(order).state == WithdrawalState.DROPPED
    assert sorted(world.titles_public()) == ["头条", "次条"]
    ask(world, out)


def test_a_removal_whose_answer_was_lost_is_looked_up_and_not_repeated(world, out):
    """Class R: the first removal landed unseen; the platform's record shows it, and that is the end."""
    world.sandbox.fault("reset", DELETE, when="after")
    withdrawing.agree(**world.who("ruian-office-head"), order=ask(world, out))
    world.work(seconds=120, step=10)
    assert (again(out).state, world.titles_public()) == (JobState.REMOVED, [])
    assert [one.outcome for one in again(out).tries.filter(effect=EffectClass.REMOVAL)] == ["unknown"]


def test_what_the_platform_refuses_to_remove_becomes_a_task_by_hand(world, out):
    """The right to the call is lacking: a person removes it on the console and says how they know."""
    world.sandbox.fault("error", DELETE, errcode=48001, when="before")
    order = ask(world, out)
    withdrawing.agree(**world.who("ruian-office-head"), order=order)
    world.work(seconds=10)
    assert now(order).state == WithdrawalState.BY_HAND
    with pytest.raises(Refused):
        withdrawing.confirm_gone(**world.who("ruian-editor"), order=now(order), note=" ")
    withdrawing.confirm_gone(**world.who("ruian-editor"), order=now(order), note="链接已打不开")
    assert (again(out).state, now(order).confirmed_by) == (JobState.REMOVED, world.editor)


def test_what_was_published_by_hand_is_withdrawn_by_hand(world):
    """No article id is known: never a call, always a task."""
    job = world.planned(channel="by_hand")
    world.time.to(DUE)
    world.work()
    actions.report_by_hand(**world.who("ruian-editor"), job=again(job), links=[LINK])
    order = ask(world, again(job))
    withdrawing.agree(**world.who("ruian-office-head"), order=order)
    world.work(seconds=10)
    assert now(order).state == WithdrawalState.BY_HAND
    assert world.sandbox.ledger(path=DELETE) == []


def test_a_stop_does_not_keep_anything_from_being_taken_down(world, out):
    """Stopping is about sending; what is wrong and public must still go."""
    actions.stop(**world.who("ruian-editor"), institution=world.cast.institution, account=None, reason="排查")
    withdrawing.agree(**world.who("ruian-office-head"), order=ask(world, out))
    world.work(seconds=10)
    assert PublishJob.objects.get(pk=out.pk).state == JobState.REMOVED
