"""The sandbox's own pusher against our address over real HTTP: every mode, every mischief, both settings of 2 and 32."""

from __future__ import annotations

import time as wall

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError

from guanhao.core import clock
from guanhao.demo.institutions import APP_SECRET
from guanhao.inbound.actions import make_keys, renew_address, take_plain
from guanhao.inbound.models import InboxItem, UsedNonce
from guanhao.people.access import actor_of
from guanhao.process.steps import QUEUES
from guanhao.publishing.models import PublishJob
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Queue, Worker
from tests.publishing.world import Time, World
from tests.support.sandbox import RunningSandbox

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("NT3"),
    # The pusher is the platform's business, not the database's: on PostgreSQL it belongs to the long run.
    *([] if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else [pytest.mark.long]),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with RunningSandbox.in_thread(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


class Connected:
    """A college whose account is connected both ways, and the platform it is connected to."""

    def __init__(self, sandbox, world, live_server):
        self.sandbox, self.world, self.account = sandbox, world, world.account
        self.actor = actor_of(world.editor)
        self.address = renew_address(actor=self.actor, account=self.account)
        self.keys = make_keys(actor=self.actor, account=self.account)
        self.url = f"{live_server.url}/callback/wechat/{self.address.key}"

    def enter(self, mode="safe"):
        """What a person types on the console."""
        callback = {"url": self.url, "token": self.keys.token, "aes_key": self.keys.aes_key, "mode": mode}
        self.sandbox.change_account(self.account.app_id, callback=callback)

    def accepted(self):
        """A job whose submit the platform accepted, to be polled in a while."""
        job = self.world.planned()
        self.world.time.to(job.due_at)
        self.world.work()
        job.refresh_from_db()
        return job

    def events(self, state):
        """The platform's events once they have all come to this state."""
        end = wall.monotonic() + 20
        while wall.monotonic() < end:
            events = self.sandbox.read("events", account=self.account.app_id)["events"]
            if events and all(event["state"] == state for event in events):
                return events
            wall.sleep(0.02)
        raise AssertionError(events)

    def repeated(self, state="given_up"):
        """The events after the platform repeated them as often as it does."""
        for deliveries in (1, 2):
            self._delivered(deliveries)
            self.world.time.pass_(11)
        return self.events(state)

    def _delivered(self, deliveries):
        end = wall.monotonic() + 20
        while wall.monotonic() < end:
            events = self.sandbox.read("events", account=self.account.app_id)["events"]
            if events and all(
                len(event["answers"]) >= deliveries or event["state"] == "heard" for event in events
            ):
                return
            wall.sleep(0.02)
        raise AssertionError(events)

    def hear(self):
        """Work off what came."""
        until_idle(QUEUES[Queue.CALLBACKS], Worker("test/callbacks-0"))

    def inbox(self):
        return list(InboxItem.objects.filter(account=self.account))


@pytest.fixture
def connected(running, settings, monkeypatch, ruian, live_server):
    running.reset()
    monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
    settings.WECHAT_BASE_URL = running.base_url
    account = ruian.accounts["flagship"]
    running.account(
        appid=account.app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
    )
    time = Time(running)
    with clock.frozen(time):
        made = Connected(running, World(ruian, time, running), live_server)
        made.enter()
        yield made


def finished(connected, **switches):
    """A job's task, started and ended on the platform, before our own poll."""
    connected.sandbox.switch(publish_delay=20, **switches)
    job = connected.accepted()
    connected.world.time.pass_(20)
    assert job.state == "accepted"
    return job


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
@pytest.mark.parametrize("heard_by", ["any_200", "success_or_empty"])
def test_in_every_mode_the_event_brings_the_look_forward(connected, mode, heard_by):
    """The console's check passes, one delivery is enough, and our own look does the rest."""
    take_plain(actor=connected.actor, address=connected.address, allowed=mode == "plain")
    connected.enter(mode)
    assert connected.sandbox.control("accounts/verify_callback", account=connected.account.app_id)["verified"]
    job = finished(connected, event_heard_by=heard_by)
    assert [event["deliveries"] for event in connected.events("heard")] == [1]
    PublishJob.objects.filter(pk=job.pk).update(run_after=job.late_after)
    connected.hear()
    connected.world.work()
    job.refresh_from_db()
    assert job.state == "published"
    assert [item.jobs_found for item in connected.inbox()] == [1]


@pytest.mark.parametrize(
    "form",
    [
        {"event_openid": "withheld"},
        {"event_id_type": "text"},
        {"event_format": "json"},
        {"event_empty_check": "absent"},
    ],
    ids=str,
)
def test_whatever_form_the_event_has_it_is_understood(connected, form):
    """Open question 32: openid, type of the number, XML or JSON, empty results left out."""
    job = finished(connected, **form)
    connected.events("heard")
    connected.hear()
    assert [(item.reference, item.jobs_found) for item in connected.inbox()] == [
        (job.remote["publish_id"], 1)
    ]


def test_what_people_do_is_taken_in_and_forgotten_when_they_say_so(connected):
    """Follow, write, use the menu, unfollow; then withdraw: only that remains, without them."""
    for act in ("follow", "message", "click", "view", "scan", "unfollow"):
        connected.sandbox.control("followers/act", account=connected.account.app_id, act=act, key="k")
        connected.events("heard")
    kinds = [item.kind for item in connected.inbox()]
    assert kinds == ["followed", "message", "other_event", "other_event", "other_event", "unfollowed"]
    assert len({item.user for item in connected.inbox()}) == 1
    connected.sandbox.control("followers/act", account=connected.account.app_id, act="revoke")
    connected.events("heard")
    connected.hear()
    assert [(item.kind, item.user) for item in connected.inbox()] == [("consent_revoked", "")]


@pytest.mark.parametrize("told", [False, True])
def test_the_end_of_a_publication_is_noticed_at_once_where_it_is_told(connected, told):
    """Open question 22: whether an event tells it; without one the next look of our own does."""
    job = finished(connected, ended_event=told)
    connected.world.work(seconds=5)
    connected.events("heard")
    connected.hear()
    job.refresh_from_db()
    assert job.state == "published"
    connected.sandbox.control("articles/ban", article_id=job.remote["article_id"], index=0)
    connected.events("heard")
    connected.hear()
    connected.world.work()
    job.refresh_from_db()
    assert job.state == ("removed" if told else "published")


def test_a_plain_push_is_refused_where_only_encrypted_ones_are_taken(connected):
    """The account's page says why: the console is in the wrong mode."""
    connected.enter("plain")
    job = finished(connected)
    assert [answer["status"] for event in connected.repeated() for answer in event["answers"]] == [403] * 3
    assert connected.inbox() == []
    connected.world.work(seconds=30)
    job.refresh_from_db()
    assert job.state == "published"


@pytest.mark.parametrize("mischief", ["wrong_signature", "wrong_appid", "old_timestamp"])
def test_a_push_that_proves_nothing_is_refused_and_polling_finds_the_truth(connected, mischief):
    """Three deliveries, three refusals; the job is published all the same."""
    job = finished(connected, event_mischief=mischief)
    assert [answer["status"] for event in connected.repeated() for answer in event["answers"]] == [403] * 3
    assert connected.inbox() == []
    connected.world.work(seconds=30)
    job.refresh_from_db()
    assert job.state == "published"


def test_a_lost_event_costs_a_little_time(connected):
    """Nothing comes, and polling finds it."""
    job = finished(connected, event_mischief="lost")
    connected.events("lost")
    connected.world.work(seconds=30)
    job.refresh_from_db()
    assert job.state == "published"
    assert connected.inbox() == []


def test_a_doubled_event_is_one_message(connected):
    """Two deliveries, both answered, one row."""
    finished(connected, event_mischief="duplicate")
    assert len(connected.events("heard")) == 2
    assert len(connected.inbox()) == 1


def test_an_event_that_overtakes_the_reply_is_matched(connected):
    """It is stored while our submit still waits for its answer (5.3)."""
    connected.sandbox.switch(publish_delay=0, event_mischief="before_reply")
    job = connected.accepted()
    connected.events("heard")
    connected.hear()
    connected.world.work(seconds=10)
    job.refresh_from_db()
    assert job.state == "published"
    assert [(item.jobs_found, item.handled_at is not None) for item in connected.inbox()] == [(1, True)]
    assert len(connected.world.accepts()) == 1


def test_an_event_out_of_order_and_late_does_no_harm(connected):
    """It comes when the job is long published: nothing changes, nothing is sent."""
    job = finished(connected, event_delay=3600)
    connected.world.work(seconds=30)
    job.refresh_from_db()
    before = (job.state, job.serial)
    connected.world.time.pass_(3600)
    connected.events("heard")
    connected.hear()
    job.refresh_from_db()
    assert (job.state, job.serial) == ("published", before[1])
    assert len(connected.world.accepts()) == 1


@pytest.mark.parametrize("event_repeat", ["new_nonce", "same_nonce"])
def test_the_repeat_of_a_push_that_failed_here_is_stored(connected, monkeypatch, event_repeat):
    """Open question 2, with the platform's own repeat: the first delivery died in our database."""
    save, failures = UsedNonce.save, [1]

    def fail_once(self, *args, **kwargs):
        if failures:
            failures.pop()
            raise DatabaseError("the disk is full")
        return save(self, *args, **kwargs)

    monkeypatch.setattr(UsedNonce, "save", fail_once)
    finished(connected, event_repeat=event_repeat)
    events = connected.repeated("heard")
    assert [answer["status"] for answer in events[0]["answers"]] == [500, 200]
    assert len(connected.inbox()) == 1
