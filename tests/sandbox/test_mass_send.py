"""Mass sending: the client's key, the allowance, the administrator, the end of a job."""

from __future__ import annotations

import pytest

from tests.support.sandbox import ControlRefusedError
from tests.support.wechat_client import PlainClient

DAY = 86_400


def send(client, media_id, key="key-1", **fields):
    """Send a draft to everybody."""
    body = {
        "filter": {"is_to_all": True},
        "mpnews": {"media_id": media_id},
        "msgtype": "mpnews",
        "clientmsgid": key,
    }
    return client.post("message/mass/sendall", body | fields)


def state(client, msg_id):
    """Answer how a send stands."""
    return client.post("message/mass/get", msg_id=msg_id)["msg_status"]


def later(sandbox, client, seconds):
    """Move time and renew the token."""
    sandbox.advance(seconds)
    client.token = client.stable_token()["access_token"]


@pytest.fixture
def service(sandbox):
    """A client of a service account."""
    account = sandbox.account(type="SVC")
    return PlainClient(sandbox.base_url, account["appid"], account["secret"])


def test_a_send_goes_out_after_its_delay(sandbox, client):
    """Accepted, sending, sent; public, and in no list the API gives."""
    media_id = client.draft(title="推送")
    reply = send(client, media_id)
    assert (reply["errcode"], reply["errmsg"]) == (0, "send job submission success")
    assert reply["msg_data_id"]
    assert state(client, reply["msg_id"]) == "SENDING"
    assert sandbox.public() == []
    sandbox.advance(10)
    assert state(client, str(reply["msg_id"])) == "SEND_SUCCESS"
    assert [(each["title"], each["channel"]) for each in sandbox.public()] == [("推送", "mass")]
    assert client.post("freepublish/batchget", offset=0, count=1)["total_count"] == 0
    assert client.errcode("draft/get", media_id=media_id) == 40007


class TestKey:
    """clientmsgid makes the send idempotent for 24 hours."""

    def test_the_same_key_answers_the_same_job(self, sandbox, client):
        """45066 within a minute, 45065 with the msg_id afterwards; one message in all."""
        media_id = client.draft()
        reply = send(client, media_id)
        assert send(client, media_id)["errcode"] == 45066
        sandbox.advance(61)
        again = send(client, media_id)
        assert (again["errcode"], again["msg_id"]) == (45065, reply["msg_id"])
        assert len(sandbox.effects("mass.accepted")) == len(sandbox.public()) == 1

    def test_after_a_day_the_key_is_free(self, sandbox, client):
        """The draft is gone by then, which is what is refused."""
        media_id = client.draft()
        send(client, media_id)
        later(sandbox, client, DAY + 1)
        assert send(client, media_id)["errcode"] == 40007
        assert send(client, client.draft())["errcode"] == 0

    @pytest.mark.parametrize(("order", "errcode"), [("first", 45065), ("last", 40007)])
    def test_question_24_what_is_checked_first(self, sandbox, client, order, errcode):
        """If the key comes last, a repeat after success looks like a refusal."""
        sandbox.switch(mass_key_checked=order)
        media_id = client.draft()
        send(client, media_id)
        sandbox.advance(61)
        assert send(client, media_id)["errcode"] == errcode

    @pytest.mark.parametrize(("start", "errcode"), [("first_call", 45065), ("last_try", 45066)])
    def test_question_24_what_the_minute_runs_from(self, sandbox, client, start, errcode):
        """From the first call, or from the last try, which is remembered though it was refused."""
        sandbox.switch(mass_too_fast_from=start)
        media_id = client.draft()
        send(client, media_id)
        sandbox.advance(50)
        assert send(client, media_id)["errcode"] == 45066
        sandbox.advance(50)
        assert send(client, media_id)["errcode"] == errcode

    @pytest.mark.parametrize(
        ("key", "errcode"), [("k" * 64, 0), ("k" * 65, 45067), ("键" * 22, 45067), (5, 45067)]
    )
    def test_a_key_has_sixty_four_bytes_at_most(self, client, key, errcode):
        """Bytes, not characters."""
        assert send(client, client.draft(), key)["errcode"] == errcode

    def test_without_a_key_range_and_content_make_one(self, sandbox, client):
        """The same draft is refused, too."""
        media_id = client.draft()
        body = {"filter": {"is_to_all": True}, "mpnews": {"media_id": media_id}, "msgtype": "mpnews"}
        assert client.post("message/mass/sendall", body)["errcode"] == 0
        sandbox.advance(61)
        assert client.post("message/mass/sendall", body)["errcode"] == 45065

    def test_keys_belong_to_their_account(self, client, stranger):
        """Two accounts may use the same."""
        assert send(client, client.draft())["errcode"] == send(stranger, stranger.draft())["errcode"] == 0


class TestAllowance:
    """One a day, or four a month."""

    def test_a_subscription_account_sends_once_a_day(self, sandbox, client):
        """45028 until midnight in Beijing."""
        send(client, client.draft(), "a")
        assert send(client, client.draft(), "b")["errcode"] == 45028
        later(sandbox, client, DAY)
        assert send(client, client.draft(), "b")["errcode"] == 0

    def test_a_send_from_the_console_counts(self, sandbox, client):
        """The API has no say in that."""
        sandbox.control("drafts/publish", media_id=client.draft(), notify=True)
        assert send(client, client.draft())["errcode"] == 45028

    @pytest.mark.parametrize(("over", "errcode"), [("refuse", 45028), ("silent", 0)])
    def test_a_service_account_sends_four_times_a_month(self, sandbox, service, over, errcode):
        """The fifth is refused, or reaches nobody (question 3)."""
        sandbox.switch(svc_over_limit=over)
        codes = [send(service, service.draft(), f"key-{number}")["errcode"] for number in range(5)]
        assert codes == [0, 0, 0, 0, errcode]

    @pytest.mark.parametrize(
        ("way", "running", "failed"),
        [("accept_returned", 45028, 0), ("accept_kept", 45028, 45028), ("success", 0, 0)],
    )
    def test_question_25_when_the_allowance_is_used(self, sandbox, client, way, running, failed):
        """At acceptance with or without return, or at success."""
        sandbox.switch(mass_allowance=way)
        send(client, client.draft(content="<p>沙箱触发20001</p>"), "a")
        second = send(client, client.draft(content="<p>沙箱触发20001</p>"), "b")["errcode"]
        assert second == running
        sandbox.advance(10)
        assert send(client, client.draft(), "c")["errcode"] == failed


class TestAdministrator:
    """API mass-send protection."""

    @pytest.fixture
    def waiting(self, sandbox, client):
        """A send to all that waits for the administrator."""
        sandbox.change_account(client.appid, mass_protection=True)
        reply = send(client, client.draft())
        sandbox.advance(60)
        assert state(client, reply["msg_id"]) == "SENDING"
        return reply["msg_id"]

    def test_a_confirmed_send_goes_out(self, sandbox, client, waiting):
        """After the usual delay."""
        sandbox.control("mass/confirm", msg_id=waiting)
        sandbox.advance(10)
        assert state(client, waiting) == "SEND_SUCCESS"

    def test_a_refused_send_fails(self, sandbox, client, waiting):
        """At once; there is nothing left to confirm."""
        sandbox.control("mass/confirm", msg_id=waiting, accept=False)
        assert state(client, waiting) == "SEND_FAIL"
        with pytest.raises(ControlRefusedError):
            sandbox.control("mass/confirm", msg_id=waiting)

    def test_silence_fails_after_thirty_minutes(self, sandbox, client, waiting):
        """Nothing becomes public."""
        sandbox.advance(30 * 60)
        assert state(client, waiting) == "SEND_FAIL"
        assert sandbox.public() == []

    def test_a_send_to_a_tag_needs_nobody(self, sandbox, client):
        """Only sends to all wait."""
        sandbox.change_account(client.appid, mass_protection=True)
        reply = send(client, client.draft(), filter={"is_to_all": False, "tag_id": 2})
        sandbox.advance(10)
        assert state(client, reply["msg_id"]) == "SEND_SUCCESS"


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"filter": None}, 40035),
        ({"filter": {"is_to_all": False, "tag_id": 99}}, 45159),
        ({"msgtype": "dance"}, 40008),
        ({"mpnews": {"media_id": "none"}}, 40007),
        ({"mpnews": {}}, 40007),
        ({"msgtype": "text", "text": {}}, 44004),
    ],
)
def test_a_wrong_send_is_refused_and_burns_no_key(client, fields, errcode):
    """The same key works afterwards."""
    media_id = client.draft()
    assert send(client, media_id, **fields)["errcode"] == errcode
    assert send(client, media_id)["errcode"] == 0


def test_a_text_is_sent_without_an_address(sandbox, client):
    """It is a public effect all the same."""
    reply = send(client, "", msgtype="text", text={"content": "放假通知"})
    assert "msg_data_id" not in reply
    sandbox.advance(10)
    assert [(each["kind"], each["title"]) for each in sandbox.public_effects()] == [("sent", "text")]


@pytest.mark.parametrize(("ignore", "status"), [(0, "SEND_FAIL"), (1, "SEND_SUCCESS")])
def test_a_reprint_stops_unless_told_otherwise(sandbox, client, ignore, status):
    """send_ignore_reprint decides."""
    reply = send(client, client.draft(content="<p>沙箱触发转载</p>"), send_ignore_reprint=ignore)
    sandbox.advance(10)
    assert state(client, reply["msg_id"]) == status


def test_a_failed_send_leaves_its_draft(sandbox, client):
    """Nothing became public."""
    media_id = client.draft(content="<p>沙箱触发20001</p>")
    reply = send(client, media_id)
    sandbox.advance(10)
    assert state(client, reply["msg_id"]) == "SEND_FAIL"
    assert client.errcode("draft/get", media_id=media_id) == 0
    assert sandbox.public_effects() == []


def test_sending_to_openids_is_for_service_accounts(client, service):
    """Two followers at least, all of them real."""
    listed = service.get("user/get")["data"]["openid"]
    body = {"msgtype": "text", "text": {"content": "通知"}}
    assert service.errcode("message/mass/send", touser=listed[:2], **body) == 0
    assert service.errcode("message/mass/send", touser=listed[:1], **body) == 40130
    assert service.errcode("message/mass/send", touser=["o1", "o2"], **body) == 40003
    assert (
        client.errcode("message/mass/send", touser=client.get("user/get")["data"]["openid"], **body) == 48001
    )


def test_a_preview_uses_nothing_up(client):
    """The draft stays, the day's send is still free; strangers cannot be shown anything."""
    media_id = client.draft()
    body = {"msgtype": "mpnews", "mpnews": {"media_id": media_id}}
    assert (
        client.errcode("message/mass/preview", touser=client.get("user/get")["data"]["openid"][0], **body)
        == 0
    )
    assert client.errcode("message/mass/preview", towxname="somebody", **body) == 0
    assert client.errcode("message/mass/preview", touser="stranger", **body) == 43004
    assert send(client, media_id)["errcode"] == 0


class TestDeleting:
    """message/mass/delete."""

    @pytest.fixture
    def sent(self, sandbox, client):
        """Two articles that went out."""
        cover = client.cover()
        media_id = client.draft(
            *(client.article(title=title, thumb_media_id=cover) for title in ("甲", "乙"))
        )
        reply = send(client, media_id)
        sandbox.advance(10)
        return reply["msg_id"]

    def test_one_by_one_by_number_and_by_address(self, sandbox, client, sent):
        """The state follows when nothing is left."""
        assert client.errcode("message/mass/delete", msg_id=sent, article_idx=1) == 0
        assert [each["title"] for each in sandbox.public()] == ["乙"]
        assert state(client, sent) == "SEND_SUCCESS"
        assert client.errcode("message/mass/delete", url=sandbox.public()[0]["url"]) == 0
        assert state(client, sent) == "DELETE"

    def test_all_at_once(self, sandbox, client, sent):
        """0 or nothing means all."""
        assert client.errcode("message/mass/delete", msg_id=sent) == 0
        assert sandbox.public() == []

    def test_wrong_targets(self, client, stranger, sent):
        """Unknown, foreign, out of range."""
        assert client.errcode("message/mass/delete", msg_id=sent, article_idx=3) == 40060
        assert client.errcode("message/mass/delete", msg_id=5) == 40035
        assert client.errcode("message/mass/delete", url="http://mp.weixin.qq.com/s?mid=1") == 40035
        assert stranger.errcode("message/mass/delete", msg_id=sent) == 40035
        assert stranger.errcode("message/mass/get", msg_id=sent) == 40035


def test_the_speed_can_be_set(client):
    """Steps 0 to 4."""
    assert client.post("message/mass/speed/get") == {"speed": 0, "realspeed": 80}
    assert client.errcode("message/mass/speed/set", speed=3) == 0
    assert client.post("message/mass/speed/get") == {"speed": 3, "realspeed": 30}
    assert client.errcode("message/mass/speed/set", speed=5) == 45083
    assert client.errcode("message/mass/speed/set", step=5) == 45084
