"""What a person may answer, when, and what follows (§2.7); publishing by hand."""

from datetime import timedelta

import pytest

from guanhao.contents.assets import store_image
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people import actions as people
from guanhao.publishing import actions, checks
from guanhao.publishing.models import HandReport, PublishJob
from guanhao.publishing.types import AskWhy, JobState
from tests.publishing.world import DUE, png

SUBMIT = "/cgi-bin/freepublish/submit"
LINK = "https://mp.weixin.qq.com/s/abcdef"
EVENING = 4 * 3600  # from 16:30 to 20:30, inside the evening window


@pytest.fixture
def lost(world):
    """A job whose one send was answered by silence and had no effect; it is asked after the quiet time."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="before")
    world.time.to(DUE)
    world.work(seconds=1300, step=50)
    return PublishJob.objects.get(pk=job.pk)


def again(job):
    return PublishJob.objects.get(pk=job.pk)


def answer(world, job, choice, who="ruian-editor", **more):
    return actions.answer_ask(**world.who(who), job=job, choice=choice, **more)


def test_sending_again_after_the_quiet_time_submits_the_same_draft_once(world, lost):
    """重发 is one more submit of the same draft, never a new draft; its attempt has its own intent."""
    assert (lost.state, lost.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    media_id = lost.staged["media_id"]
    answer(world, lost, "resend")
    world.work(seconds=30)
    job = again(lost)
    assert job.state == JobState.PUBLISHED, job.cause
    assert job.staged["media_id"] == media_id
    assert len(world.accepts()) == 1
    assert job.tries.filter(call="submit").count() == 2
    assert job.tries.filter(call="draft_add").count() == 1


def test_before_sending_again_the_platform_is_looked_at_once_more(world):
    """The first send landed after all, late: the person's 重发 finds it instead of doubling it."""
    job = world.staged()
    world.sandbox.switch(account=world.account.app_id, list_lag=2000.0)
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.time.to(DUE)
    world.work(seconds=1300, step=50)
    job = again(job)
    assert job.state == JobState.ASK
    world.time.pass_(1000)
    answer(world, job, "resend")
    world.work(seconds=30)
    assert again(job).state == JobState.PUBLISHED
    assert len(world.accepts()) == 1


@pytest.mark.requirement("AP8")
def test_sending_again_before_the_quiet_time_needs_a_second_person(world):
    """A missed push may be sent at once; an unanswered one only when another person agrees."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="before")
    world.time.to(DUE)
    world.work(seconds=20)
    early = again(job)
    assert early.state == JobState.UNKNOWN
    PublishJob.objects.filter(pk=job.pk).update(state=JobState.ASK, ask_why=AskWhy.NOT_FOUND)
    report = answer(world, again(job), "resend")
    assert again(job).state == JobState.ASK
    with pytest.raises(Refused):
        actions.confirm_resend(**world.who("ruian-editor"), report=report)
    with pytest.raises(Refused):
        actions.confirm_resend(**world.who("ruian-student"), report=report)
    world.cast.institution.refresh_from_db()
    second = _second_operator(world)
    actions.confirm_resend(actor=world.who("ruian-editor-2")["actor"], person=second, report=report)
    world.work(seconds=30)
    assert again(job).state == JobState.PUBLISHED
    assert HandReport.objects.get(pk=report.pk).second == second
    with pytest.raises(WrongState):
        actions.confirm_resend(actor=world.who("ruian-editor-2")["actor"], person=second, report=report)


def _second_operator(world):
    person = world.cast.people["ruian-editor-2"]
    people.appoint(
        actor=world.who("ruian-dean")["actor"],
        person=person,
        unit=world.cast.units["办公室"],
        post="operator",
        since=DUE.date(),
    )
    return person


def test_a_persons_word_that_it_is_out_is_kept_with_the_link_and_confirmed_later(world):
    """已发出: published on a person's word, then confirmed by the platform's own record."""
    job = world.staged()
    world.sandbox.switch(account=world.account.app_id, list_lag=1500.0)
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.time.to(DUE)
    world.work(seconds=1300, step=50)
    with pytest.raises(Refused):
        answer(world, again(job), "published")
    with pytest.raises(Refused):
        answer(world, again(job), "published", links=["javascript:alert(1)"])
    report = answer(world, again(job), "published", links=[LINK])
    assert again(job).state == JobState.PUBLISHED
    assert again(job).items.get().url == LINK
    assert not report.confirmed
    world.work(seconds=4000, step=300)
    report.refresh_from_db()
    assert report.confirmed
    assert len(world.accepts()) == 1


def test_giving_up_needs_a_reason_and_frees_the_articles(world, lost):
    """放弃: the job ends, the article is approved and may be planned again; who and why is in the ledger."""
    with pytest.raises(Refused):
        answer(world, lost, "give_up")
    answer(world, lost, "give_up", note="活动取消")
    job = again(lost)
    assert (job.state, job.cause) == (JobState.CANCELLED, "活动取消")
    assert job.items.get().revision.article.state == "approved"
    event = Event.objects.filter(action="job.ask_answered").latest("index")
    assert event.facts["choice"] == "give_up"
    assert event.actor_id == str(world.editor.pk)
    with pytest.raises(WrongState):
        answer(world, lost, "resend")


@pytest.mark.article("ruian-6.3")
def test_only_who_publishes_may_answer(world, lost):
    """A contributor of the article has no say in what became of it."""
    for choice in ("resend", "give_up", "published"):
        with pytest.raises(Refused):
            answer(world, lost, choice, who="ruian-student", links=[LINK], note="x")
    assert again(lost).state == JobState.ASK


def test_several_matches_are_asked_and_never_sent_again(world):
    """Two publications look like ours: which one is for a person to say."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.sandbox.switch(account=world.account.app_id, second_submit="new_task", publish_delay=1.0)
    world.time.to(DUE)
    world.work()
    world.sandbox.control("drafts/publish", media_id=job.staged["media_id"])
    world.work(seconds=40)
    job = again(job)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.SEVERAL)
    with pytest.raises(Refused):
        answer(world, job, "resend")


def test_looking_again_reads_only(world, lost):
    """再核对一次 brings the job back to looking; nothing is sent."""
    actions.look_again(**world.who("ruian-editor"), job=lost)
    world.work(seconds=1300, step=50)
    assert again(lost).state == JobState.ASK
    assert len(world.sandbox.ledger(path=SUBMIT)) == 1


# --- By hand --------------------------------------------------------------------------------------------------------


@pytest.fixture
def by_hand(world):
    """A push by hand, half an hour before its time."""
    job = world.planned(channel="by_hand")
    world.time.to(DUE - timedelta(minutes=30))
    world.work()
    return again(job)


@pytest.mark.article("gpnu-23")
def test_a_push_by_hand_is_offered_in_time_and_recorded_with_its_link(world, by_hand):
    """Equal on the calendar and in the record: the job asks, the person gives the link, the article is published."""
    assert (by_hand.state, by_hand.ask_why) == (JobState.ASK, AskWhy.BY_HAND)
    world.time.to(DUE)
    actions.report_by_hand(**world.who("ruian-editor"), job=by_hand, links=[LINK])
    job = again(by_hand)
    assert job.state == JobState.PUBLISHED
    assert job.items.get().url == LINK
    assert job.items.get().revision.article.state == "published"
    assert world.sandbox.ledger() == []


def test_a_screenshot_does_where_the_platform_gives_no_link(world, by_hand):
    """No link and no screenshot is no record."""
    with pytest.raises(Refused):
        actions.report_by_hand(**world.who("ruian-editor"), job=by_hand, links=[])
    shot = store_image(**world.who("ruian-editor"), data=png("red"), name="截图.png")
    report = actions.report_by_hand(**world.who("ruian-editor"), job=by_hand, links=[], screenshot=shot)
    assert report.screenshot == shot


@pytest.mark.requirement("AP5")
def test_a_lost_approval_bars_publishing_by_hand_too(world, by_hand):
    """What may not be sent may not be recorded as sent either."""
    _second_operator(world)
    people.deactivate(actor=world.who("ruian-dean")["actor"], person=world.editor, on=DUE.date())
    with pytest.raises(Refused):
        actions.report_by_hand(**world.who("ruian-editor-2"), job=by_hand, links=[LINK])
    assert again(by_hand).state == JobState.ASK


def test_a_push_by_hand_is_confirmed_where_the_platform_lists_it(world):
    """The same text on the account's own list of publications: confirmed by look-up, without any mark of ours."""
    twin = world.staged(world.planned(channel="wechat_publish"))
    actions.cancel(**world.who("ruian-editor"), push=twin.push, reason="改为手工")
    world.sandbox.control("drafts/publish", media_id=twin.staged["media_id"])
    job = world.planned(twin.items.get().revision, channel="by_hand")
    world.work()
    world.time.to(DUE)
    actions.report_by_hand(**world.who("ruian-editor"), job=again(job), links=[LINK])
    world.work(seconds=1200, step=300)
    assert again(job).hand_reports.get().confirmed
    assert again(job).items.get().url == LINK
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.requirement("AP5")
def test_answering_that_a_missed_push_is_out_asks_for_the_approval_like_publishing_by_hand(world):
    """Nothing was sent by us, so the word 已发出 reports a publication by hand, which needs its approval."""
    job = world.staged()
    world.time.to(DUE + timedelta(minutes=40))
    world.work()
    _second_operator(world)
    people.deactivate(actor=world.who("ruian-dean")["actor"], person=world.editor, on=DUE.date())
    with pytest.raises(Refused):
        answer(world, again(job), "published", who="ruian-editor-2", links=[LINK])


def test_without_a_token_the_looks_go_on_towards_a_person(world):
    """The secret was frozen while the outcome is unknown: inconclusive looks, and then the question all the same."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="after")
    world.time.to(DUE)
    world.work()
    world.sandbox.change_account(world.account.app_id, secret_frozen=True)
    world.sandbox.control("accounts/invalidate_tokens", account=world.account.app_id)
    world.work(seconds=1300, step=50)
    assert (again(job).state, again(job).ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert {look.verdict for look in again(job).looks.all()} >= {"inconclusive"}


def test_a_push_by_hand_nobody_can_confirm_stays_on_record(world, by_hand):
    """Not on any list we can read; the record says by whom and when."""
    actions.report_by_hand(**world.who("ruian-editor"), job=by_hand, links=[LINK])
    world.work(seconds=1200, step=300)
    report = again(by_hand).hand_reports.get()
    assert (report.by, report.confirmed) == (world.editor, False)


def test_jobs_are_visible_to_those_they_concern(world, by_hand):
    """The office and the contributor see it, the head of another section does not."""
    seen = {
        name: PublishJob.objects.visible_to(world.cast.people[name]).filter(pk=by_hand.pk).exists()
        for name in (
            "ruian-editor",
            "ruian-student",
            "ruian-section-head",
            "ruian-career-head",
            "ruian-audit",
        )
    }
    assert seen["ruian-editor"]
    assert seen["ruian-student"]
    assert seen["ruian-section-head"]
    assert not seen["ruian-career-head"]
    assert not seen["ruian-audit"]
    assert checks.may_handle(world.editor, by_hand)


def test_a_push_by_hand_needs_no_platform_address(world, settings):
    """It is offered where no API is configured, or a forbidden one is."""
    settings.WECHAT_BASE_URL = "https://nowhere.example"
    job = world.planned(channel="by_hand")
    world.time.to(DUE - timedelta(minutes=30))
    world.work()
    assert (again(job).state, again(job).ask_why) == (JobState.ASK, AskWhy.BY_HAND)


def test_a_forbidden_platform_address_holds_pushes_with_a_reason(world, settings):
    """A misconfigured installation says so and sends nothing."""
    job = world.planned()
    settings.WECHAT_BASE_URL = "https://nowhere.example"
    world.staged(job)
    assert again(job).state == JobState.STAGING
    assert "平台地址" in again(job).cause
