"""How WeChat's replies are read: classes, ids, reasons, and nothing secret kept (wechat.md §0, §14; security §2.5)."""

import json

import pytest

from guanhao.platforms.types import MOST_KEPT, AnswerClass, Effect, masked
from guanhao.platforms.wechat import calls, errors
from guanhao.platforms.wechat.calls import Call
from guanhao.platforms.wechat.client import classified
from guanhao.platforms.wechat.probes import PROBES

EVERY_CALL = [value for value in vars(calls).values() if isinstance(value, Call)]


def answer(call, document, status=200):
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return classified(call, status, body, ("t0ken", "s3cret"))


@pytest.mark.requirement("K3")
@pytest.mark.parametrize(
    ("call", "document", "expected"),
    [
        (calls.SUBMIT, {"errcode": 0, "errmsg": "ok", "publish_id": "1"}, AnswerClass.DONE),
        (calls.SUBMIT, {"publish_id": 100000001}, AnswerClass.DONE),
        (calls.SUBMIT, {"errcode": 0, "errmsg": "ok"}, AnswerClass.UNKNOWN),
        (calls.SUBMIT, {"errcode": 0, "publish_id": ""}, AnswerClass.UNKNOWN),
        (calls.SUBMIT, {}, AnswerClass.UNKNOWN),
        (calls.SUBMIT, {"errcode": "x", "publish_id": "1"}, AnswerClass.UNKNOWN),
        (calls.SUBMIT, {"errcode": -1, "errmsg": "system error"}, AnswerClass.UNKNOWN),
        (calls.SUBMIT, {"errcode": 123456}, AnswerClass.UNKNOWN),
        (calls.SUBMIT, {"errcode": 40001}, AnswerClass.REFUSED_TOKEN),
        (calls.SUBMIT, {"errcode": "42001"}, AnswerClass.REFUSED_TOKEN),
        (calls.SUBMIT, {"errcode": 45009}, AnswerClass.REFUSED_LATER),
        (calls.SUBMIT, {"errcode": 48001}, AnswerClass.REFUSED),
        (calls.SUBMIT, b"<html>502</html>", AnswerClass.UNKNOWN),
        (calls.SUBMIT, b"[]", AnswerClass.UNKNOWN),
        (calls.SUBMIT, b"", AnswerClass.UNKNOWN),
        (calls.SUBMIT, b'{"errcode":0,"publish_id":', AnswerClass.UNKNOWN),
        (calls.SUBMIT, b"\xff\xfe", AnswerClass.UNKNOWN),
        (calls.SUBMIT, b"[" * 100_000, AnswerClass.UNKNOWN),
        (calls.STABLE_TOKEN, {"errcode": 40001}, AnswerClass.REFUSED),
        (calls.STABLE_TOKEN, {"access_token": "t", "expires_in": 7200}, AnswerClass.DONE),
        (calls.DRAFT_COUNT, {"total_count": 0}, AnswerClass.DONE),
        (calls.DRAFT_GET, {"news_item": []}, AnswerClass.DONE),
        (calls.PUBLISH_GET, {"publish_status": 0}, AnswerClass.DONE),
        (calls.DRAFT_DELETE, {"errcode": 40007}, AnswerClass.DONE),
        (calls.DRAFT_GET, {"errcode": 40007}, AnswerClass.REFUSED),
        (calls.ARTICLE_DELETE, {"errcode": 53600}, AnswerClass.DONE),
    ],
    ids=str,
)
def test_every_reply_has_its_class(call, document, expected):
    """Friendly without the id, unreadable, unlisted: unknown. Listed: as the table says."""
    assert answer(call, document).outcome is expected


@pytest.mark.requirement("K3")
@pytest.mark.parametrize("status", [199, 201, 302, 404, 500, 502, 504])
def test_any_other_status_than_200_is_unknown_whatever_its_body_says(status):
    """Gateways answer for the platform; their word counts for nothing."""
    assert answer(calls.SUBMIT, {"errcode": 0, "publish_id": "1"}, status).outcome is AnswerClass.UNKNOWN


@pytest.mark.requirement("K3")
def test_the_public_calls_are_known_as_such():
    """What may be repeated follows from the effect class."""
    told = {call.name: call.effect for call in EVERY_CALL if call.effect is not Effect.INVISIBLE}
    assert told == {
        "submit": Effect.PUBLIC,
        "mass_send": Effect.KEYED,
        "article_delete": Effect.REMOVAL,
        "mass_delete": Effect.REMOVAL,
    }


def test_names_of_calls_are_their_own():
    """Attempts are counted by call."""
    names = [call.name for call in EVERY_CALL]
    assert len(names) == len(set(names))


@pytest.mark.requirement("SE2")
def test_secrets_are_taken_out_of_what_is_kept():
    """The token we sent, the secret we sent, and any token a reply carries."""
    text = masked(
        '{"access_token":"abc","x":"t0ken","secret": "s3cret"} ?access_token=zzz&b=1', ("t0ken", "s3cret")
    )
    for secret in ("abc", "t0ken", "s3cret", "zzz"):
        assert secret not in text
    assert "b=1" in text
    got = answer(calls.STABLE_TOKEN, {"access_token": "fresh-token", "expires_in": 7200})
    assert "fresh-token" not in got.body + repr(got)
    assert got.data["access_token"] == "fresh-token"


def test_bodies_are_kept_to_eight_kilobytes():
    """A character is never cut in half."""
    kept = masked("汉" * 10_000)
    assert len(kept.encode()) <= MOST_KEPT
    assert set(kept) == {"汉"}


def test_the_request_id_is_kept_for_the_platforms_support():
    """`rid` in the message."""
    got = answer(calls.SUBMIT, {"errcode": 48001, "errmsg": "api unauthorized hint: [x] rid: 65a-1b-2c"})
    assert got.rid == "65a-1b-2c"


@pytest.mark.parametrize(
    ("message", "address"),
    [
        ("invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 1", "1.2.3.4"),
        ("invalid ip 2400:3200::1, not in whitelist", "2400:3200::1"),
        ("something else", ""),
    ],
)
def test_the_refused_address_is_read_from_the_message(message, address):
    """The only thing ever read from an errmsg (wechat.md §1.3)."""
    assert errors.refused_address(message) == address


def test_every_listed_code_has_a_sentence_in_both_languages():
    """People read them."""
    for code, meaning in errors.MEANINGS.items():
        assert meaning.text.zh.endswith("。"), code
        assert meaning.text.en.endswith("."), code
        # 45065 says that the key is known; without the number it should bring, nothing is settled.
        refusals = {AnswerClass.REFUSED, AnswerClass.REFUSED_LATER, AnswerClass.REFUSED_TOKEN}
        assert meaning.outcome in refusals or code == errors.KEY_KNOWN
    assert "99999" in errors.meaning_of(99999).zh
    assert errors.meaning_of(None).zh


def test_busy_is_not_in_the_table():
    """-1 with and without effect look alike."""
    assert errors.BUSY not in errors.MEANINGS


def test_probes_have_no_effect():
    """Read-only calls alone."""
    assert {probe.call.effect for probe in PROBES} == {Effect.INVISIBLE}
    assert not {probe.call.name for probe in PROBES} & {
        "draft_add",
        "add_material",
        "upload_image",
        "draft_delete",
    }
