"""A pushed message makes us look, or forget; it changes nothing by itself (NT3, K2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.core import clock
from guanhao.inbound.actions import forget_outlived
from guanhao.inbound.models import InboxItem, RefusedPushes, UsedNonce
from guanhao.process.callbacks import EARLY, handle_one
from guanhao.process.steps import QUEUES
from guanhao.publishing.looking import LOOKS
from guanhao.publishing.models import PublishJob
from guanhao.registry.actions import add_account
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Queue, Worker
from tests.inbound.conftest import NOW, publish_finished
from tests.publishing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("NT3")]
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def work():
    """Work off what is due."""
    return lambda: until_idle(QUEUES[Queue.CALLBACKS], Worker("test/callbacks-0"))


@pytest.fixture
def job(ruian, now):
    """A job as it stands some time after its submit was answered."""

    def make(state="accepted", **fields):
        made = World(ruian, None).planned()
        values = {"state": state, "run_after": LATER, "remote": {"publish_id": "2247503051"}} | fields
        PublishJob.objects.filter(pk=made.pk).update(**values)
        made.refresh_from_db()
        return made

    return make


def moved(job):
    """Whether the job is due now; nothing else about it may have changed."""
    before = {name: getattr(job, name) for name in ("state", "serial", "remote", "looks_done", "cause")}
    job.refresh_from_db()
    assert {name: getattr(job, name) for name in before} == before
    return job.run_after == clock.now()


@pytest.mark.parametrize("state", ["accepted", "unknown"])
def test_the_end_of_a_task_makes_its_job_be_looked_at_now(platform, work, inbox, job, state):
    """Only when it is looked at; what the event claims is not believed."""
    theirs = job(state)
    platform.push(publish_finished(status=3, fail_idx=[1]))
    work()
    assert moved(theirs)
    assert [(item.jobs_found, item.handled_at) for item in inbox()] == [(1, NOW)]


@pytest.mark.parametrize("state", ["planned", "staged", "armed", "ask", "rejected", "cancelled", "published"])
def test_jobs_that_wait_for_nothing_from_the_platform_are_left_alone(platform, work, job, state):
    """An event never starts, sends or ends anything."""
    theirs = job(state)
    platform.push()
    work()
    assert not moved(theirs)


@pytest.mark.parametrize(("status", "looked_at"), [(5, True), (6, True), (0, False)])
def test_that_it_is_gone_makes_a_published_job_be_looked_at(platform, work, job, status, looked_at):
    """Deleted by the account or banned (open question 22: whether it is pushed is not said)."""
    theirs = job("published")
    platform.push(publish_finished(status=status))
    work()
    assert moved(theirs) == looked_at


def test_another_accounts_job_of_the_same_number_is_left_alone(platform, work, job, ruian, office):
    """Numbers are the platform's; the address says whose they are."""
    other = add_account(
        actor=office,
        institution=ruian.institution,
        platform="wechat",
        name="另一个账号",
        owner_unit=ruian.units["学生科"],
        state="applied",
    )
    theirs = job(account=other)
    platform.push()
    work()
    assert not moved(theirs)


def test_an_event_before_the_answer_is_kept_and_matched_later(platform, work, inbox, job):
    """It overtook the answer to the submit: the number is not known here yet (5.3)."""
    theirs = job("armed", remote={})
    platform.push()
    work()
    assert inbox()[0].handled_at is None
    PublishJob.objects.filter(pk=theirs.pk).update(state="accepted", remote={"publish_id": "2247503051"})
    theirs.refresh_from_db()
    with clock.frozen(NOW + timedelta(seconds=5)):
        work()
        assert moved(theirs)
    assert inbox()[0].jobs_found == 1


def test_an_event_nobody_waits_for_is_let_go_after_an_hour(platform, work, inbox):
    """Somebody published on the platform's console."""
    platform.push()
    work()
    for minutes in (1, 2, 30):
        with clock.frozen(NOW + timedelta(minutes=minutes)):
            work()
    assert inbox()[0].handled_at is None
    with clock.frozen(NOW + EARLY + timedelta(minutes=1)):
        work()
    item = inbox()[0]
    assert (item.jobs_found, item.handled_at is not None, item.set_aside_at) == (0, True, None)


def test_a_job_without_a_number_is_looked_at_once_more_but_never_for_the_last_time(platform, work, job):
    """Its answer was lost, so the event may be about it; the quiet time before a person is asked stays (§2.7)."""
    nameless = job("unknown", remote={})
    platform.push(publish_finished("1"))
    work()
    assert moved(nameless)
    PublishJob.objects.filter(pk=nameless.pk).update(run_after=LATER, looks_done=len(LOOKS) - 1)
    nameless.refresh_from_db()
    platform.push(publish_finished("2"), nonce="2")
    work()
    assert not moved(nameless)


def test_one_event_brings_only_one_look_forward(platform, work, job):
    """While it waits for its job it does not hurry the others again and again."""
    nameless = job("unknown", remote={})
    platform.push(publish_finished("1"))
    work()
    PublishJob.objects.filter(pk=nameless.pk).update(run_after=LATER)
    nameless.refresh_from_db()
    with clock.frozen(NOW + timedelta(seconds=5)):
        work()
        assert not moved(nameless)


def test_a_job_in_a_workers_hands_is_looked_at_after_them(platform, work, inbox, job):
    """That worker writes when to look next; the event waits until it did."""
    theirs = job(owner="somebody", lease_until=NOW + timedelta(seconds=4))
    platform.push()
    work()
    assert not moved(theirs)
    assert inbox()[0].handled_at is None
    with clock.frozen(NOW + timedelta(seconds=5)):
        work()
        assert moved(theirs)


@pytest.mark.requirement("PD5")
def test_a_withdrawn_consent_deletes_what_the_user_did(platform, work, inbox):
    """Theirs only; the event itself stays without the user."""
    base = publish_finished() | {"MsgType": "text", "Content": "在吗"}
    for number, who in enumerate(("oA", "oA", "oB")):
        platform.push(base | {"FromUserName": who, "MsgId": number + 1}, nonce=str(number))
    revoked = publish_finished() | {"Event": "user_authorization_revoke", "OpenID": "oA", "RevokeInfo": "1"}
    platform.push(revoked, nonce="9")
    work()
    assert [item.kind for item in inbox()] == ["message", "consent_revoked"]
    assert inbox()[1].user == ""
    assert all(item.handled_at for item in inbox())


@pytest.mark.requirement("PD5")
def test_what_users_did_is_forgotten_after_thirty_days(platform, inbox):
    """The end of a publishing task backs its record for half a year; traces against replay go sooner."""
    platform.push(publish_finished() | {"MsgType": "text", "MsgId": 1}, nonce="1")
    platform.push(nonce="2")
    platform.push(signed_with="wrong")
    with clock.frozen(NOW + timedelta(days=30)):
        assert forget_outlived() == 1
    assert [item.kind for item in inbox()] == ["publish_finished"]
    assert not UsedNonce.objects.exists()
    assert not RefusedPushes.objects.exists()


def test_messages_of_all_institutions_are_one_queue_and_rows_are_claimed_once(platform, inbox):
    """Two workers do not handle one message twice."""
    platform.push(publish_finished() | {"MsgType": "text", "MsgId": 1})
    InboxItem.objects.update(owner="other", lease_until=NOW + timedelta(seconds=30))
    assert not handle_one(Worker("test/callbacks-0"))
    assert inbox()[0].handled_at is None
