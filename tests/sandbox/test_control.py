"""The control API: what it refuses, the clock, the console and the accounts to try things with."""

from __future__ import annotations

import time

import pytest
import requests

from tests.support.sandbox import ControlRefusedError
from tests.support.wechat_client import PlainClient


def test_reset_forgets_everything(sandbox, client):
    """Ledger and clock included."""
    client.draft()
    sandbox.reset()
    assert sandbox.ledger() == []
    assert sandbox.read("accounts") == {"accounts": []}
    assert sandbox.read("clock")["frozen"] is False


def test_examples_show_the_situations_an_institution_meets(sandbox):
    """Verified, unverified, individual, address not registered, verification about to end."""
    sandbox.control("reset", examples=True)
    accounts = sandbox.read("accounts")["accounts"]
    clients = [PlainClient(sandbox.base_url, each["appid"], each["secret"]) for each in accounts]
    assert clients[4].stable_token()["errcode"] == 40164
    body = {"offset": 0, "count": 1}
    codes = [clients[n].errcode("freepublish/batchget", **body) for n in (0, 1, 2, 3, 5)]
    assert codes == [0, 0, 48001, 48001, 0]
    sandbox.advance(86_401)
    clients[5].token = clients[5].stable_token()["access_token"]
    assert clients[5].errcode("freepublish/batchget", **body) == 48001


def test_an_account_cannot_be_created_twice(sandbox, client):
    """Changing it is another call."""
    with pytest.raises(ControlRefusedError, match="already"):
        sandbox.account(appid=client.appid)
    assert sandbox.change_account(client.appid, name="新名")["name"] == "新名"


@pytest.mark.parametrize(
    ("call", "arguments", "reason"),
    [
        ("accounts/update", {"account": "wx0"}, "no account"),
        ("accounts/invalidate_tokens", {}, "account is a string"),
        ("clock", {"advance": -1}, "forward"),
        ("clock", {"advance": "x"}, "number"),
        ("clock", {"resume": True, "rate": -1}, "forward"),
        ("clock", {"freeze": "x"}, "float"),
        ("clock", {"jump": 1}, "unknown arguments"),
        ("drafts/delete", {"media_id": "x"}, "no draft"),
        ("drafts/publish", {"media_id": "x", "notify": "yes"}, "true or false"),
        ("articles/ban", {"article_id": "x"}, "no article"),
        ("articles/ban", {"article_id": "x", "index": "one"}, "number"),
        ("quotas", {"account": "wx0", "path": "/x", "daily": "x"}, "whole numbers"),
        ("nothing", {}, "no such control call"),
    ],
)
def test_mistakes_are_named(sandbox, call, arguments, reason):
    """The answer says what was wrong."""
    with pytest.raises(ControlRefusedError, match=reason):
        sandbox.control(call, **arguments)


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_a_body_must_be_a_json_object(sandbox, body):
    """Anything else is refused."""
    assert requests.post(f"{sandbox.base_url}/_sandbox/reset", data=body).status_code == 400


def test_the_clock_can_run_faster_than_the_wall(sandbox):
    """For batteries whose waiting times should pass quickly: a thousand virtual seconds in a real one."""
    sandbox.control("clock", freeze=1_795_000_000)
    sandbox.control("clock", resume=True, rate=1_000)
    begun = time.monotonic()
    time.sleep(0.05)
    passed = sandbox.read("clock")["now"] - 1_795_000_000
    assert 50 <= passed <= 1_000 * (time.monotonic() - begun + 5)


def test_the_clock_can_stand_jump_and_run(sandbox):
    """Frozen time moves only when told; running time goes on from there."""
    assert sandbox.read("clock")["now"] == 1_795_000_000
    sandbox.advance(3600)
    assert sandbox.read("clock")["now"] == 1_795_003_600
    sandbox.control("clock", resume=True)
    sandbox.advance(100)
    now = sandbox.read("clock")
    assert now["frozen"] is False
    assert 1_795_003_700 <= now["now"] < 1_795_003_760


class TestConsole:
    """What people do in the platform's own console."""

    def test_a_draft_can_be_edited_behind_the_clients_back(self, sandbox, client):
        """The same filter applies; update_time moves."""
        media_id = client.draft(title="旧")
        sandbox.advance(5)
        sandbox.control(
            "drafts/edit", media_id=media_id, index=0, title="新", content="<p onclick='x'>改</p>"
        )
        draft = client.post("draft/get", media_id=media_id)
        assert (draft["news_item"][0]["title"], draft["news_item"][0]["content"]) == ("新", "<p>改</p>")
        assert draft["update_time"] == draft["create_time"] + 5

    def test_an_edit_that_breaks_a_rule_changes_nothing(self, sandbox, client):
        """The console has the same rules."""
        media_id = client.draft(title="旧")
        with pytest.raises(ControlRefusedError):
            sandbox.control("drafts/edit", media_id=media_id, title="")
        with pytest.raises(ControlRefusedError):
            sandbox.control("drafts/edit", media_id=media_id, index=1, title="新")
        assert client.post("draft/get", media_id=media_id)["news_item"][0]["title"] == "旧"

    def test_a_draft_can_be_deleted_behind_the_clients_back(self, sandbox, client):
        """The client meets 40007."""
        media_id = client.draft()
        sandbox.control("drafts/delete", media_id=media_id)
        assert client.submit(media_id)["errcode"] == 40007

    @pytest.mark.parametrize(("notify", "listed"), [(False, 1), (True, 0)])
    def test_a_draft_can_be_published_by_hand(self, sandbox, client, notify, listed):
        """What was sent with notification is in no list; its draft is gone all the same."""
        media_id = client.draft(title="手工发布")
        done = sandbox.control("drafts/publish", media_id=media_id, notify=notify)
        assert "手工发布" in sandbox.page(done["urls"][0])
        assert client.errcode("draft/get", media_id=media_id) == 40007
        assert client.post("freepublish/batchget", offset=0, count=1)["total_count"] == listed
        assert sandbox.public_effects()[0]["cause"] == "console"

    def test_what_the_filter_took_away_can_be_seen(self, sandbox, client):
        """Received, stored and lost stand side by side."""
        client.draft(content='<p onclick="x">甲</p>')
        draft = sandbox.read("drafts", account=client.appid)["drafts"][0]
        assert draft["originals"][0]["article"]["content"] == '<p onclick="x">甲</p>'
        assert draft["articles"][0]["content"] == "<p>甲</p>"
        assert draft["originals"][0]["lost"] == ["attribute onclick"]
