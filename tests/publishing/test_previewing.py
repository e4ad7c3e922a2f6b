"""A push shown to one follower before its time, judged by the platform's ledger."""

from datetime import timedelta

import pytest

from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.publishing import actions, previewing
from guanhao.publishing.models import Preview
from guanhao.publishing.types import EffectClass, JobState, Outcome
from tests.publishing.world import DUE

PREVIEW = "/cgi-bin/message/mass/preview"


def ask(world, job, wechat_id="lin-zhixia", who="ruian-editor"):
    return actions.ask_preview(**world.who(who), job=job, wechat_id=wechat_id)


def done(world, preview, seconds=10):
    world.work(seconds=seconds)
    preview.refresh_from_db()
    return preview


@pytest.mark.parametrize("channel", ["wechat_mass", "wechat_publish"])
def test_a_preview_makes_the_draft_early_and_reaches_one_person_once(world, channel):
    """Hours before the push's time; nothing public happens, and the push goes out at its own time as if nothing was."""
    job = world.planned(channel=channel)
    preview = done(world, ask(world, job))
    assert (preview.outcome, preview.sentence) == (Outcome.DONE, "已发送，请在微信里查看。")
    assert len(world.sandbox.effects("mass.previewed")) == 1
    assert world.titles_public() == []
    tried = job.tries.get(call="mass_preview")
    assert (tried.effect, tried.outcome) == (EffectClass.INVISIBLE, Outcome.DONE)
    world.time.to(DUE)
    world.work(seconds=10)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause


@pytest.mark.requirement("K6")
def test_the_wechat_id_stays_out_of_the_record(world):
    """Who asked and that it was sent is on record; to whom is erasable data in its row."""
    job = world.staged(channel="wechat_mass")
    done(world, ask(world, job))
    events = Event.objects.about("job", job.pk).filter(action__startswith="job.preview")
    assert [event.action for event in events] == ["job.preview_asked", "job.previewed"]
    assert "lin-zhixia" not in str([(event.facts, event.detail.data) for event in events])
    assert "lin-zhixia" not in str(list(job.tries.values()))


def test_who_does_not_follow_is_said_in_words(world):
    """43004 is a mistake of the asker, not of the account."""
    world.sandbox.fault("error", PREVIEW, errcode=43004, when="before")
    job = world.staged(channel="wechat_mass")
    preview = done(world, ask(world, job))
    assert preview.outcome == Outcome.REFUSED
    assert "没有关注" in preview.sentence


@pytest.mark.requirement("K2")
def test_an_unclear_preview_is_told_and_never_repeated_by_itself(world):
    """It may have arrived; a second message is the asker's to decide."""
    world.sandbox.fault("reset", PREVIEW, when="after")
    job = world.staged(channel="wechat_mass")
    preview = done(world, ask(world, job), seconds=300)
    assert preview.outcome == Outcome.UNKNOWN
    assert "可能已收到" in preview.sentence
    assert len(world.sandbox.ledger(path=PREVIEW)) == 1


@pytest.mark.requirement("RS1")
def test_a_preview_whose_worker_died_is_not_sent_again(world):
    """It was begun: whether it left is not known."""
    job = world.staged(channel="wechat_mass")
    preview = ask(world, job)
    work = previewing.work_on(job, world.worker, leased=False)
    previewing._intended(preview, work)
    done(world, preview)
    assert preview.outcome == Outcome.UNKNOWN
    assert world.sandbox.ledger(path=PREVIEW) == []


@pytest.mark.parametrize("typed", ["", "林知夏", "a b c d e", "abcd", "x" * 65])
def test_what_cannot_be_a_wechat_id_is_refused(world, typed):
    """Nicknames are the usual mistake."""
    job = world.staged(channel="wechat_mass")
    with pytest.raises(Refused, match="微信号"):
        ask(world, job, typed)


def test_only_who_may_handle_the_push_may_show_it(world):
    """The author of the article may not send it to anybody."""
    job = world.staged(channel="wechat_mass")
    with pytest.raises(Refused):
        ask(world, job, who="ruian-student")


def test_the_hundredth_preview_of_a_day_is_the_last(world):
    """By WeChat id, for each account; the next day has a hundred again."""
    job = world.staged(channel="wechat_mass")
    one = ask(world, job)
    Preview.objects.bulk_create(
        Preview(
            institution=one.institution,
            job=job,
            account=job.account,
            wechat_id="lin-zhixia",
            asked_by=one.asked_by,
            asked_at=one.asked_at,
            run_after=one.asked_at + timedelta(days=30),
            finished_at=one.asked_at,
        )
        for _number in range(99)
    )
    with pytest.raises(Refused, match="100 次预览已用完"):
        ask(world, job)
    world.time.to(world.time.instant + timedelta(days=1))
    assert previewing.left_today(job.account) == 100


def test_a_push_that_is_over_cannot_be_shown(world):
    """Cancelled meanwhile: nothing is sent, and the row says why."""
    job = world.planned(channel="wechat_mass")
    preview = ask(world, job)
    actions.cancel(**world.who("ruian-editor"), push=job.push, reason="改期")
    assert done(world, preview).outcome == Outcome.NOT_SENT
    assert world.sandbox.ledger(path=PREVIEW) == []
