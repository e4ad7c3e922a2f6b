"""NT3: whatever a stranger sends is refused before anything reads it; whatever the platform sends is stored once."""

from __future__ import annotations

import base64
import json
import secrets
import struct
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from guanhao.core import clock
from guanhao.core.verdicts import Refused
from guanhao.inbound import receiving
from guanhao.inbound.actions import make_keys, renew_address, take_plain
from guanhao.inbound.models import InboxItem, RefusedPushes, UsedNonce
from guanhao.inbound.types import InboxKind
from guanhao.platforms.wechat import pushed, sealed
from guanhao.registry.actions import change_account, forget_previous_keys, set_secret
from guanhao.registry.models import Secret
from guanhao.registry.types import PREVIOUS_FOR
from sandbox.wechat import callback
from sandbox.wechat.callback import Mode
from tests.inbound.conftest import NOW, publish_finished

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("NT3")]


def user_message(number=1, content="你好"):
    return {
        "ToUserName": "gh_0123456789ab",
        "FromUserName": "oUser000000000000000000000000",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": "text",
        "Content": content,
        "MsgId": 23000000000000000 + number,
    }


def sealed_by_hand(platform, content, *, padding=None, app_id=None, length=None):
    """A correctly signed push whose inside the test makes: padding, AppID, announced length."""
    key = base64.b64decode(platform.callback.aes_key + "=")
    framed = secrets.token_bytes(16) + struct.pack(">I", len(content) if length is None else length)
    framed += content + (app_id or platform.account.app_id).encode()
    size = 32 - len(framed) % 32
    framed += bytes([padding if padding is not None else size]) * size
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    encrypted = base64.b64encode(encryptor.update(framed) + encryptor.finalize()).decode()
    return signed(platform, encrypted, f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode())


def signed(platform, encrypted, body, nonce="77"):
    """Post a body with both signatures right."""
    stamp, token = str(platform.envelope.timestamp), platform.callback.token
    first, second = (
        callback.signature(token, stamp, nonce),
        callback.signature(token, stamp, nonce, encrypted),
    )
    target = f"/callback/wechat/{platform.address.key}?signature={first}&timestamp={stamp}&nonce={nonce}&encrypt_type=aes&msg_signature={second}"
    return platform.send(target, body)


# --- The check of the address ---------------------------------------------------------------------------------------


def test_the_check_is_answered_with_the_bare_echo(platform):
    """Plain text, nothing else (12.1)."""
    answer = platform.check(echo="5837261")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200,
        b"5837261",
        "text/plain; charset=utf-8",
    )


@pytest.mark.parametrize("changes", [{"signed_with": "wrong"}, {"timestamp": int(NOW.timestamp()) - 3600}])
def test_a_check_with_a_wrong_signature_or_an_old_time_is_refused(platform, changes):
    """403 without an echo."""
    answer = platform.check(**changes)
    assert (answer.status_code, answer.content) == (403, b"")


def test_an_unknown_key_and_a_closed_account_answer_alike(platform, client, account, office):
    """Nothing tells whether there was ever such an address."""
    change_account(actor=office, account=account, state="closed")
    closed = platform.check()
    unknown = client.get("/callback/wechat/" + "0" * 48)
    assert closed.status_code == unknown.status_code == 404


# --- Who is refused, and that no parser sees it ----------------------------------------------------------------------


@pytest.fixture
def parsed(monkeypatch):
    """What reached the parser."""
    seen = []
    read = pushed.message
    monkeypatch.setattr(receiving, "message", lambda content: seen.append(content) or read(content))
    return seen


def test_a_good_push_is_stored(platform, inbox, parsed):
    """The one that shows what the refusals below are compared with."""
    answer = platform.push()
    assert (answer.status_code, answer.content) == (200, b"success")
    assert [(item.kind, item.reference) for item in inbox()] == [("publish_finished", "2247503051")]
    assert len(parsed) == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"signed_with": "wrong"}, 403),
        ({"appid": "wx" + "0" * 16}, 403),
        ({"timestamp": int(NOW.timestamp()) - 11 * 60}, 403),
        ({"timestamp": int(NOW.timestamp()) + 11 * 60}, 403),
        ({"mode": Mode.PLAIN}, 403),
    ],
    ids=["signature", "appid", "old", "future", "plain"],
)
def test_strangers_are_refused_before_anything_is_parsed(platform, inbox, parsed, changes, status):
    """Wrong signature, wrong AppID, a time far from ours, a readable body: 403, nothing stored, nothing parsed."""
    answer = platform.push(**changes)
    assert (answer.status_code, answer.content) == (status, b"")
    assert inbox() == []
    assert parsed == []


def test_the_encrypted_parts_own_signature_is_asked(platform, inbox):
    """The address's signature alone proves nothing about the body."""
    target, _body = platform.made()
    _other, body = platform.made(publish_finished("999"))
    assert platform.send(target, body).status_code == 403
    assert inbox() == []


def test_in_compatible_mode_the_encrypted_part_counts(platform, inbox, office):
    """Readable fields beside it are not looked at, not even where plain pushes are taken."""
    take_plain(actor=office, address=platform.address, allowed=True)
    target, body = platform.made(mode=Mode.COMPATIBLE)
    forged = body.replace(b"<publish_id><![CDATA[2247503051]]>", b"<publish_id><![CDATA[666]]>")
    assert forged != body
    assert platform.send(target, forged).status_code == 200
    assert [item.reference for item in inbox()] == ["2247503051"]


def test_plain_pushes_are_taken_only_where_the_account_says_so(platform, inbox, office):
    """The switch is an event of the account's record."""
    take_plain(actor=office, address=platform.address, allowed=True)
    assert platform.push(mode=Mode.PLAIN).content == b"success"
    assert len(inbox()) == 1
    platform.address.refresh_from_db()
    take_plain(actor=office, address=platform.address, allowed=False)
    assert platform.push(publish_finished("2"), mode=Mode.PLAIN).status_code == 403


def test_64_kilobytes_are_taken_and_65_are_not_read(platform, inbox, monkeypatch):
    """The announced length decides, before a byte of the body is read."""
    target, body = platform.made(user_message())
    assert platform.send(target, body + b" " * (64 * 1024 - len(body))).status_code == 200
    read = []
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest.body", property(lambda _self: read.append(1)))
    assert platform.send(target, b" " * (65 * 1024)).status_code == 413
    assert read == []
    assert len(inbox()) == 1


@pytest.mark.parametrize("length", ["", "-1", "12a", "²"])
def test_a_body_of_unsaid_length_is_not_read(platform, client, length):
    """No length, no body."""
    target, body = platform.made()
    assert (
        client.generic("POST", target, body, content_type="text/xml", CONTENT_LENGTH=length).status_code
        == 413
    )


# --- Bombs and malformed insides -------------------------------------------------------------------------------------

_BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<xml><MsgType>text</MsgType><MsgId>1</MsgId><Content>&b;</Content></xml>"
)


@pytest.mark.parametrize(
    "content",
    [
        _BOMB.encode(),
        b'<?xml version="1.0" encoding="UTF-16"?>' + _BOMB.encode("utf-16"),
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><MsgType>text</MsgType></xml>',
        b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>",
        b"<xml><MsgType>text</MsgType>",
        b"<xml></xml>",
        b"",
        b"\xff\xfe\x00",
        b'{"MsgType": ',
        b"[1]",
        b"{" + b'"a":{' * 3000 + b"}" * 3000 + b"}",
        b"<xml><MsgType>event</MsgType><Event>PUBLISHJOBFINISH</Event></xml>",
        b"<xml><MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event></xml>",
    ],
)
@pytest.mark.requirement("CF4")
def test_what_is_no_message_is_refused_even_when_signed(platform, inbox, content):
    """Entities, document types, depth, broken or empty content: 400, nothing stored."""
    assert sealed_by_hand(platform, content).status_code == 400
    assert inbox() == []


@pytest.mark.parametrize("padding", [0, 33, 255])
def test_padding_outside_1_to_32_is_refused(platform, inbox, padding):
    """12.4: anything else is no padding of the platform's."""
    assert sealed_by_hand(platform, b"<xml><MsgType>text</MsgType></xml>", padding=padding).status_code == 400
    assert inbox() == []


@pytest.mark.parametrize("extra", range(32))
def test_every_size_of_padding_opens_a_full_block_included(extra):
    """Messages of every length modulo 32, sealed by the sandbox, opened by us."""
    key, content = "a" * 43, b"x" * (64 + extra)
    assert sealed.opened(callback.encrypt(key, content, "wx1"), [key], "wx1") == content


@pytest.mark.parametrize("last", "BCD9A")
def test_keys_with_spare_bits_open_what_the_platform_sealed(last):
    """The last of 43 characters carries two bits that belong to no byte; real keys have them set."""
    key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF" + last
    assert sealed.opened(callback.encrypt(key, b"<xml/>", "wx1"), [key], "wx1") == b"<xml/>"


@pytest.mark.parametrize("length", [0xFFFFFFFF, 9999, 3])
def test_a_length_that_lies_is_refused(platform, inbox, length):
    """Longer than what is there, or so short that the AppID is not where it should be."""
    answer = sealed_by_hand(platform, b"<xml><MsgType>text</MsgType></xml>", length=length)
    assert answer.status_code in {400, 403}
    assert inbox() == []


@pytest.mark.parametrize("encrypted", ["AAAA", "A" * 63, "=" * 64, "A" * 64])
def test_what_is_no_ciphertext_is_refused(platform, inbox, encrypted):
    """Signed rightly and still nothing."""
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    assert signed(platform, encrypted, body).status_code == 400
    assert inbox() == []


def test_two_encrypted_parts_are_refused(platform, inbox):
    """Which one the signature is about would be a guess."""
    target, body = platform.made()
    assert platform.send(target, body.replace(b"</xml>", b"<Encrypt>QUJD</Encrypt></xml>")).status_code == 400
    assert inbox() == []


def test_a_json_body_is_taken_like_an_xml_one(platform, inbox):
    """Where the console says JSON, outside and inside are; "/" may be escaped."""
    inner = json.dumps(publish_finished("31")).encode()
    encrypted = callback.encrypt(platform.callback.aes_key, inner, platform.account.app_id)
    body = json.dumps({"ToUserName": "gh_1", "Encrypt": encrypted}).replace("/", "\\/").encode()
    assert signed(platform, encrypted, body).content == b"success"
    assert [item.reference for item in inbox()] == ["31"]


# --- Once, and never lost --------------------------------------------------------------------------------------------


def test_a_repeat_is_answered_and_ignored(platform, inbox):
    """With the same nonce or a new one, it is the same message."""
    for nonce in ("1", "1", "2", "3"):
        assert platform.push(nonce=nonce).content == b"success"
    assert len(inbox()) == 1
    assert UsedNonce.objects.count() == 3


@pytest.mark.parametrize("same_nonce", [True, False])
def test_the_repeat_of_what_was_not_stored_is_stored(platform, inbox, monkeypatch, same_nonce):
    """Open question 2: the first delivery failed inside our transaction; its repeat may carry the same nonce."""
    platform.client.raise_request_exception = False
    with monkeypatch.context() as broken:

        def fail(*_args, **_kwargs):
            raise DatabaseError("the disk is full")

        broken.setattr(UsedNonce, "save", fail)
        assert platform.push(nonce="5").status_code == 500
    assert inbox() == []
    assert platform.push(nonce="5" if same_nonce else "6").content == b"success"
    assert len(inbox()) == 1


def test_a_used_nonce_does_not_carry_another_message(platform, inbox, office):
    """Where bodies are not signed (plain), a caught address must not bring in what somebody else wrote."""
    take_plain(actor=office, address=platform.address, allowed=True)
    target, body = platform.made(mode=Mode.PLAIN)
    assert platform.send(target, body).status_code == 200
    other = body.replace(b"2247503051", b"2247503052")
    assert platform.send(target, other).status_code == 403
    assert len(inbox()) == 1


def test_what_tells_messages_apart(platform, inbox):
    """MsgId for messages, the task's number and its end for jobs, who, when and what for other events."""
    event = user_message() | {"MsgType": "event", "Event": "subscribe", "EventKey": ""}
    del event["MsgId"]
    pushes = [
        user_message(1), user_message(2), user_message(1, content="同一条"),
        publish_finished("7"), publish_finished("7", status=5), publish_finished("8"),
        event, event | {"CreateTime": int(NOW.timestamp()) + 1}, event | {"Event": "unsubscribe"}, event,
    ]  # fmt: skip
    for number, fields in enumerate(pushes):
        assert platform.push(fields, nonce=str(number)).content == b"success"
    assert [item.kind for item in inbox()] == [
        "message", "message", "publish_finished", "publish_finished", "publish_finished",
        "followed", "followed", "unfollowed",
    ]  # fmt: skip


def test_of_a_user_nothing_is_kept_but_a_salted_digest(platform, inbox, ruian):
    """PD5: no openid, no text, thirty days."""
    platform.push(user_message(content="我的电话是 13800000000"))
    item = inbox()[0]
    stored = json.dumps([item.user, item.identity, item.reference, item.facts])
    assert "oUser" not in stored
    assert "1380000" not in stored
    assert item.user.startswith("sha256:")
    assert item.keep_until == NOW + timedelta(days=30)


def test_the_addresses_and_counts_of_a_mass_send_are_kept(platform, inbox):
    """The only place where the API tells them (6.7); the driver takes them over after its own look."""
    rows = [{"ArticleIdx": n, "ArticleUrl": f"http://mp.weixin.qq.com/s/{n}"} for n in (1, 2)]
    for number, items in (("34182", rows), ("34183", rows[:1])):
        fields = publish_finished() | {
            "Event": "MASSSENDJOBFINISH",
            "MsgID": number,
            "Status": "send success",
            "TotalCount": 100,
            "SentCount": 99,
            "ErrorCount": 1,
            "ArticleUrlResult": {"Count": len(items), "ResultList": {"item": items}},
        }
        platform.push(fields, nonce=number)
    two, one = (
        InboxItem.objects.about(platform.account, InboxKind.MASS_FINISHED, n).get()
        for n in ("34182", "34183")
    )
    assert two.facts["urls"] == {"1": "http://mp.weixin.qq.com/s/1", "2": "http://mp.weixin.qq.com/s/2"}
    assert one.facts["urls"] == {"1": "http://mp.weixin.qq.com/s/1"}
    assert two.facts["counts"] == {"TotalCount": 100, "SentCount": 99, "ErrorCount": 1}
    assert two.facts["status"] == "send success"


# --- Keys and limits -------------------------------------------------------------------------------------------------


def test_replaced_keys_count_for_a_week(platform, inbox, office, account):
    """12.4: the console goes on with the old ones until the new are entered; then they are destroyed."""
    make_keys(actor=office, account=account)
    assert platform.push(nonce="1").content == b"success"
    with clock.frozen(NOW + PREVIOUS_FOR + timedelta(seconds=1)):
        late = int((NOW + PREVIOUS_FOR).timestamp())
        assert platform.push(publish_finished("2"), timestamp=late).status_code == 403
        assert forget_previous_keys() == 2
    assert not Secret.objects.filter(account=account, retired_at__isnull=False).exclude(sealed=b"").exists()


def test_keys_replaced_twice_are_gone(platform, office, account):
    """Only the last ones before the current are kept."""
    make_keys(actor=office, account=account)
    make_keys(actor=office, account=account)
    assert platform.push().status_code == 403


def test_another_address_ends_the_old_one(platform, office, account):
    """At once, for everybody."""
    renew_address(actor=office, account=account)
    assert platform.push().status_code == 404


def test_an_account_without_keys_refuses_everything(platform, account, office, ruian):
    """An empty token is no token."""
    Secret.objects.filter(account=account).delete()
    assert platform.push(signed_with="").status_code == 403


@pytest.mark.parametrize(
    ("kind", "value"), [("callback_token", "空"), ("callback_token", "ab"), ("callback_key", "a" * 42)]
)
def test_keys_that_the_console_would_not_take_are_refused(account, office, kind, value):
    """With the form they must have."""
    with pytest.raises(Refused):
        set_secret(actor=office, account=account, kind=kind, value=value)


@pytest.mark.requirement("NT4")
def test_a_sender_of_rubbish_is_not_listened_to_and_costs_no_more_writes(platform, inbox):
    """Thirty refusals in a minute; then 429 from that address for the rest of it, and the platform's own gets through."""
    for _ in range(receiving.REFUSED_A_MINUTE):
        assert platform.push(signed_with="wrong").status_code == 403
    with CaptureQueriesContext(connection) as queries:
        assert platform.push(signed_with="wrong").status_code == 429
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]
    target, body = platform.made()
    assert (
        platform.client.post(target, body, content_type="text/xml", REMOTE_ADDR="203.0.113.9").status_code
        == 200
    )
    assert RefusedPushes.objects.get().count == receiving.REFUSED_A_MINUTE
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert platform.push(publish_finished("9"), nonce="9").status_code == 200


def test_a_hundred_callbacks_cost_a_few_queries_each(platform, inbox):
    """The same few for the hundredth as for the first, and no call to anybody."""
    counts = set()
    for number in range(100):
        with CaptureQueriesContext(connection) as queries:
            assert platform.push(user_message(number), nonce=str(number)).content == b"success"
        counts.add(len([q for q in queries if "set_config" not in q["sql"]]))
    assert len(inbox()) == 100
    assert counts == {7}
