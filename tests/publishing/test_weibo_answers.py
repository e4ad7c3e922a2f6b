"""The table of §2.5 for Weibo's public call, cell by cell, and open questions 33 to 44 under each of their settings."""

import socket

import pytest

from guanhao.core import faults
from guanhao.publishing import actions
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import AskWhy, JobState, Outcome
from guanhao.registry import connections
from tests.publishing.test_answers import Broken
from tests.publishing.weibo_world import DUE
from tests.support.weibo_client import PlainWeibo

SHARE = "/2/statuses/share.json"
pytestmark = pytest.mark.requirement("K3")


@pytest.fixture
def job(weibo):
    return weibo.staged()


def send(world, job, seconds=0):
    """Let the time come and the one call be made."""
    world.time.to(DUE)
    world.work(seconds=seconds, step=5)
    return PublishJob.objects.get(pk=job.pk)


def last(job):
    return job.tries.filter(call="share").latest("pk")


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(), socket.gaierror(), TimeoutError(), ConnectionResetError()]
)
def test_what_surely_was_not_sent_is_sent_again_with_an_intent_of_its_own(weibo, job, monkeypatch, error):
    """Nothing left us, so the job goes back and is sent once."""
    with faults.handler(Broken(monkeypatch, error)):
        send(weibo, job)
    assert last(job).outcome == Outcome.NOT_SENT
    weibo.work(seconds=60, step=5)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == len(weibo.shares()) == 1


BROKEN = {
    "reset": {"kind": "reset"},
    "502": {"kind": "http_error", "status": 502},
    "500": {"kind": "http_error", "status": 500},
}
GARBLED = {"truncated": {"kind": "truncated"}, "no_json": {"kind": "invalid_json"}}
CODES = {
    str(code): {"kind": "error", "errcode": code}
    for code in (10001, 10002, 10003, 10009, 10010, 10011, 20017, 20019, 20032, 20111, 29999)
}
LANDED, NOT_LANDED = BROKEN | GARBLED, BROKEN | CODES


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("fault", LANDED.values(), ids=LANDED)
def test_an_answer_that_says_nothing_certain_is_looked_up_and_found_where_it_landed(weibo, job, fault):
    """The post is there: the timeline shows it by the link, and nothing is sent again."""
    weibo.sandbox.fault(path=SHARE, when="after", **fault)
    job = send(weibo, job)
    assert job.state == JobState.UNKNOWN
    assert last(job).outcome == Outcome.UNKNOWN
    weibo.work(seconds=70, step=5)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == len(weibo.shares()) == 1


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("fault", NOT_LANDED.values(), ids=NOT_LANDED)
def test_one_that_did_not_land_is_put_before_a_person_and_sent_again_only_at_their_word(weibo, job, fault):
    """Looked for until the quiet time; then the same post goes out once more because somebody said so."""
    weibo.sandbox.fault(path=SHARE, when="before", **fault)
    job = send(weibo, job)
    weibo.work(seconds=1300, step=50)
    job = PublishJob.objects.get(pk=job.pk)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert len(weibo.shares()) == 1
    actions.answer_ask(**weibo.who("gpnu-college"), job=job, choice="resend")
    weibo.work(seconds=60, step=5)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == 1


def test_done_slowly_is_found_after_it_shows(weibo):
    """20032: posted, and the id comes with the look."""
    weibo.connect()
    job = weibo.staged(weibo.planned(weibo.approved(body="沙箱触发20032，请以最终通知为准。")))
    weibo.sandbox.switch(weibo_timeline_lag=90.0)
    job = send(weibo, job)
    assert job.state == JobState.UNKNOWN
    weibo.work(seconds=200, step=10)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.shares()) == 1


@pytest.mark.parametrize("code", [20018, 20020, 20021, 20031, 20034, 20015])
def test_a_refusal_of_the_content_or_account_comes_back_with_the_reason(weibo, code):
    """Nothing was posted; the article goes back for an edit."""
    weibo.connect()
    job = weibo.staged(weibo.planned(weibo.approved(body=f"沙箱触发{code}，请以最终通知为准。")))
    job = send(weibo, job)
    assert (job.state, job.cause_code) == (JobState.REJECTED, str(code))
    assert job.items.get().revision.article.state == "returned"
    assert weibo.posts() == []


@pytest.mark.parametrize("code", [10022, 10023, 10024, 20016])
def test_a_limit_waits_as_long_as_it_says_and_tells_when_the_time_will_be_missed(weibo, job, code):
    """An hour is beyond the push's time: it says so, and then a person is asked."""
    weibo.sandbox.fault("error", SHARE, when="before", errcode=code)
    job = send(weibo, job)
    assert job.state == JobState.STAGED
    assert last(job).outcome == Outcome.REFUSED_LATER
    assert ("来不及" in job.cause) == (code != 20016)
    assert len(weibo.shares()) == 1


def test_two_posts_that_carry_the_link_are_a_question_for_a_person(weibo, job):
    """Somebody copied the text onto weibo.com through another way: which is ours cannot be said."""
    weibo.sandbox.fault("reset", SHARE, when="after")
    job = send(weibo, job)
    text = weibo.posts()[0]["text"]
    weibo.sandbox.switch(weibo_repeat_window=0.0)
    token = connections.token_of(weibo.account).value
    PlainWeibo(weibo.sandbox, weibo.platform_app, weibo.user, token).share(text)
    weibo.work(seconds=40, step=5)
    job = PublishJob.objects.get(pk=job.pk)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.SEVERAL)


# --- Open questions ---------------------------------------------------------------------------------------------------


SWITCHES = [
    {"weibo_error_status": 200},
    {"weibo_error_status": 403},
    {"weibo_error_code_type": "string"},
    {"weibo_error_request": "missing"},
    {"weibo_ids": "large"},
    {"weibo_half_characters": "down"},
    {"weibo_length_of": "stored"},
    {"weibo_link_end": "white_space"},
    {"weibo_foreign_link": "refused"},
    {"weibo_beyond_newest": True},
    {"weibo_total_number": "shown"},
    {"weibo_limits_per": "user_and_app"},
    {"weibo_hour": "sliding"},
    {"weibo_oauth_counts": True},
    {"weibo_refused_calls_count": False},
    {"weibo_form_without_picture": "posted"},
]


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("switches", SWITCHES, ids=lambda one: "-".join(map(str, *one.items())))
def test_a_lost_answer_is_found_however_the_platform_behaves(weibo, switches):
    """36 to 44: whatever the contract leaves open, the post is found by its link and goes out once."""
    weibo.sandbox.switch(**switches)
    job = weibo.staged()
    weibo.sandbox.fault("reset", SHARE, when="after")
    job = send(weibo, job, seconds=70)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == len(weibo.shares()) == 1


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("repeated", [20019, 20111, 20017])
@pytest.mark.parametrize("deleted_counts", [True, False])
def test_a_persons_resend_of_what_landed_is_found_and_not_doubled(weibo, repeated, deleted_counts):
    """39: the platform's own duplicate check is no proof, but a reason to look again; the ledger shows one post."""
    weibo.sandbox.switch(
        weibo_repeated_code=repeated, weibo_deleted_counts=deleted_counts, weibo_timeline_lag=1400.0
    )
    job = weibo.staged()
    weibo.sandbox.fault("reset", SHARE, when="after")
    job = send(weibo, job)
    weibo.work(seconds=1250, step=50)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.ASK
    actions.answer_ask(**weibo.who("gpnu-college"), job=job, choice="resend")
    weibo.work(seconds=400, step=20)
    job = PublishJob.objects.get(pk=job.pk)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(weibo.posts()) == 1


@pytest.mark.parametrize("gone", ["left_out", "marked"])
@pytest.mark.parametrize("shown", ["refused", "marked"])
def test_a_moderated_post_is_removed_however_it_is_shown(weibo, gone, shown):
    """40, 41: left out of the list or marked in it, refused by show or marked."""
    weibo.sandbox.switch(weibo_gone_in_timeline=gone, weibo_gone_in_show=shown)
    job = send(weibo, weibo.staged(), seconds=20)
    assert job.state == JobState.PUBLISHED, job.cause
    weibo.sandbox.control("weibo/posts/moderate", mid=job.remote["mid"])
    weibo.work(seconds=700, step=100)
    assert PublishJob.objects.get(pk=job.pk).state == JobState.REMOVED


@pytest.mark.parametrize("code", [10005, 10014, 20015])
def test_a_blocked_app_refuses_and_nothing_is_posted(weibo, job, code):
    """42: whichever code it has, the article comes back with the reason."""
    weibo.sandbox.switch(weibo_blocked_code=code)
    job = weibo.staged(job)
    weibo.sandbox.fault("error", SHARE, when="before", errcode=code)
    job = send(weibo, job)
    assert job.state == JobState.REJECTED
    assert weibo.posts() == []
