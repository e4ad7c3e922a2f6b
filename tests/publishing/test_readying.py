"""What may be asked a minute before a push is due, what must be asked at its time, and what is compared afterwards."""

from datetime import timedelta

import pytest

from guanhao.core import faults
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.publishing import actions, readying, steps
from guanhao.publishing.models import PublishJob
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState, LookVerdict
from tests.publishing.world import DUE

DRAFT, LIST, COUNT, SUBMIT = (
    "/cgi-bin/draft/get",
    "/cgi-bin/freepublish/batchget",
    "/cgi-bin/draft/count",
    "/cgi-bin/freepublish/submit",
)


def again(job):
    return PublishJob.objects.get(pk=job.pk)


def calls_since(world, number):
    return [entry["path"] for entry in world.sandbox.ledger()[number:]]


def edited(world, job, title="技能月改期"):
    world.sandbox.control("drafts/edit", media_id=job.staged["media_id"], title=title)


@pytest.fixture
def ready(world):
    """A push whose draft was read half a minute before its time."""
    job = world.staged()
    world.time.to(DUE - timedelta(seconds=30))
    world.work()
    return again(job)


@pytest.mark.requirement("K2")
def test_at_its_time_only_the_one_call_goes_out_and_the_intent_says_when_the_rest_was_read(world, ready):
    """Draft, newest publication and drafts were read before; the attempt carries what was seen, with the instant."""
    before = len(world.sandbox.ledger())
    world.time.to(DUE)
    steps.send(world.worker)
    assert calls_since(world, before) == [SUBMIT]
    sent = ready.tries.get(call="submit")
    assert sent.before["read_at"] == (DUE - timedelta(seconds=30)).isoformat()
    assert (sent.before["published_total"], sent.marks["key"]) == (0, ready.mark)


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("late", [31, 300], ids=["past its life", "long past"])
def test_what_was_read_too_long_ago_is_read_again_at_the_time(world, ready, late):
    """Half a minute past the time it counts no more: the draft is read again, and a changed one is caught."""
    edited(world, ready)
    world.time.to(DUE + timedelta(seconds=late))
    world.work()
    assert (again(ready).state, again(ready).ask_why) == (JobState.ASK, AskWhy.DRAFT_CHANGED)
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.requirement("K2")
def test_a_draft_changed_before_the_reading_is_put_before_people_before_the_time(world):
    """They hear of it a minute earlier than they would have."""
    job = world.staged()
    edited(world, job)
    world.time.to(DUE - timedelta(seconds=50))
    world.work()
    assert (again(job).state, again(job).ask_why) == (JobState.ASK, AskWhy.DRAFT_CHANGED)


@pytest.mark.requirement("AP5")
@pytest.mark.requirement("K2")
def test_what_is_ours_is_asked_at_the_time_whatever_was_read_before(world, ready):
    """A stop between the reading and the time holds the push in the transaction of its intent."""
    actions.stop(**world.who("ruian-editor"), institution=world.cast.institution, account=None, reason="演练")
    world.time.to(DUE)
    world.work(seconds=5)
    assert again(ready).state == JobState.STAGED
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.requirement("K2")
def test_a_second_attempt_reads_again(world, ready):
    """What was seen counts once: after a send that surely did not leave us everything is asked anew."""
    world.time.to(DUE)
    before = len(world.sandbox.ledger())

    def dawdle(place):
        if place == Point.AFTER_INTENT:
            world.time.pass_(20)

    with faults.handler(dawdle):
        steps.send(world.worker)
    assert again(ready).state == JobState.STAGED
    assert readying.KEPT not in again(ready).staged
    world.time.pass_(3)
    steps.send(world.worker)
    assert calls_since(world, before) == [DRAFT, LIST, COUNT, SUBMIT]


@pytest.mark.requirement("RS4")
def test_trouble_while_reading_ahead_does_not_keep_the_push_beyond_its_time(world):
    """The platform does not answer a second before the time; at the time it does."""
    job = world.staged()
    world.time.to(DUE - timedelta(seconds=1))
    world.sandbox.fault("http_error", DRAFT, status=502, when="before", count=1)
    world.work()
    assert (again(job).state, again(job).run_after) == (JobState.STAGED, DUE)
    world.time.to(DUE)
    world.work(seconds=5)
    assert len(world.accepts()) == 1


@pytest.mark.requirement("K2")
def test_a_draft_edited_after_the_reading_is_found_by_what_was_published_and_told(world, ready):
    """It is out; the difference is kept, the page shows it, and the ledger has the look from which people are told."""
    edited(world, ready)
    world.time.to(DUE)
    world.work(seconds=20)
    job = again(ready)
    assert (job.state, world.titles_public()) == (JobState.PUBLISHED, ["技能月改期"])
    assert "不一致" in job.cause
    look = job.looks.get(verdict=LookVerdict.DIFFERENT)
    assert look.evidence[0]["held"][0]["title"] == "技能月改期"
    event = Event.objects.about("job", job.pk).get(action=Action.JOB_LOOKED, facts__verdict="different")
    assert event.facts["state"] == "accepted"
    world.time.pass_(700)
    world.work()
    assert again(job).looks.filter(verdict=LookVerdict.DIFFERENT).count() == 1


def test_what_was_published_as_approved_is_not_complained_of(world, ready):
    """Same words: no look says otherwise, and none does after the next one either."""
    world.time.to(DUE)
    world.work(seconds=20)
    world.time.pass_(700)
    world.work()
    job = again(ready)
    assert (job.state, job.looks.filter(verdict=LookVerdict.DIFFERENT).count()) == (JobState.PUBLISHED, 0)
    assert "确认已发布" in job.cause


@pytest.mark.requirement("K2")
def test_a_mass_send_is_read_at_its_time(world):
    """Nothing sent to followers can be read back: its draft is read immediately before, and a late edit is caught."""
    job = world.staged(channel="wechat_mass")
    world.time.to(DUE - timedelta(seconds=30))
    world.work()
    edited(world, job)
    world.time.to(DUE)
    world.work(seconds=5)
    assert (again(job).state, again(job).ask_why) == (JobState.ASK, AskWhy.DRAFT_CHANGED)
    assert world.sends() == []
