"""The table of §2.5, cell by cell, for mass sending: a repeat goes only under its own key, and never doubles (class Q)."""

from datetime import timedelta
from itertools import pairwise

import pytest

from guanhao.core import faults
from guanhao.publishing import actions, epoch, steps, work
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, EffectClass, JobState, Outcome
from tests.publishing.test_answers import Broken
from tests.publishing.world import DUE

SEND = "/cgi-bin/message/mass/sendall"
pytestmark = pytest.mark.requirement("K3")


@pytest.fixture
def job(world):
    return world.staged(channel="wechat_mass")


def send(world, job, seconds=0, step=1.0):
    """Let the time come and the one call be made."""
    world.time.to(DUE)
    world.work(seconds=seconds, step=step)
    job.refresh_from_db()
    return job


def tries(job):
    return list(job.tries.filter(call="mass_send"))


def keys_sent(world):
    """The keys of all sends that reached the platform, and when, by its own ledger."""
    return [(one["at"], one["decisive"]["clientmsgid"]) for one in world.sandbox.ledger(path=SEND)]


@pytest.mark.requirement("K2")
def test_a_mass_send_goes_out_once_under_a_key_fixed_at_planning(world, job):
    """Sent on time, shown as published on the platform's evidence; the key is 32 hexadecimal characters of the job's own."""
    key = job.mark
    assert len(key) == 32
    assert int(key, 16)
    send(world, job, seconds=20)
    assert job.state == JobState.PUBLISHED, job.cause
    assert [one["clientmsgid"] for one in world.sends()] == [key]
    assert world.titles_public() == ["技能月开幕"]
    [tried] = tries(job)
    assert (tried.effect, tried.outcome) == (EffectClass.KEYED, Outcome.DONE)
    assert tried.ids["msg_id"] == job.remote["msg_id"]
    assert tried.approvals


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError()])
def test_what_surely_was_not_sent_is_sent_again_with_an_intent_of_its_own(world, job, monkeypatch, error):
    """Nothing left us: back to the queue at once, without waiting for the key."""
    with faults.handler(Broken(monkeypatch, error)):
        send(world, job)
    assert (job.state, tries(job)[-1].outcome) == (JobState.STAGED, Outcome.NOT_SENT)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED
    assert len(world.sends()) == 1


UNCLEAR = [
    {"kind": "reset"},
    {"kind": "http_error", "status": 502},
    {"kind": "busy"},
]
ONLY_AFTER = [{"kind": "truncated"}, {"kind": "invalid_json"}]


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("fault", [*UNCLEAR, *ONLY_AFTER], ids=str)
def test_an_unclear_answer_after_the_effect_is_settled_by_its_key(world, job, fault):
    """The platform acted and its answer was lost: the same key a minute later brings the first send's number (45065)."""
    world.sandbox.fault(path=SEND, when="after", **fault)
    send(world, job)
    assert (job.state, tries(job)[-1].outcome) == (JobState.UNKNOWN, Outcome.UNKNOWN)
    world.work(seconds=80)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert [(one.outcome, one.errcode) for one in tries(job)][1:] == [(Outcome.DONE, 45065)]
    assert len(world.sends()) == 1
    assert world.titles_public() == ["技能月开幕"]


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("fault", [*UNCLEAR, {"kind": "error", "errcode": 99999}], ids=str)
def test_an_unclear_answer_without_effect_is_sent_by_its_key_once(world, job, fault):
    """The platform did not act: the same repeat is the send. Never two, and at least 61 seconds apart."""
    world.sandbox.fault(path=SEND, when="before", count=3, **fault)
    send(world, job, seconds=300, step=5)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.sends()) == 1
    sent = keys_sent(world)
    assert {key for _at, key in sent} == {job.mark}
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(sent)]
    assert len(sent) == 4
    assert min(gaps) >= 61


@pytest.mark.requirement("K2", "K9")
def test_a_repeat_is_not_made_while_its_number_cannot_be_remembered(world, job, monkeypatch):
    """The disk has no room for the number outside: the doubt about the first send stays until there is."""
    world.sandbox.fault("reset", SEND, when="after")
    send(world, job)
    assert (job.state, len(keys_sent(world))) == (JobState.UNKNOWN, 1)
    with monkeypatch.context() as full:
        full.setattr(epoch, "remember", _without_room)
        world.work(seconds=80)
    job.refresh_from_db()
    assert (job.state, tries(job)[-1].outcome) == (JobState.UNKNOWN, Outcome.NOT_SENT)
    assert "磁盘" in job.cause
    assert len(keys_sent(world)) == 1
    world.work(seconds=80)
    job.refresh_from_db()
    assert (job.state, len(world.sends())) == (JobState.PUBLISHED, 1)


def _without_room(value):
    if value:  # Nought is there since the installation began.
        raise OSError(28, "No space left on device")


@pytest.mark.requirement("K2")
def test_an_outage_longer_than_the_pushs_window_is_asked_and_never_sent_late(world, job):
    """Past the window a repeat could be the first send, at the wrong time: a person decides."""
    world.sandbox.fault("reset", SEND, when="before", count=0)
    send(world, job, seconds=2000, step=30)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert world.sends() == []


@pytest.mark.requirement("K2")
def test_a_repeat_that_becomes_late_while_it_is_prepared_never_says_that_nothing_was_sent(world, job):
    """The first one is out, unseen; a slow platform carries the repeat past the window, and the page must not deny it."""
    world.sandbox.fault("reset", SEND, when="after")
    send(world, job)
    world.time.to(job.late_after - timedelta(seconds=30))

    def dawdle(place):
        if place == Point.BEFORE_INTENT:
            world.time.pass_(60)

    with faults.handler(dawdle):
        steps.repeat(world.worker)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert "没有明确答复" in job.cause
    assert len(world.sends()) == 1


@pytest.mark.requirement("K2")
def test_a_persons_resend_uses_the_same_key_and_finds_what_landed(world, job):
    """The first one landed and could not be confirmed for half an hour; 重发 adopts it instead of sending another."""
    world.sandbox.fault("reset", SEND, when="after", count=0)
    send(world, job, seconds=2000, step=30)
    assert job.state == JobState.ASK
    world.sandbox.control("faults/clear")
    actions.answer_ask(**world.who("ruian-editor"), job=job, choice="resend")
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.sends()) == 1


@pytest.mark.requirement("K2")
def test_an_unknown_send_older_than_the_keys_life_is_asked(world, job):
    """§2.7 (7): after 23 hours the platform may have forgotten the key, so nothing is repeated."""
    world.sandbox.fault("reset", SEND, when="before")
    send(world, job)
    assert job.state == JobState.UNKNOWN
    world.time.to(DUE + timedelta(hours=23, minutes=1))
    world.work()
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.KEY_OLD)
    assert len(keys_sent(world)) == 1
    assert world.sends() == []


@pytest.mark.requirement("K2")
def test_a_read_time_out_is_unknown(world, job, monkeypatch):
    """The answer comes later than we wait."""
    monkeypatch.setattr(work, "CALL_SECONDS", 0.3)
    world.sandbox.fault("latency", SEND, seconds=1.0, when="after")
    send(world, job)
    assert (job.state, tries(job)[-1].body) == (JobState.UNKNOWN, "ReadTimeout")


@pytest.mark.parametrize("kind", ["text_plain", "gzip", "extra_fields", "hint_and_rid", "no_errcode"])
def test_a_good_answer_in_a_strange_dress_is_accepted(world, job, kind):
    """Content type, compression and unknown fields say nothing about the effect."""
    world.sandbox.fault(kind, SEND)
    send(world, job)
    assert job.state == JobState.ACCEPTED
    assert job.remote["msg_id"]


@pytest.mark.parametrize("code", [0, 45065])
def test_friendly_words_without_a_number_are_unknown(world, job, code):
    """Neither "ok" nor "known" is evidence without the send's number."""
    world.sandbox.fault("error", SEND, errcode=code, when="before")
    send(world, job)
    assert job.state == JobState.UNKNOWN


@pytest.mark.requirement("SE7")
@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_once_and_the_call_made_with_a_new_intent(world, job, code):
    """The refusal is certain, so the second send is the first; the key is the same."""
    world.sandbox.fault("error", SEND, errcode=code, when="before")
    send(world, job, seconds=20)
    assert job.state == JobState.PUBLISHED, job.cause
    assert [one.outcome for one in tries(job)] == [Outcome.REFUSED_TOKEN, Outcome.DONE]
    assert len(world.sends()) == 1


@pytest.mark.parametrize("code", [45009, 45011, 45066])
def test_a_refusal_for_now_waits(world, job, code):
    """Quota and "too soon": later, within the push's window; nothing was sent meanwhile."""
    world.sandbox.fault("error", SEND, errcode=code, when="before")
    send(world, job)
    assert (job.state, tries(job)[-1].outcome) == (JobState.STAGED, Outcome.REFUSED_LATER)
    assert ("来不及" in job.cause) is (code == 45009)
    world.work(seconds=90, step=5)
    job.refresh_from_db()
    assert (job.state == JobState.PUBLISHED) is (code != 45009)


@pytest.mark.parametrize("code", [48001, 48008, 50002, 40007, 45064, 87014])
def test_a_certain_refusal_rejects_with_the_reason_in_words(world, job, code):
    """Nothing went out and nothing will by itself."""
    world.sandbox.fault("error", SEND, errcode=code, when="before")
    send(world, job)
    assert (job.state, job.cause_code) == (JobState.REJECTED, str(code))
    assert job.cause
    assert world.sends() == []


def test_no_allowance_left_asks_a_person_and_can_be_moved_to_another_day(world, job):
    """45028: nothing is wrong with the articles, so they stay approved; the push takes another day and goes out."""
    world.sandbox.fault("error", SEND, errcode=45028, when="before")
    send(world, job)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.ALLOWANCE)
    assert "群发次数已用完" in job.cause
    due = DUE + timedelta(days=1)
    actions.move(**world.who("ruian-editor"), push=job.push, due_at=due, serial=job.push.serial)
    world.time.to(due)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.sends()) == 1


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("code", [40007, 45028, 48001])
def test_a_refused_repeat_never_rejects_what_may_have_landed(world, job, code):
    """The draft is gone, or the day's send is used up: signs that the first landed. A person is asked, never told "refused"."""
    world.sandbox.fault("reset", SEND, when="after")
    send(world, job)
    world.sandbox.fault("error", SEND, errcode=code, when="before")
    world.work(seconds=80, step=5)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert ("很可能已经发出" in job.cause) is (code != 48001)
    assert len(world.sends()) == 1


@pytest.mark.requirement("K2")
@pytest.mark.parametrize("code", [42001, 45009, 45066])
def test_a_repeat_put_off_stays_unknown_and_is_repeated(world, job, code):
    """A quota and a dead token tell nothing of the first send; the doubt stays until the key settles it."""
    world.sandbox.fault("reset", SEND, when="after")
    send(world, job)
    world.sandbox.fault("error", SEND, errcode=code, when="before")
    world.work(seconds=62)
    job.refresh_from_db()
    assert job.state == JobState.UNKNOWN
    world.work(seconds=80, step=5) if code != 45009 else world.work(seconds=1000, step=60)
    job.refresh_from_db()
    assert (job.state == JobState.PUBLISHED) is (code != 45009)
    assert len(world.sends()) == 1


@pytest.mark.requirement("RS4")
def test_nothing_is_sent_a_second_before_its_time(world, job):
    """The time is the push's, not the clock's convenience."""
    world.time.to(DUE - timedelta(seconds=1))
    world.work()
    assert keys_sent(world) == []
