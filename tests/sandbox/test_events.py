"""Events are pushed in every mode, repeated until they are heard, and go wrong on demand."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import check_signature

from tests.support.sandbox import ControlRefusedError

TOKEN, AES_KEY = "callback-token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class Receiver:
    """An application's callback address; it answers what it is told to."""

    def __init__(self):
        """Listen on a free port."""
        self.received, self.answers = [], []
        self.arrived = threading.Semaphore(0)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = dict(parse_qsl(urlsplit(self.path).query))
                check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
                self.reply(200, query["echostr"])

            def do_POST(self):
                query = dict(parse_qsl(urlsplit(self.path).query))
                receiver.received.append(
                    (query, self.rfile.read(int(self.headers["content-length"])).decode())
                )
                status, text = receiver.answers.pop(0) if receiver.answers else (200, "success")
                self.reply(status, text)
                receiver.arrived.release()

            def reply(self, status, text):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/callback/wechat?from=sandbox"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def wait(self, count=1):
        """Wait for deliveries; answer them."""
        for _ in range(count):
            assert self.arrived.acquire(timeout=5), "nothing was pushed"
        return self.received

    def is_quiet(self):
        """Say whether nothing more comes."""
        return not self.arrived.acquire(timeout=0.3)


@pytest.fixture
def receiver():
    """An application listening for events."""
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def listen(sandbox, client, receiver):
    """Enter the receiver in the console."""

    def enter(mode="plain"):
        callback = {"url": receiver.url, "token": TOKEN, "aes_key": AES_KEY, "mode": mode}
        sandbox.change_account(client.appid, callback=callback)

    return enter


def publish(sandbox, client, **fields):
    """Publish one article to its end; answer the publish_id."""
    publish_id = client.submit(client.draft(**fields))["publish_id"]
    sandbox.advance(10)
    return publish_id


def test_the_console_checks_the_address(sandbox, client, listen):
    """It must echo; before one is entered there is nothing to check."""
    assert sandbox.control("accounts/verify_callback", account=client.appid) == {"verified": False}
    listen()
    assert sandbox.control("accounts/verify_callback", account=client.appid) == {"verified": True}


@pytest.mark.parametrize(
    "callback",
    [
        {"url": "http://school.example/cb", "token": "t"},
        {"url": "https://127.0.0.1/cb", "token": "t"},
        {"url": "http://127.0.0.1/cb"},
        {"url": "http://127.0.0.1/cb", "token": "t", "mode": "safe"},
        {"url": "http://127.0.0.1/cb", "token": "t", "mode": "loud"},
    ],
)
def test_a_callback_stays_on_this_machine_and_is_complete(sandbox, client, callback):
    """The sandbox never calls another machine."""
    with pytest.raises(ControlRefusedError):
        sandbox.change_account(client.appid, callback=callback)


def test_the_end_of_a_task_is_pushed(sandbox, client, listen, receiver):
    """With the fields of the contract, signed."""
    listen()
    publish_id = publish(sandbox, client)
    query, body = receiver.wait()[0]
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    message = xmltodict.parse(body)["xml"]
    assert (message["MsgType"], message["Event"]) == ("event", "PUBLISHJOBFINISH")
    info = message["PublishEventInfo"]
    assert (info["publish_id"], info["publish_status"]) == (publish_id, "0")
    task = client.status(publish_id)
    assert info["article_id"] == task["article_id"]
    assert info["article_detail"]["item"]["article_url"] == task["article_detail"]["item"][0]["article_url"]
    assert sandbox.read("events")["events"][0]["state"] == "heard"


def test_a_failed_task_names_its_articles(sandbox, client, listen, receiver):
    """fail_idx is repeated per article."""
    listen()
    article = client.article(content="<p>沙箱触发状态4</p>")
    client.submit(client.draft(article, article))
    sandbox.advance(10)
    info = xmltodict.parse(receiver.wait()[0][1])["xml"]["PublishEventInfo"]
    assert (info["publish_status"], info["fail_idx"]) == ("4", ["1", "2"])
    assert "article_id" not in info


def test_the_end_of_a_mass_send_is_pushed(sandbox, client, listen, receiver):
    """Figures, check result and the only source of the addresses."""
    listen()
    body = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "clientmsgid": "k"}
    reply = client.post("message/mass/sendall", body | {"mpnews": {"media_id": client.draft()}})
    sandbox.advance(10)
    message = xmltodict.parse(receiver.wait()[0][1])["xml"]
    assert (message["Event"], message["MsgID"], message["Status"]) == (
        "MASSSENDJOBFINISH",
        str(reply["msg_id"]),
        "send success",
    )
    assert (message["TotalCount"], message["SentCount"], message["ErrorCount"]) == ("3", "3", "0")
    assert message["CopyrightCheckResult"]["CheckState"] == "1"
    assert message["ArticleUrlResult"]["ResultList"]["item"]["ArticleUrl"] == sandbox.public()[0]["url"]


@pytest.mark.parametrize(("mode", "readable"), [("compatible", True), ("safe", False)])
def test_encrypted_modes_can_be_read_by_another_implementation(
    sandbox, client, listen, receiver, mode, readable
):
    """A third party's library decrypts what we encrypted."""
    listen(mode)
    publish_id = publish(sandbox, client)
    query, body = receiver.wait()[0]
    crypto = WeChatCrypto(TOKEN, AES_KEY, client.appid)
    message = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    info = xmltodict.parse(message)["xml"]["PublishEventInfo"]
    assert info["publish_id"] == publish_id
    assert query["encrypt_type"] == "aes"
    assert ("PublishEventInfo" in xmltodict.parse(body)["xml"]) is readable


class TestDelivery:
    """Until it is heard, three times at most."""

    def test_it_is_repeated_after_an_error(self, sandbox, client, listen, receiver):
        """And no more once it was heard."""
        listen()
        receiver.answers = [(500, "")]
        publish(sandbox, client)
        receiver.wait()
        assert receiver.is_quiet()
        sandbox.advance(5)
        receiver.wait()
        sandbox.advance(60)
        assert receiver.is_quiet()

    def test_it_is_given_up_after_three_times(self, sandbox, client, listen, receiver):
        """Polling remains."""
        listen()
        receiver.answers = [(500, "")] * 5
        publish(sandbox, client)
        for _ in range(3):
            receiver.wait()
            assert receiver.is_quiet()
            sandbox.advance(5)
        sandbox.advance(60)
        assert receiver.is_quiet()
        assert sandbox.read("events")["events"][0]["state"] == "given_up"

    @pytest.mark.parametrize(("heard_by", "deliveries"), [("any_200", 1), ("success_or_empty", 2)])
    def test_question_32_what_counts_as_heard(self, sandbox, client, listen, receiver, heard_by, deliveries):
        """Any 200, or only the right words."""
        sandbox.switch(event_heard_by=heard_by)
        listen()
        receiver.answers = [(200, "thanks")]
        publish(sandbox, client)
        receiver.wait()
        assert receiver.is_quiet()
        sandbox.advance(5)
        assert receiver.is_quiet() is (deliveries == 1)

    @pytest.mark.parametrize(("way", "same"), [("new_nonce", False), ("same_nonce", True)])
    def test_question_2_whether_a_repeat_looks_the_same(self, sandbox, client, listen, receiver, way, same):
        """If it does, refusing repeated nonces throws away the delivery that matters."""
        sandbox.switch(event_repeat=way)
        listen()
        receiver.answers = [(500, "")]
        publish(sandbox, client)
        receiver.wait()
        assert receiver.is_quiet()
        sandbox.advance(5)
        (first, _), (second, _) = receiver.wait()
        assert ((first["nonce"], first["timestamp"]) == (second["nonce"], second["timestamp"])) is same

    def test_nobody_listening_is_an_answer_too(self, sandbox, client, listen, receiver):
        """The sandbox goes on."""
        listen()
        receiver.server.shutdown()
        receiver.server.server_close()
        publish(sandbox, client)
        assert receiver.is_quiet()
        event = sandbox.read("events")["events"][0]
        assert event["answers"] == [{"status": 0, "text": "ConnectionRefusedError"}]


class TestMischief:
    """What goes wrong with events."""

    def test_an_event_can_be_lost(self, sandbox, client, listen, receiver):
        """Polling is the source of truth."""
        sandbox.switch(event_mischief="lost")
        listen()
        publish_id = publish(sandbox, client)
        assert receiver.is_quiet()
        assert client.status(publish_id)["publish_status"] == 0

    def test_an_event_can_come_twice(self, sandbox, client, listen, receiver):
        """With the same content."""
        sandbox.switch(event_mischief="duplicate")
        listen()
        publish(sandbox, client)
        (_, first), (_, second) = receiver.wait(2)
        assert first == second

    def test_an_event_can_be_late(self, sandbox, client, listen, receiver):
        """By as much as is wanted."""
        sandbox.switch(event_delay=600)
        listen()
        publish(sandbox, client)
        assert receiver.is_quiet()
        sandbox.advance(600)
        receiver.wait()

    def test_an_event_can_overtake_the_reply(self, sandbox, client, listen, receiver):
        """It is there before the client knows the publish_id."""
        sandbox.switch(event_mischief="before_reply", publish_delay=0)
        listen()
        media_id = client.draft()
        publish_id = client.submit(media_id)["publish_id"]
        assert len(receiver.received) == 1
        assert publish_id in receiver.received[0][1]

    def test_a_signature_can_be_wrong(self, sandbox, client, listen, receiver):
        """It must be refused."""
        sandbox.switch(event_mischief="wrong_signature")
        listen()
        publish(sandbox, client)
        query, _ = receiver.wait()[0]
        with pytest.raises(InvalidSignatureException):
            check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])

    def test_the_receiver_id_can_be_wrong(self, sandbox, client, listen, receiver):
        """Only decrypting shows it."""
        sandbox.switch(event_mischief="wrong_appid")
        listen("safe")
        publish(sandbox, client)
        query, body = receiver.wait()[0]
        crypto = WeChatCrypto(TOKEN, AES_KEY, client.appid)
        with pytest.raises(InvalidAppIdException):
            crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])

    def test_a_timestamp_can_be_old(self, sandbox, client, listen, receiver):
        """An hour, correctly signed: a replay."""
        sandbox.switch(event_mischief="old_timestamp")
        listen()
        publish(sandbox, client)
        query, _ = receiver.wait()[0]
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        assert int(query["timestamp"]) <= sandbox.read("clock")["now"] - 3600


def test_running_time_pushes_without_any_request(sandbox, client, listen, receiver):
    """The event comes by itself when the task's time has come."""
    sandbox.control("clock", resume=True)
    sandbox.switch(publish_delay=0.3)
    listen()
    client.submit(client.draft())
    receiver.wait()
