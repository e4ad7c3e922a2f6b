"""Decisions the contracts leave open: each switch plays every answer (open-questions.md)."""

from __future__ import annotations

import pytest

from tests.support.sandbox import ControlRefusedError

ESCAPED = b'{"title":"\\u6807\\u9898"'


@pytest.mark.parametrize(
    ("way", "title"), [("parse", "标题"), ("literal", "\\u6807\\u9898"), ("refuse", None)]
)
def test_question_1_escaped_characters(sandbox, client, way, title):
    """A JSON parser's reading, the escapes as they are, or a refusal."""
    sandbox.switch(unicode_escapes=way)
    body = b'{"articles":[%s,"content":"<p>x</p>","thumb_media_id":"%s"}]}' % (
        ESCAPED,
        client.cover().encode(),
    )
    answer = client.raw("POST", "draft/add", data=body).json()
    if title is None:
        assert answer["errcode"] == 40033
    else:
        stored = client.post("draft/get", media_id=answer["media_id"])
        assert stored["news_item"][0]["title"] == title


def published(sandbox, client, **fields):
    """Publish one article; answer the publish_id."""
    publish_id = client.submit(client.draft(**fields))["publish_id"]
    sandbox.advance(10)
    return publish_id


@pytest.mark.parametrize(("way", "same"), [("permanent", True), ("temporary", False)])
def test_question_6_the_address_in_the_list(sandbox, client, way, same):
    """The list's address may not be the permanent one."""
    sandbox.switch(batchget_url=way)
    publish_id = published(sandbox, client)
    permanent = client.status(publish_id)["article_detail"]["item"][0]["article_url"]
    listed = client.post("freepublish/batchget", offset=0, count=1)["item"][0]["content"]["news_item"][0][
        "url"
    ]
    assert (listed == permanent) is same


class TestQuestion10:
    """When a draft leaves the box, and whether it comes back."""

    FAILING = {"content": "<p>沙箱触发状态3</p>"}

    @pytest.mark.parametrize(("leaves", "errcode"), [("success", 0), ("accept", 40007)])
    def test_while_the_task_runs(self, sandbox, client, leaves, errcode):
        """draft/get tells nothing certain."""
        sandbox.switch(draft_leaves=leaves)
        media_id = client.draft()
        client.submit(media_id)
        assert client.errcode("draft/get", media_id=media_id) == errcode
        assert client.get("draft/count")["total_count"] == (0 if errcode else 1)

    @pytest.mark.parametrize(
        ("kept", "count", "same"), [("same_id", 1, True), ("new_id", 1, False), ("lost", 0, False)]
    )
    def test_after_a_failure(self, sandbox, client, kept, count, same):
        """It returns under its id, under a new one, or not at all."""
        sandbox.switch(draft_leaves="accept", failed_draft=kept)
        media_id = client.draft(**self.FAILING)
        client.submit(media_id)
        sandbox.advance(10)
        listed = client.post("draft/batchget", offset=0, count=1)
        assert listed["total_count"] == count
        assert (media_id in [item["media_id"] for item in listed["item"]]) is same

    def test_a_draft_that_never_left_stays_after_a_failure(self, sandbox, client):
        """With the default nothing moves."""
        media_id = client.draft(**self.FAILING)
        client.submit(media_id)
        sandbox.advance(10)
        assert client.errcode("draft/get", media_id=media_id) == 0


class TestQuestion21:
    """A draft while its task runs."""

    @pytest.mark.parametrize(
        ("mode", "read", "change"), [("free", 0, 0), ("read_only", 0, 40007), ("hidden", 40007, 40007)]
    )
    def test_reading_and_changing(self, sandbox, client, mode, read, change):
        """Allowed, half allowed or refused; free again afterwards if it is still there."""
        sandbox.switch(running_draft=mode)
        media_id = client.draft(content="<p>沙箱触发状态3</p>")
        article = client.article()
        client.submit(media_id)
        assert client.errcode("draft/get", media_id=media_id) == read
        assert client.errcode("draft/update", media_id=media_id, index=0, articles=article) == change
        sandbox.advance(10)
        assert client.errcode("draft/get", media_id=media_id) == 0

    @pytest.mark.parametrize(("snapshot", "title"), [("accept", "旧"), ("finish", "新")])
    def test_an_edit_while_it_runs(self, sandbox, client, snapshot, title):
        """Counts only if the draft is read at the end."""
        sandbox.switch(publish_snapshot=snapshot)
        media_id = client.draft(title="旧")
        client.submit(media_id)
        client.post("draft/update", media_id=media_id, index=0, articles=client.article(title="新"))
        sandbox.advance(10)
        assert [each["title"] for each in sandbox.public()] == [title]

    @pytest.mark.parametrize(("snapshot", "status"), [("accept", 0), ("finish", 3)])
    def test_a_deletion_while_it_runs(self, sandbox, client, snapshot, status):
        """Stops the task only if the draft is read at the end."""
        sandbox.switch(publish_snapshot=snapshot)
        media_id = client.draft()
        publish_id = client.submit(media_id)["publish_id"]
        assert client.errcode("draft/delete", media_id=media_id) == 0
        sandbox.advance(10)
        assert client.status(publish_id)["publish_status"] == status

    @pytest.mark.parametrize(
        ("way", "errcode", "public"), [("new_task", 0, 2), ("same_task", 0, 1), ("refuse", 40007, 1)]
    )
    def test_a_second_submit(self, sandbox, client, way, errcode, public):
        """The default makes a second publication, so that a careless client is found out."""
        sandbox.switch(second_submit=way)
        media_id = client.draft()
        first, second = client.submit(media_id), client.submit(media_id)
        assert second["errcode"] == errcode
        assert (second.get("publish_id") == first["publish_id"]) is (way == "same_task")
        sandbox.advance(10)
        assert len(sandbox.public()) == public


@pytest.mark.parametrize(("kind", "type_"), [("string", str), ("number", int)])
def test_ids_are_strings_or_numbers(sandbox, client, kind, type_):
    """Both are asked for with either."""
    sandbox.switch(publish_id_type=kind)
    reply = client.submit(client.draft())
    assert isinstance(reply["publish_id"], type_)
    assert isinstance(reply["msg_data_id"], type_)
    assert client.status(str(reply["publish_id"]))["publish_status"] == 1
    assert client.status(int(reply["publish_id"]))["publish_status"] == 1


def test_the_message_number_can_be_withheld(sandbox, client):
    """The address still carries it."""
    sandbox.switch(msg_data_id="withheld")
    assert "msg_data_id" not in client.submit(client.draft())


def test_the_list_can_lag_behind(sandbox, client):
    """Absence from the list proves nothing; the task and the page know already."""
    sandbox.switch(list_lag=60, article_lag=30)
    publish_id = client.submit(client.draft())["publish_id"]
    sandbox.advance(4)
    task = client.status(publish_id)
    assert task["publish_status"] == 0
    assert client.post("freepublish/batchget", offset=0, count=1)["total_count"] == 0
    assert client.errcode("freepublish/getarticle", article_id=task["article_id"]) == 53600
    sandbox.advance(30)
    assert client.errcode("freepublish/getarticle", article_id=task["article_id"]) == 0
    assert client.post("freepublish/batchget", offset=0, count=1)["total_count"] == 0
    sandbox.advance(30)
    assert client.post("freepublish/batchget", offset=0, count=1)["total_count"] == 1


@pytest.mark.parametrize(("way", "count"), [("included", 1), ("left_out", 0)])
def test_question_23_deleted_articles_in_the_list(sandbox, client, way, count):
    """Included with is_deleted, or not at all."""
    sandbox.switch(list_deleted=way)
    article_id = client.status(published(sandbox, client))["article_id"]
    client.post("freepublish/delete", article_id=article_id)
    assert client.post("freepublish/batchget", offset=0, count=1)["total_count"] == count


def test_question_20_an_edit_can_change_the_id(sandbox, client):
    """The old one is unknown then, the new one is in the list."""
    sandbox.switch(draft_edit_changes_id=True)
    media_id = client.draft()
    assert (
        client.errcode("draft/update", media_id=media_id, index=0, articles=client.article(title="新")) == 0
    )
    assert client.errcode("draft/get", media_id=media_id) == 40007
    listed = client.post("draft/batchget", offset=0, count=1)["item"][0]
    assert listed["content"]["news_item"][0]["title"] == "新"


@pytest.mark.parametrize(("way", "errcode"), [("strip", 0), ("refuse", 45166)])
def test_a_whole_document_can_be_refused(sandbox, client, way, errcode):
    """Otherwise its frame is stripped."""
    sandbox.switch(full_document=way)
    article = client.article(content="<!DOCTYPE html><html><body><p>甲</p></body></html>")
    assert client.errcode("draft/add", articles=[article]) == errcode


def test_addresses_can_name_the_real_host(sandbox, client):
    """For clients that check it; the sandbox itself serves only its own."""
    sandbox.switch(article_host="wechat")
    url = client.status(published(sandbox, client))["article_detail"]["item"][0]["article_url"]
    assert url.startswith("http://mp.weixin.qq.com/s?__biz=")
    assert sandbox.page(url).startswith("200")


@pytest.mark.parametrize(
    ("tail", "has_rid", "has_hint"),
    [("rid", True, False), ("hint_and_rid", True, True), ("nothing", False, False)],
)
def test_messages_end_differently(sandbox, client, tail, has_rid, has_hint):
    """Never match on errmsg."""
    sandbox.switch(error_tail=tail)
    message = client.post("draft/get", media_id="none")["errmsg"]
    assert ("rid: " in message, "hint: " in message) == (has_rid, has_hint)


def test_a_switch_can_stand_differently_for_one_account(sandbox, client, stranger):
    """The account's own value wins over the common one."""
    sandbox.switch(msg_data_id="withheld")
    sandbox.switch(account=client.appid, msg_data_id="given")
    assert "msg_data_id" in client.submit(client.draft())
    assert "msg_data_id" not in stranger.submit(stranger.draft())


@pytest.mark.parametrize(
    "switches",
    [
        {"no_such": 1},
        {"msg_data_id": "maybe"},
        {"publish_delay": "soon"},
        {"publish_delay": -1},
        {"review_words": []},
    ],
)
def test_a_wrong_switch_is_refused_and_none_is_set(sandbox, switches):
    """Even if another one was right."""
    with pytest.raises(ControlRefusedError):
        sandbox.switch(list_lag=99, **switches)
    assert sandbox.read("switches")["switches"]["list_lag"]["value"] == 0
