"""The rest of the starred open questions (1, 22, 24, 25) under every setting: never doubled, never lost, never called failed."""

from __future__ import annotations

import pytest

from guanhao.demo.institutions import APP_SECRET
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import AskWhy, JobState
from tests.publishing.test_mass_open_questions import lost_but_landed
from tests.publishing.world import DUE
from tests.support.wechat_client import PlainClient

pytestmark = pytest.mark.requirement("K2")


def published(world, *revisions):
    """A push that is out."""
    job = world.staged(world.planned(*revisions))
    world.time.to(DUE)
    world.work(seconds=20)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.PUBLISHED
    return job


@pytest.mark.parametrize("way", ["parse", "literal", "refuse"])
def test_what_escapes_become_does_not_matter_to_us(world, way):
    """1: we write no escapes, so a title is stored as it is, wherever it comes from."""
    world.sandbox.switch(unicode_escapes=way)
    published(world, world.approved(title="“技能月”开幕😀"))
    assert world.titles_public() == ["“技能月”开幕😀"]


@pytest.mark.parametrize("form", ["whole", "bare"])
@pytest.mark.parametrize("end", ["delete", "ban"])
def test_an_end_is_noticed_whatever_the_reply_looks_like(world, form, end):
    """22: with or without the articles in it."""
    world.sandbox.switch(ended_form=form)
    job = published(world)
    world.sandbox.control(f"articles/{end}", article_id=job.remote["article_id"], index=0)
    PublishJob.objects.filter(pk=job.pk).update(run_after=world.time.instant)
    world.work()
    assert PublishJob.objects.get(pk=job.pk).state == JobState.REMOVED
    assert len(world.accepts()) == 1


@pytest.mark.parametrize("way", ["success", "ended"])
def test_one_of_several_articles_gone_sends_nothing_again(world, way):
    """22: whether the platform then calls the whole publication ended or not."""
    world.sandbox.switch(partly_deleted=way)
    job = published(world, world.approved(title="第一条"), world.approved(title="第二条"))
    world.sandbox.control("articles/delete", article_id=job.remote["article_id"], index=2)
    PublishJob.objects.filter(pk=job.pk).update(run_after=world.time.instant)
    world.work()
    assert PublishJob.objects.get(pk=job.pk).state in {JobState.PUBLISHED, JobState.REMOVED}
    assert len(world.accepts()) == 1


@pytest.mark.parametrize("carries", [False, True])
@pytest.mark.parametrize("other", ["refused", "sent"])
@pytest.mark.parametrize("day_from", ["first_call", "last_try"])
def test_a_lost_answer_of_a_mass_send_is_settled_by_its_key(world, carries, other, day_from):
    """24: whatever 45066 carries, other content would do, or the day runs from: ours is the same call, and one send."""
    job = lost_but_landed(
        world, mass_too_fast_carries_id=carries, mass_other_content=other, mass_day_from=day_from
    )
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.sends()) == 1


@pytest.mark.parametrize("burns", [False, True])
def test_a_refused_send_goes_to_a_person_whether_or_not_it_used_its_key_up(world, burns):
    """24: the day's send was made on the console; the refusal is final for the machine, so no key is tried again."""
    world.sandbox.switch(mass_refused_burns_key=burns)
    job = world.staged(channel="wechat_mass")
    console = PlainClient(world.sandbox.base_url, world.account.app_id, APP_SECRET)
    world.sandbox.control("drafts/publish", media_id=console.draft(title="手工群发"), notify=True)
    world.time.to(DUE)
    world.work(seconds=600, step=20)
    job = PublishJob.objects.get(pk=job.pk)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.ALLOWANCE), job.cause
    assert world.sends() == []
    assert len(world.sandbox.ledger(path="/cgi-bin/message/mass/sendall")) == 1


@pytest.mark.parametrize("shown", ["sending", "unknown"])
@pytest.mark.parametrize("confirmed", [True, False])
def test_what_is_shown_while_an_administrator_is_asked(world, shown, confirmed):
    """25: being sent, or unknown; the job waits, and ends as the administrator decided."""
    appid = world.account.app_id
    world.sandbox.change_account(appid, mass_protection=True)
    world.sandbox.switch(mass_waiting=shown)
    job = world.staged(channel="wechat_mass")
    world.time.to(DUE)
    world.work(seconds=10)
    msg_id = PublishJob.objects.get(pk=job.pk).remote["msg_id"]
    world.work(seconds=120, step=10)
    if confirmed:
        world.sandbox.control("mass/confirm", msg_id=int(msg_id), accept=True)
    world.work(seconds=2400, step=30)
    job = PublishJob.objects.get(pk=job.pk)
    if confirmed:
        assert job.state == JobState.PUBLISHED, (job.state, job.cause)
    else:
        assert job.state in {JobState.ASK, JobState.REJECTED}, (job.state, job.cause)
        assert job.state != JobState.ASK or job.ask_why in {AskWhy.NOT_CONFIRMED, AskWhy.NOT_FOUND}
    assert len(world.sends()) == 1
