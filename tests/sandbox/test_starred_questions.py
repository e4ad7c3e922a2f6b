"""The starred open questions 22, 24, 25 and 32 under every setting (1, 6, 10, 21 are in test_open_questions, 2 in test_events)."""

from __future__ import annotations

import json

import pytest
import xmltodict

from sandbox.wechat.visitors import EVENTS
from tests.sandbox.test_events import AES_KEY, TOKEN, Receiver


@pytest.fixture
def receiver(sandbox, client):
    """An application that listens."""
    receiver = Receiver()
    sandbox.change_account(
        client.appid, callback={"url": receiver.url, "token": TOKEN, "aes_key": AES_KEY, "mode": "plain"}
    )
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def published(sandbox, client):
    """A publication of two articles: its publish_id and article_id."""
    publish_id = client.submit(client.draft(client.article(title="一"), client.article(title="二")))[
        "publish_id"
    ]
    sandbox.advance(10)
    return publish_id, client.status(publish_id)["article_id"]


def send(client, key="k" * 32, **fields):
    """Send to all under a key."""
    body = {
        "filter": {"is_to_all": True},
        "msgtype": "text",
        "text": {"content": "停课通知"},
        "clientmsgid": key,
    }
    return client.post("message/mass/sendall", **body | fields)


class TestQuestion22:
    """What becomes of a publication that ends."""

    @pytest.mark.parametrize(
        ("form", "keys"), [("whole", {"article_id", "article_detail", "fail_idx"}), ("bare", set())]
    )
    def test_the_shape_of_the_reply(self, sandbox, client, published, form, keys):
        """As of a success, or nothing but the status."""
        sandbox.switch(ended_form=form)
        sandbox.control("articles/ban", article_id=published[1], index=0)
        answer = client.status(published[0])
        assert answer["publish_status"] == 6
        assert set(answer) == keys | {"publish_id", "publish_status"}

    @pytest.mark.parametrize(("way", "status"), [("success", 0), ("ended", 5)])
    def test_one_of_several_articles_deleted(self, sandbox, client, published, way, status):
        """Still published, or over."""
        sandbox.switch(partly_deleted=way)
        client.post("freepublish/delete", article_id=published[1], index=1)
        assert client.status(published[0])["publish_status"] == status
        client.post("freepublish/delete", article_id=published[1], index=2)
        assert client.status(published[0])["publish_status"] == 5

    @pytest.mark.parametrize("told", [False, True])
    def test_whether_an_event_tells_it(self, sandbox, client, receiver, published, told):
        """Once, when the last article is gone."""
        receiver.wait(1)
        sandbox.switch(ended_event=told)
        client.post("freepublish/delete", article_id=published[1], index=1)
        client.post("freepublish/delete", article_id=published[1], index=0)
        if told:
            info = xmltodict.parse(receiver.wait(1)[-1][1])["xml"]["PublishEventInfo"]
            assert (info["publish_id"], info["publish_status"]) == (published[0], "5")
        assert receiver.is_quiet()


class TestQuestion24:
    """What a client's key does."""

    @pytest.mark.parametrize("carries", [False, True])
    def test_whether_too_fast_carries_the_number(self, sandbox, client, carries):
        """45066 with or without msg_id."""
        sandbox.switch(mass_too_fast_carries_id=carries)
        first, again = send(client), send(client)
        assert again["errcode"] == 45066
        assert again.get("msg_id") == (first["msg_id"] if carries else None)

    @pytest.mark.parametrize(("burns", "errcode"), [(False, 0), (True, 45065)])
    def test_whether_a_refused_call_uses_the_key_up(self, sandbox, client, burns, errcode):
        """A wrong draft first, then the right message under the same key."""
        sandbox.switch(mass_refused_burns_key=burns)
        assert send(client, msgtype="mpnews", mpnews={"media_id": "nothing"})["errcode"] == 40007
        sandbox.advance(61)
        again = send(client)
        assert again["errcode"] == errcode
        assert ("msg_id" in again) is not burns

    @pytest.mark.parametrize(("way", "sends"), [("refused", 1), ("sent", 2)])
    def test_the_same_key_with_other_content(self, sandbox, client, way, sends):
        """Refused like a repeat, or a second message."""
        sandbox.change_account(client.appid, type="SVC")
        sandbox.switch(mass_other_content=way)
        send(client)
        sandbox.advance(61)
        assert send(client, text={"content": "复课通知"})["errcode"] == (45065 if way == "refused" else 0)
        assert len(sandbox.effects("mass.accepted")) == sends

    @pytest.mark.parametrize(("since", "errcode"), [("first_call", 0), ("last_try", 45065)])
    def test_where_the_day_begins(self, sandbox, client, since, errcode):
        """25 hours after the first call, 13 after the last try."""
        sandbox.change_account(client.appid, type="SVC")
        sandbox.switch(mass_day_from=since)
        send(client)
        sandbox.advance(12 * 3600)
        client.token = ""
        assert send(client)["errcode"] == 45065
        sandbox.advance(13 * 3600)
        client.token = ""
        assert send(client)["errcode"] == errcode


class TestQuestion25:
    """While the administrator is asked."""

    @pytest.mark.parametrize(
        ("way", "answer"), [("sending", {"msg_status": "SENDING"}), ("unknown", {"errcode": 40035})]
    )
    def test_what_mass_get_says(self, sandbox, client, way, answer):
        """It is being sent, or there is no such number yet."""
        sandbox.change_account(client.appid, mass_protection=True)
        sandbox.switch(mass_waiting=way)
        msg_id = send(client)["msg_id"]
        assert client.post("message/mass/get", msg_id=msg_id).items() >= answer.items()
        sandbox.control("mass/confirm", msg_id=msg_id, accept=True)
        assert client.post("message/mass/get", msg_id=msg_id)["msg_status"] == "SENDING"


class TestQuestion32:
    """The form of a push."""

    @pytest.mark.parametrize(("way", "given"), [("given", True), ("withheld", False)])
    def test_the_openid_of_a_jobs_event(self, sandbox, client, receiver, way, given):
        """In the address, or not; a user's message always has it."""
        sandbox.switch(event_openid=way)
        send(client)
        sandbox.advance(10)
        assert ("openid" in receiver.wait(1)[-1][0]) is given
        sandbox.control("followers/act", account=client.appid, act="message", content="在吗")
        query, body = receiver.wait(1)[-1]
        assert query["openid"] == xmltodict.parse(body)["xml"]["FromUserName"]

    @pytest.mark.parametrize(
        ("kind", "written"), [("number", "<MsgID>{}</MsgID>"), ("text", "<MsgID><![CDATA[{}]]></MsgID>")]
    )
    def test_the_type_of_the_number(self, sandbox, client, receiver, kind, written):
        """Bare or as text."""
        sandbox.switch(event_id_type=kind)
        msg_id = send(client)["msg_id"]
        sandbox.advance(10)
        assert written.format(msg_id) in receiver.wait(1)[-1][1]

    @pytest.mark.parametrize(("way", "present"), [("present", True), ("absent", False)])
    def test_the_originality_check_without_a_result(self, sandbox, client, receiver, way, present):
        """There with a count of none, or left out."""
        sandbox.switch(event_empty_check=way)
        send(client)
        sandbox.advance(10)
        assert ("CopyrightCheckResult" in receiver.wait(1)[-1][1]) is present

    @pytest.mark.parametrize("act", list(EVENTS))
    def test_json_instead_of_xml(self, sandbox, client, receiver, act):
        """As the account chose; what people do is told as well."""
        sandbox.switch(event_format="json")
        sandbox.control("followers/act", account=client.appid, act=act)
        told = json.loads(receiver.wait(1)[-1][1])
        assert told["Event"] == EVENTS[act]
        assert told.get("OpenID") == (told["FromUserName"] if act == "revoke" else None)
