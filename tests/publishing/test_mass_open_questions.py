"""Mass sending on a platform that behaves either way where its contract is silent (open questions 3, 10, 24, 25)."""

import pytest

from guanhao.demo.institutions import APP_SECRET
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import AskWhy, JobState
from tests.publishing.world import DUE
from tests.support.wechat_client import PlainClient

SEND = "/cgi-bin/message/mass/sendall"
pytestmark = pytest.mark.requirement("K2")


def lost_but_landed(world, seconds=300, **switches):
    """A send that took effect and whose answer was lost, on a platform that behaves as the switches say."""
    job = world.staged(channel="wechat_mass")
    world.sandbox.switch(account=world.account.app_id, **switches)
    world.sandbox.fault("reset", SEND, when="after")
    world.time.to(DUE)
    world.work(seconds=seconds, step=5)
    return PublishJob.objects.get(pk=job.pk)


@pytest.mark.parametrize("leaves", ["success", "accept"])
@pytest.mark.parametrize("failed", ["same_id", "new_id", "lost"])
@pytest.mark.parametrize("too_fast_from", ["first_call", "last_try"])
def test_a_key_checked_first_settles_a_lost_answer_whatever_became_of_the_draft(
    world, leaves, failed, too_fast_from
):
    """10, 24: the draft may be in the box, gone or back; the key tells, and the send is never doubled."""
    job = lost_but_landed(
        world,
        mass_key_checked="first",
        mass_too_fast_from=too_fast_from,
        draft_leaves=leaves,
        failed_draft=failed,
    )
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.sends()) == 1


@pytest.mark.parametrize("leaves", ["success", "accept"])
@pytest.mark.parametrize("allowance", ["accept_returned", "accept_kept", "success"])
def test_a_key_checked_last_is_never_taken_for_a_refusal(world, leaves, allowance):
    """24, 25: the repeat meets a used-up allowance or a consumed draft before its key; a person is asked, nothing is doubled."""
    job = lost_but_landed(world, mass_key_checked="last", draft_leaves=leaves, mass_allowance=allowance)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND), job.cause
    assert "很可能已经发出" in job.cause
    assert len(world.sends()) == 1
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.parametrize("key_checked", ["first", "last"])
@pytest.mark.parametrize("too_fast_from", ["first_call", "last_try"])
def test_a_send_that_never_arrived_goes_out_once_under_its_key(world, key_checked, too_fast_from):
    """24: the platform never saw the first call, so the repeat is the send."""
    job = world.staged(channel="wechat_mass")
    world.sandbox.switch(
        account=world.account.app_id, mass_key_checked=key_checked, mass_too_fast_from=too_fast_from
    )
    world.sandbox.fault("reset", SEND, when="before", count=2)
    world.time.to(DUE)
    world.work(seconds=300, step=5)
    assert PublishJob.objects.get(pk=job.pk).state == JobState.PUBLISHED
    assert len(world.sends()) == 1


@pytest.mark.parametrize("limit", ["refuse", "silent"])
def test_a_service_account_over_its_month_is_asked_or_shows_whom_it_missed(world, limit):
    """3: refused with 45028, or accepted and nobody reached; the four sends were made on the console, unknown to us."""
    appid = world.account.app_id
    world.sandbox.control("accounts/update", account=appid, type="SVC")
    world.sandbox.switch(account=appid, svc_over_limit=limit)
    console = PlainClient(world.sandbox.base_url, appid, APP_SECRET)
    for number in range(4):
        world.sandbox.control("drafts/publish", media_id=console.draft(title=f"手工{number}"), notify=True)
    job = world.staged(channel="wechat_mass")
    world.time.to(DUE)
    world.work(seconds=30)
    job.refresh_from_db()
    wanted = (JobState.ASK, AskWhy.ALLOWANCE) if limit == "refuse" else (JobState.PUBLISHED, "")
    assert (job.state, job.ask_why) == wanted
