"""Whatever the platform really does where its contract is silent (open questions 1, 6, 10, 21): never doubled, never lost."""

import pytest

from guanhao.publishing import actions
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from tests.publishing.world import DUE

SUBMIT = "/cgi-bin/freepublish/submit"


def again(job):
    return PublishJob.objects.get(pk=job.pk)


def lost_but_landed(world, **switches):
    """A submit that took effect and whose answer was lost, on a platform that behaves as the switches say."""
    job = world.staged()
    world.sandbox.switch(account=world.account.app_id, **switches)
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.time.to(DUE)
    world.work(seconds=70, step=5)
    return again(job)


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("url", ["permanent", "temporary"])
def test_the_address_found_by_looking_is_one_the_public_can_open(world, url):
    """6: the list's address may be temporary; the address we keep opens the article."""
    job = lost_but_landed(world, batchget_url=url)
    assert job.state == JobState.PUBLISHED
    assert world.sandbox.page(job.items.get().url).startswith("200")


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("leaves", ["success", "accept"])
@pytest.mark.parametrize("failed", ["same_id", "new_id", "lost"])
def test_when_the_draft_leaves_the_box_decides_nothing(world, leaves, failed):
    """10: a draft that is still there, gone, or back under another id proves neither."""
    job = lost_but_landed(world, draft_leaves=leaves, failed_draft=failed)
    assert job.state == JobState.PUBLISHED
    assert len(world.accepts()) == 1


@pytest.mark.requirement("K2")
@pytest.mark.parametrize(
    ("running", "snapshot", "second"),
    [
        ("free", "accept", "new_task"),
        ("free", "finish", "same_task"),
        ("read_only", "accept", "refuse"),
        ("read_only", "finish", "new_task"),
        ("hidden", "accept", "same_task"),
        ("hidden", "finish", "refuse"),
    ],
)
def test_a_running_task_is_never_submitted_twice_by_itself(world, running, snapshot, second):
    """21: what a draft can do while its task runs does not matter, because nothing is submitted again unasked."""
    job = lost_but_landed(
        world, running_draft=running, publish_snapshot=snapshot, second_submit=second, publish_delay=40.0
    )
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert len(world.sandbox.ledger(path=SUBMIT)) == 1


@pytest.mark.parametrize("leaves", ["success", "accept"])
def test_a_persons_resend_of_something_that_landed_late_finds_it(world, leaves):
    """The task took longer than the quiet time; when the person says 重发 it is there, and is found."""
    job = world.staged()
    world.sandbox.switch(account=world.account.app_id, publish_delay=1350.0, draft_leaves=leaves)
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.time.to(DUE)
    world.work(seconds=1300, step=50)
    assert again(job).state == JobState.ASK
    world.time.pass_(100)
    actions.answer_ask(**world.who("ruian-editor"), job=again(job), choice="resend")
    world.work(seconds=60, step=5)
    assert again(job).state == JobState.PUBLISHED, again(job).cause
    assert len(world.accepts()) == 1


@pytest.mark.requirement("K1")
@pytest.mark.parametrize("escapes", ["parse", "literal", "refuse"])
@pytest.mark.parametrize("channel", ["wechat_publish", "wechat_mass"])
def test_titles_arrive_as_they_were_approved_whatever_the_platform_makes_of_escapes(world, escapes, channel):
    """1: we never send an escape, so a platform that stores or refuses them is served like any other."""
    world.sandbox.switch(account=world.account.app_id, unicode_escapes=escapes)
    world.staged(channel=channel)
    world.time.to(DUE)
    world.work(seconds=20)
    assert world.titles_public() == ["技能月开幕"]
