"""The table of §2.5, cell by cell, for the public call: what each answer means and what follows from it."""

import socket
from datetime import timedelta

import pytest

from guanhao.core import faults
from guanhao.publishing import work
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState, Outcome
from tests.publishing.world import DUE

SUBMIT = "/cgi-bin/freepublish/submit"
pytestmark = pytest.mark.requirement("K3")


def send(world, job):
    """Let the time come and the one call be made."""
    world.time.to(DUE)
    world.work()
    job.refresh_from_db()
    return job


def last_submit(job):
    return job.tries.filter(call="submit").latest("pk")


@pytest.fixture
def job(world):
    return world.staged()


class Broken:
    """Makes every connection fail from the intent on, as often as told."""

    def __init__(self, monkeypatch, error, times=1):
        self.left, self.error, self.armed = times, error, False
        real = socket.create_connection

        def connect(*args, **kwargs):
            if self.armed and self.left:
                self.left -= 1
                raise self.error
            return real(*args, **kwargs)

        monkeypatch.setattr(socket, "create_connection", connect)

    def __call__(self, place):
        self.armed = place == Point.AFTER_INTENT


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(), socket.gaierror(), TimeoutError(), ConnectionResetError()]
)
def test_what_surely_was_not_sent_is_sent_again_with_an_intent_of_its_own(world, job, monkeypatch, error):
    """Name, refusal, time-out and reset while connecting: nothing left us, so the job goes back and is sent once."""
    with faults.handler(Broken(monkeypatch, error)):
        send(world, job)
    assert (job.state, last_submit(job).outcome) == (JobState.STAGED, Outcome.NOT_SENT)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED
    assert [one.outcome for one in job.tries.filter(call="submit")] == [Outcome.NOT_SENT, Outcome.DONE]
    assert len(world.accepts()) == 1


LOST = [
    {"kind": "reset"},
    {"kind": "http_error", "status": 502},
    {"kind": "http_error", "status": 500},
    {"kind": "truncated"},
    {"kind": "invalid_json"},
    {"kind": "busy"},
]
SILENT = [
    {"kind": "reset"},
    {"kind": "http_error", "status": 502},
    {"kind": "busy"},
    {"kind": "error", "errcode": 99999},
]


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("fault", LOST, ids=str)
def test_an_unclear_answer_after_the_effect_is_looked_for_and_found(world, job, fault):
    """The platform acted and its answer was lost: unknown, then found by the mark; accepted once, never sent again."""
    world.sandbox.fault(path=SUBMIT, when="after", **fault)
    send(world, job)
    assert (job.state, last_submit(job).outcome) == (JobState.UNKNOWN, Outcome.UNKNOWN)
    world.work(seconds=40)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert job.tries.filter(call="submit").count() == 1


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("fault", SILENT, ids=str)
def test_an_unclear_answer_without_effect_is_asked_and_never_sent_again(world, job, fault):
    """The platform did not act: the same answer, so the same treatment; after the quiet time a person is asked."""
    world.sandbox.fault(path=SUBMIT, when="before", **fault)
    send(world, job)
    assert job.state == JobState.UNKNOWN
    world.work(seconds=1300, step=20)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert world.accepts() == []
    assert job.tries.filter(call="submit").count() == 1
    looked = [(look.at - job.unknown_since).total_seconds() for look in job.looks.order_by("pk")]
    assert len(looked) == 7
    assert all(
        abs(at - wanted) <= 20 for at, wanted in zip(looked, (15, 30, 60, 120, 300, 600, 1200), strict=True)
    )


@pytest.mark.requirement("K2")
def test_a_read_time_out_is_unknown(world, job, monkeypatch):
    """The answer comes later than we wait."""
    monkeypatch.setattr(work, "CALL_SECONDS", 0.3)
    world.sandbox.fault("latency", SUBMIT, seconds=1.0, when="after")
    send(world, job)
    assert (job.state, last_submit(job).body) == (JobState.UNKNOWN, "ReadTimeout")


@pytest.mark.parametrize("kind", ["text_plain", "gzip", "extra_fields", "hint_and_rid", "no_errcode"])
def test_a_good_answer_in_a_strange_dress_is_accepted(world, job, kind):
    """Content type, compression and unknown fields say nothing about the effect."""
    world.sandbox.fault(kind, SUBMIT)
    send(world, job)
    assert job.state == JobState.ACCEPTED
    assert job.remote["publish_id"]


def test_errcode_nought_without_an_id_is_unknown(world, job):
    """Friendly words are no evidence: without the task's id the call is looked for."""
    world.sandbox.fault("error", SUBMIT, errcode=0, when="before")
    send(world, job)
    assert job.state == JobState.UNKNOWN


@pytest.mark.requirement("SE7")
@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_once_and_the_call_made_with_a_new_intent(world, job, code):
    """The refusal is certain, so a second send is safe; the token has one owner."""
    world.sandbox.fault("error", SUBMIT, errcode=code, when="before")
    send(world, job)
    world.work(seconds=40)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    outcomes = [one.outcome for one in job.tries.filter(call="submit")]
    assert outcomes == [Outcome.REFUSED_TOKEN, Outcome.DONE]
    assert len(world.accepts()) == 1


@pytest.mark.requirement("SE7")
def test_a_token_that_died_is_replaced_without_force(world, job):
    """Somebody reset the tokens: a normal renewal brings a new one, no forced refresh is spent."""
    world.sandbox.control("accounts/invalidate_tokens", account=world.account.app_id)
    send(world, job)
    world.work(seconds=10)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert world.account.token.forced_at == []


@pytest.mark.parametrize("code", [45009, 45011])
def test_a_quota_refusal_waits_and_warns_that_the_time_will_pass(world, job, code):
    """Later means as told; where that is after the push's window, the cause says so and a person is asked."""
    world.sandbox.fault("error", SUBMIT, errcode=code, when="before", count=0)
    send(world, job)
    assert (job.state, last_submit(job).outcome) == (JobState.STAGED, Outcome.REFUSED_LATER)
    assert ("来不及" in job.cause) is (code == 45009)
    world.work(seconds=1900, step=60)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.WINDOW_MISSED)
    assert world.accepts() == []


@pytest.mark.parametrize("code", [48001, 50002, 53503, 53504, 53505, 40007, 87014])
def test_a_certain_refusal_rejects_with_the_reason_in_words(world, job, code):
    """Nothing went out and nothing will by itself; the articles go back for an edit."""
    world.sandbox.fault("error", SUBMIT, errcode=code, when="before")
    send(world, job)
    assert (job.state, job.cause_code) == (JobState.REJECTED, str(code))
    assert job.cause
    assert job.items.get().revision.article.state == "returned"
    assert not job.items.filter(live=True).exists()


def test_no_such_draft_on_a_second_attempt_is_evidence_that_the_first_landed(world, job, monkeypatch):
    """40007 after an earlier attempt: looked for, never rejected (§2.5, exception)."""
    with faults.handler(Broken(monkeypatch, ConnectionRefusedError())):
        send(world, job)

    def somebody_is_faster(place):
        if place == Point.AFTER_INTENT:
            world.sandbox.control("drafts/publish", media_id=job.staged["media_id"])

    with faults.handler(somebody_is_faster):
        world.work(seconds=5)
    job.refresh_from_db()
    assert (job.state, last_submit(job).errcode) == (JobState.UNKNOWN, 40007)
    world.work(seconds=60)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.requirement("RS4")
def test_nothing_is_sent_a_second_before_its_time(world, job):
    """The time is the push's, not the clock's convenience."""
    world.time.to(DUE - timedelta(seconds=1))
    world.work()
    assert world.sandbox.ledger(path=SUBMIT) == []
