"""Faults strike where they are told to, on the side of the effect they are told to, and are written down."""

from __future__ import annotations

import json
import threading

import pytest
import requests

from tests.support.sandbox import ControlRefusedError

SUBMIT = "/cgi-bin/freepublish/submit"


@pytest.fixture
def media_id(client):
    """A draft ready to be submitted."""
    return client.draft()


def accepted(sandbox):
    """Answer how many publishing tasks were accepted."""
    return len(sandbox.effects("publish.accepted"))


@pytest.mark.parametrize(("when", "tasks"), [("before", 0), ("after", 1)])
def test_a_reset_drops_the_connection_on_either_side_of_the_effect(sandbox, client, media_id, when, tasks):
    """The client sees the same; only the ledger knows whether something was published."""
    sandbox.fault("reset", SUBMIT, when=when)
    with pytest.raises(requests.ConnectionError, match=r"reset|aborted"):
        client.submit(media_id)
    assert accepted(sandbox) == tasks
    entry = sandbox.ledger(path=SUBMIT)[-1]
    assert (entry["faults"], entry["delivered"]) == ([f"reset {when}"], "reset")
    sandbox.advance(10)
    assert len(sandbox.public()) == tasks


@pytest.mark.parametrize(("when", "tasks"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_gateway_error_is_a_page_on_either_side_of_the_effect(
    sandbox, client, media_id, when, tasks, status
):
    """The body is HTML, as gateways write it."""
    sandbox.fault("http_error", SUBMIT, when=when, status=status)
    response = client.raw("POST", "freepublish/submit", json={"media_id": media_id})
    assert response.status_code == status
    assert response.text.startswith("<html>")
    assert accepted(sandbox) == tasks


@pytest.mark.parametrize(("when", "tasks"), [("before", 0), ("after", 1)])
def test_busy_says_minus_one_with_and_without_effect(sandbox, client, media_id, when, tasks):
    """Errcode -1 proves nothing."""
    sandbox.fault("busy", SUBMIT, when=when)
    assert client.submit(media_id)["errcode"] == -1
    assert accepted(sandbox) == tasks


def test_any_error_can_be_answered_without_effect(sandbox, client, media_id):
    """For codes nothing in the sandbox leads to."""
    sandbox.fault("error", SUBMIT, errcode=61450)
    assert client.submit(media_id)["errcode"] == 61450
    assert accepted(sandbox) == 0


def test_a_truncated_reply_breaks_off_in_the_middle(sandbox, client, media_id):
    """More was announced than came; the effect stands."""
    sandbox.fault("truncated", SUBMIT)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.submit(media_id)
    assert accepted(sandbox) == 1


def test_a_reply_can_be_no_json(sandbox, client, media_id):
    """Status 200, effect done, body unreadable."""
    sandbox.fault("invalid_json", SUBMIT)
    response = client.raw("POST", "freepublish/submit", json={"media_id": media_id})
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.text)
    assert accepted(sandbox) == 1


def test_harmless_oddities_leave_the_answer_readable(sandbox, client, media_id):
    """Wrong label, compression, missing errcode, unknown fields, hints: clients must cope with them all at once."""
    for kind in ("no_errcode", "extra_fields", "hint_and_rid", "text_plain", "gzip"):
        sandbox.fault(kind, SUBMIT)
    response = client.raw("POST", "freepublish/submit", json={"media_id": media_id})
    answer = response.json()
    assert response.headers["content-type"] == "text/plain"
    assert response.headers["content-encoding"] == "gzip"
    assert "errcode" not in answer
    assert answer["publish_id"]
    assert answer["ext_info"]
    assert "hint: [" in answer["errmsg"]


@pytest.mark.parametrize(("when", "tasks"), [("before", 0), ("after", 1)])
def test_latency_can_lie_before_or_after_the_effect(sandbox, client, media_id, when, tasks):
    """A client that gives up in between leaves a different world behind."""
    sandbox.fault("latency", SUBMIT, when=when, seconds=0.5)
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{sandbox.base_url}{SUBMIT}?access_token={client.token}",
            json={"media_id": media_id},
            timeout=0.2,
        )
    assert accepted(sandbox) == tasks


def test_a_slow_call_holds_nobody_else_up(sandbox, client, media_id):
    """Waiting happens outside the lock: another call is answered while the slow one still waits."""
    sandbox.fault("latency", SUBMIT, seconds=3)
    address = f"{sandbox.base_url}{SUBMIT}?access_token={client.token}"
    slow = threading.Thread(
        target=requests.post, args=(address,), kwargs={"json": {"media_id": media_id}, "timeout": 30}
    )
    slow.start()
    client.get("draft/count")
    assert slow.is_alive()
    slow.join()


def test_a_fault_counts_skips_and_ends(sandbox, client):
    """Skip lets calls pass first, count says how many it strikes."""
    sandbox.fault("busy", "/cgi-bin/draft/*", skip=1, count=2)
    codes = [client.get("draft/count").get("errcode", 0) for _ in range(5)]
    assert codes == [0, -1, -1, 0, 0]
    assert sandbox.read("faults")["faults"][0] | {} == sandbox.read("faults")["faults"][0]
    assert (sandbox.read("faults")["faults"][0]["seen"], sandbox.read("faults")["faults"][0]["used"]) == (
        5,
        2,
    )


def test_count_zero_lasts_until_it_is_cleared(sandbox, client):
    """Clearing ends it."""
    sandbox.fault("busy", "/cgi-bin/draft/count", count=0)
    assert [client.get("draft/count").get("errcode", 0) for _ in range(3)] == [-1, -1, -1]
    sandbox.control("faults/clear")
    assert client.get("draft/count") == {"total_count": 0}


def test_a_fault_can_be_about_one_account_and_one_path(sandbox, client, stranger):
    """Others go on undisturbed."""
    sandbox.fault("busy", "/cgi-bin/draft/count", account=client.appid, count=0)
    assert stranger.get("draft/count") == {"total_count": 0}
    assert client.post("draft/batchget", offset=0, count=1)["total_count"] == 0
    assert client.get("draft/count")["errcode"] == -1


def test_probability_is_drawn_from_a_seed(sandbox, client):
    """The same seed strikes the same calls; about half of them here."""

    def strikes(seed):
        sandbox.control("faults/clear")
        sandbox.fault("busy", "/cgi-bin/draft/count", count=0, probability=0.5, seed=seed)
        return [client.get("draft/count").get("errcode", 0) for _ in range(30)]

    first = strikes(7)
    assert strikes(7) == first
    assert strikes(8) != first
    assert 5 < first.count(-1) < 25


def test_a_fault_can_come_with_the_request(sandbox, client, media_id):
    """Only that request is struck."""
    header = {"X-Sandbox-Fault": json.dumps({"kind": "busy", "when": "after"})}
    answer = client.raw("POST", "freepublish/submit", json={"media_id": media_id}, headers=header).json()
    assert answer["errcode"] == -1
    assert accepted(sandbox) == 1
    assert client.raw("POST", "freepublish/submit", headers={"X-Sandbox-Fault": "{"}).status_code == 400


def test_token_calls_can_fail_too(sandbox, client):
    """The account is known from the body."""
    sandbox.fault("http_error", "/cgi-bin/stable_token", account=client.appid)
    with pytest.raises(requests.JSONDecodeError):
        client.stable_token()
    assert "access_token" in client.stable_token()


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "earthquake"},
        {"kind": "busy", "when": "never"},
        {"kind": "busy", "count": "x"},
        {"kind": "busy", "colour": 1},
    ],
)
def test_a_wrong_fault_is_refused_in_words(sandbox, fault):
    """Nothing is put in force."""
    with pytest.raises(ControlRefusedError):
        sandbox.control("faults", **fault)
    assert sandbox.read("faults")["faults"] == []
