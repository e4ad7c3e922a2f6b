"""Weibo's call on a withdrawal: unsigned, so it only makes us ask about the token (weibo.md 2.5)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from guanhao.demo.institutions import PASSWORD
from guanhao.inbound.cancelling import cancel_address
from guanhao.inbound.models import InboxItem
from guanhao.process.steps import QUEUES
from guanhao.registry.models import Connection
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Queue, Worker
from tests.publishing.conftest import running_sandbox, sandbox, time, weibo
from tests.publishing.weibo_world import KEY

__all__ = ["running_sandbox", "sandbox", "time", "weibo"]
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("NT3")]
TOKEN_INFO = "/oauth2/get_token_info"


@pytest.fixture
def connected(weibo):
    """The college's account, authorised."""
    weibo.connect()
    return weibo


@pytest.fixture
def call(client, connected):
    """Call the address as Weibo does, or as a stranger who came to know it."""
    address = urlsplit(cancel_address(connected.cast.institution)).path

    def make(method="get", **fields):
        said = {"source": KEY, "uid": connected.account.handle, "auth_end": "1795000000"} | fields
        return getattr(client, method)(address, said)

    return make


def work():
    until_idle(QUEUES[Queue.CALLBACKS], Worker("test/callbacks-0"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_withdrawal_is_asked_about_and_found_true(connected, call, method):
    """Open question 35: by GET or POST; the platform's own answer ends the connection."""
    connected.sandbox.control("weibo/withdraw", app_key=KEY, uid=connected.account.handle)
    assert call(method).content == b"success"
    assert Connection.objects.get().ended_at is None
    work()
    assert Connection.objects.get().ended_at is not None
    assert InboxItem.objects.get().handled_at is not None


def test_a_strangers_call_ends_nothing_and_costs_one_question_an_hour(connected, call, time):
    """The token lives, so the connection stands; ten calls are one question."""
    before = len(connected.sandbox.ledger(path=TOKEN_INFO))
    for _ in range(10):
        assert call().content == b"success"
    work()
    assert Connection.objects.get().ended_at is None
    assert len(connected.sandbox.ledger(path=TOKEN_INFO)) == before + 1
    time.pass_(3600)
    call()
    work()
    assert len(connected.sandbox.ledger(path=TOKEN_INFO)) == before + 2


@pytest.mark.parametrize("fields", [{"source": "9999"}, {"uid": "1"}, {"uid": ""}])
def test_what_is_not_about_us_is_answered_alike_and_kept_nowhere(call, fields):
    """Nobody can find out by it which uids are connected."""
    assert call(**fields).content == b"success"
    assert not InboxItem.objects.exists()


def test_without_an_answer_it_is_asked_again(connected, call, time):
    """The platform was away; later it answers."""
    connected.sandbox.control("weibo/withdraw", app_key=KEY, uid=connected.account.handle)
    connected.sandbox.fault("reset", TOKEN_INFO, when="before")
    call()
    work()
    assert InboxItem.objects.get().handled_at is None
    time.to(time.instant + timedelta(minutes=1))
    work()
    assert InboxItem.objects.get().handled_at is not None
    assert Connection.objects.get().ended_at is not None


@pytest.mark.parametrize("key", ["1", "1.abc", "x"])
def test_an_address_we_did_not_make_is_not_found(client, connected, key):
    """Another institution's number does not help."""
    assert client.get(f"/callback/weibo/{key}").status_code == 404


def test_the_address_stands_on_the_apps_page(connected):
    """Ready to be copied into the platform's console."""
    office = Client()
    office.post("/sign-in/", {"login": "gpnu-publicity", "password": PASSWORD})
    office.post("/me/confirm/", {"password": PASSWORD})
    page = office.get("/accounts/weibo/app/").content.decode()
    assert cancel_address(connected.cast.institution) in page
