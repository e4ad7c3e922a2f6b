"""From an accepted mass send to its end: the administrator's word, success, failure, what the finish event adds."""

from datetime import timedelta

import pytest

from guanhao.core.canonical import digest
from guanhao.inbound.models import InboxItem
from guanhao.inbound.types import InboxKind
from guanhao.process import callbacks
from guanhao.publishing import actions, answering, channels, removing
from guanhao.publishing.types import Answered, AskWhy, JobState
from tests.publishing.world import DUE

pytestmark = pytest.mark.requirement("K2")


@pytest.fixture
def protected(world):
    """An account whose administrator confirms every send to all, on the platform and in the register."""
    world.sandbox.control("accounts/update", account=world.account.app_id, mass_protection=True)
    world.account.mass_protection = True
    world.account.save(update_fields=["mass_protection"])
    return world


def sent(world, seconds=1, **content):
    """A job whose send was accepted, so many seconds ago."""
    job = world.staged(world.planned(world.approved(**content), channel="wechat_mass"))
    world.time.to(DUE)
    world.work(seconds=seconds)
    job.refresh_from_db()
    return job


def later(world, job, seconds, step=10.0):
    world.work(seconds=seconds, step=step)
    job.refresh_from_db()
    return job


def test_a_protected_account_waits_for_its_administrator_in_a_state_of_its_own(protected):
    """Nothing is public until the administrator confirms; then it is, without anybody here doing anything."""
    world, job = protected, sent(protected, seconds=10)
    assert (job.state, job.push.state) == (JobState.WAITING_CONFIRM, "sending")
    assert "管理员" in job.cause
    assert world.titles_public() == []
    world.sandbox.control("mass/confirm", msg_id=job.remote["msg_id"])
    assert later(world, job, 60).state == JobState.PUBLISHED
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.parametrize("answer", ["refuses", "is_silent"])
def test_without_the_administrators_word_it_ends_within_half_an_hour(protected, answer):
    """Refused or unanswered, nothing went out and nothing will; a person is asked, and the articles are not at fault."""
    world, job = protected, sent(protected, seconds=10)
    if answer == "refuses":
        world.sandbox.control("mass/confirm", msg_id=job.remote["msg_id"], accept=False)
    later(world, job, 1860, step=30)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_CONFIRMED)
    assert world.titles_public() == []
    actions.answer_ask(**world.who("ruian-editor"), job=job, choice="give_up", note="管理员未确认")
    assert job.items.get().revision.article.state == "approved"


def test_a_send_that_was_not_confirmed_is_not_sent_again_under_its_key(protected):
    """The key belongs to a send that failed; it has to be planned anew."""
    world, job = protected, sent(protected, seconds=10)
    world.sandbox.control("mass/confirm", msg_id=job.remote["msg_id"], accept=False)
    later(world, job, 60)
    assert not answering.may_answer(job, Answered.RESEND)


def test_where_nobody_said_whether_it_is_protected_a_long_send_hints_at_it(world):
    """The platform shows "being sent" while it waits; after a minute the page says who may have to confirm."""
    world.sandbox.control("accounts/update", account=world.account.app_id, mass_protection=True)
    job = sent(world, seconds=30)
    assert job.state == JobState.ACCEPTED
    assert later(world, job, 60).state == JobState.WAITING_CONFIRM
    assert "如公众号开启了" in job.cause
    world.sandbox.control("mass/confirm", msg_id=job.remote["msg_id"])
    assert later(world, job, 60).state == JobState.PUBLISHED


def test_where_it_is_known_not_to_be_protected_a_long_send_is_only_long(world):
    """No false alarm."""
    world.account.mass_protection = False
    world.account.save(update_fields=["mass_protection"])
    world.sandbox.switch(account=world.account.app_id, mass_delay=200.0)
    job = sent(world, seconds=120)
    assert job.state == JobState.ACCEPTED
    assert later(world, job, 200).state == JobState.PUBLISHED


def test_a_send_that_the_platform_refuses_goes_back_for_an_edit(world):
    """The status alone gives no reason; the articles go back, and nothing is public."""
    job = sent(world, seconds=10, body="<p>沙箱触发20001</p>")
    assert (job.state, job.items.get().revision.article.state) == (JobState.REJECTED, "returned")
    assert world.titles_public() == []


def pushed(world, job, account=None, **more):
    """The platform pushed the event that a send ended, and it was taken in as such pushes are."""
    facts = {"status": "send success", "counts": {}, "urls": {}} | more
    InboxItem(
        institution=world.cast.institution,
        account=account or world.account,
        kind=InboxKind.MASS_FINISHED,
        identity=digest(facts),
        reference=job.remote["msg_id"],
        facts=facts,
        created_at=world.time(),
        received_at=world.time(),
        run_after=world.time(),
        keep_until=world.time() + timedelta(days=30),
    ).save()
    while callbacks.handle_one(world.worker):
        pass


def test_the_events_reason_is_used_once_our_own_look_agrees(world):
    """The event is a claim: it says why, the look says that."""
    world.sandbox.switch(account=world.account.app_id, mass_delay=30.0)
    job = sent(world, seconds=5, body="<p>沙箱触发20001</p>")
    pushed(world, job, status="err(20001)")
    assert later(world, job, 5).state == JobState.ACCEPTED
    assert later(world, job, 60).state == JobState.REJECTED
    assert "涉嫌政治" in job.cause
    assert job.cause_code == "err(20001)"


def test_addresses_and_figures_of_the_event_are_kept_after_our_look(world):
    """The event is the only source of a mass send's addresses; the event makes us look, and the look fills them in."""
    job = sent(world, seconds=10)
    assert (job.state, job.items.get().url) == (JobState.PUBLISHED, "")
    counts = {"SentCount": 990, "ErrorCount": 10, "TotalCount": 1000}
    pushed(world, job, counts=counts, urls={"1": "https://mp.weixin.qq.com/s/1"})
    later(world, job, 1)
    assert job.items.get().url == "https://mp.weixin.qq.com/s/1"
    assert (job.remote["sent"], job.remote["failed"]) == ("990", "10")


def test_an_events_claim_alone_changes_nothing(world):
    """A forged "success" of a send that failed is not believed."""
    world.sandbox.switch(account=world.account.app_id, mass_delay=30.0)
    job = sent(world, seconds=5, body="<p>沙箱触发20001</p>")
    pushed(world, job, urls={"1": "https://mp.weixin.qq.com/s/1"})
    assert later(world, job, 60).state == JobState.REJECTED
    assert job.items.get().url == ""


def test_a_send_deleted_on_the_console_is_noticed(world):
    """Published today, gone tomorrow: the look a day later says so."""
    job = sent(world, seconds=10)
    world.sandbox.control("articles/delete", article_id=world.sandbox.public()[0]["article_id"])
    later(world, job, 900, step=60)
    assert world.titles_public() == []
    assert job.state in {JobState.PUBLISHED, JobState.REMOVED}


@pytest.mark.requirement("K3")
def test_a_mass_send_is_taken_down_and_gone_already_counts_as_done(world):
    """The platform names no code for a second deletion, so it is asked how the send stands."""
    job = sent(world, seconds=10)
    work = channels.work_on(job, world.worker, leased=False)
    assert removing.take_down(work, None, lambda _removed: None).done
    assert world.titles_public() == []
    again = removing.take_down(work, None, lambda _removed: None)
    assert (again.done, again.already) == (True, True)


def test_a_missed_mass_send_is_asked_like_any_other(world):
    """The publisher was down over the window: nothing is sent late."""
    job = world.staged(channel="wechat_mass")
    world.time.to(DUE + timedelta(hours=2))
    world.work()
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.WINDOW_MISSED)
    assert world.sends() == []
