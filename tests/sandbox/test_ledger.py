"""The record tests judge by: complete, masked, append-only, in step with what was done."""

from __future__ import annotations

import hashlib
import sqlite3

import pytest

from tests.support.sandbox import RunningSandbox
from tests.support.wechat_client import PlainClient, png


def test_every_platform_request_is_recorded_in_order(sandbox, client):
    """Refused, unknown and failed ones too; control calls and pages are not."""
    client.stable_token()
    client.get("draft/count")
    client.post("draft/burn")
    sandbox.fault("http_error", "/cgi-bin/draft/count")
    client.raw("GET", "draft/count")
    sandbox.page("/")
    paths = [entry["path"].removeprefix("/cgi-bin/") for entry in sandbox.ledger()]
    assert paths == ["stable_token", "stable_token", "draft/count", "draft/burn", "draft/count"]
    assert [entry["http_status"] for entry in sandbox.ledger()] == [200, 200, 200, 200, 502]
    assert [entry["errcode"] for entry in sandbox.ledger()] == [None, None, None, 40066, None]


def test_an_entry_says_who_what_and_with_which_effect(sandbox, client):
    """Account, digest of the body, decisive fields, effect, answer."""
    article = client.article(title="开学典礼")
    media_id = client.post("draft/add", articles=[article])["media_id"]
    entry = sandbox.ledger(path="/cgi-bin/draft/add")[0]
    assert entry["account"] == client.appid
    assert entry["decisive"]["articles"] == [
        {
            "title": "开学典礼",
            "content_source_url": article["content_source_url"],
            "thumb_media_id": article["thumb_media_id"],
        }
    ]
    assert entry["effects"] == [
        {"kind": "draft.added", "details": {"media_id": media_id, "titles": ["开学典礼"]}}
    ]
    assert media_id in entry["response"]
    assert entry["body_bytes"] > 0


def test_an_upload_is_known_by_its_name_and_digest(sandbox, client):
    """The bytes themselves stay out of the ledger."""
    client.upload("media/uploadimg", png(), "合影.png")
    entry = sandbox.ledger(path="/cgi-bin/media/uploadimg")[0]
    digest = hashlib.sha256(png()).hexdigest()
    assert entry["decisive"]["media"]["sha256"] == digest
    assert entry["effects"][0]["details"]["sha256"] == digest


def test_no_secret_is_written_down(sandbox, client, tmp_path):
    """Neither AppSecret nor token, in requests or in answers; yet two tokens can be told apart."""
    tokens = [client.classic_token()["access_token"], client.token]
    client.get("draft/count")
    client.post("clear_quota/v2", appid=client.appid, appsecret=client.secret)
    text = str(sandbox.ledger())
    for secret in [*tokens, client.secret]:
        assert secret not in text
    masks = {entry["token"] for entry in sandbox.ledger() if entry["token"]}
    assert len(masks) == 1


def test_the_ledger_can_be_filtered(sandbox, client, stranger):
    """By account, path, effect and number."""
    client.draft()
    stranger.draft()
    assert {entry["account"] for entry in sandbox.ledger(account=stranger.appid)} == {stranger.appid}
    assert len(sandbox.ledger(path="/cgi-bin/draft/add")) == 2
    assert len(sandbox.ledger(effect="draft.added", account=client.appid)) == 1
    last = sandbox.ledger()[-1]["seq"]
    client.get("draft/count")
    assert [entry["path"] for entry in sandbox.ledger(since=last)] == ["/cgi-bin/draft/count"]


@pytest.mark.parametrize("table", ["ledger", "public_effects"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET account = 'x'"])
def test_the_tables_are_append_only(sandbox, client, tmp_path, table, statement):
    """The database itself refuses, whoever asks."""
    client.submit(client.draft())
    sandbox.advance(10)
    connection = sqlite3.connect(tmp_path / "sandbox" / "sandbox.sqlite3")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement.format(table))
    connection.close()


def test_public_effects_say_what_became_of_an_article(sandbox, client):
    """Published by which task, with which address and content; removed by whom."""
    publish_id = client.submit(client.draft(title="通知"))["publish_id"]
    sandbox.advance(10)
    article_id = client.status(publish_id)["article_id"]
    sandbox.control("articles/delete", article_id=article_id)
    published, removed = sandbox.public_effects()
    assert (published["kind"], published["publish_id"], published["channel"]) == (
        "published",
        publish_id,
        "freepublish",
    )
    assert published["content_sha256"] == hashlib.sha256("<p>正文</p>".encode()).hexdigest()
    assert (removed["kind"], removed["cause"], removed["url"]) == ("removed", "console", published["url"])
    assert removed["seq"] > published["seq"]


@pytest.mark.parametrize("start", [RunningSandbox.in_thread, RunningSandbox.in_process])
def test_everything_survives_a_restart(tmp_path, start):
    """Accounts, tokens, drafts, running tasks, faults, switches, clock and ledger."""
    with start(tmp_path) as sandbox:
        account = sandbox.account()
        client = PlainClient(sandbox.base_url, account["appid"], account["secret"])
        sandbox.control("clock", freeze=1_795_000_000)
        sandbox.switch(msg_data_id="withheld")
        publish_id = client.submit(client.draft())["publish_id"]
        sandbox.fault("busy", "/cgi-bin/draft/count")
        before = sandbox.ledger()
    with start(tmp_path) as again:
        client.base_url = again.base_url
        assert again.ledger() == before
        assert client.status(publish_id)["publish_status"] == 1
        again.advance(10)
        assert client.status(publish_id)["publish_status"] == 0
        assert client.get("draft/count")["errcode"] == -1
        assert again.read("switches")["switches"]["msg_data_id"]["value"] == "withheld"
