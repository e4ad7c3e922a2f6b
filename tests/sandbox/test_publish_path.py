"""The path from a token to an article the public can read, and what the ledger says about it."""

from __future__ import annotations

import pytest


@pytest.fixture
def published(sandbox, client):
    """The publish reply of one article that is out."""
    reply = client.submit(client.draft(title="开学典礼"))
    sandbox.advance(10)
    return reply


def test_an_article_travels_from_draft_to_a_public_page(sandbox, client):
    """Every step answers in the contract's shape and the page shows the article."""
    draft = client.draft(title="开学典礼", content="<section style='color:red'>欢迎新同学</section>")
    reply = client.submit(draft)
    assert reply["errcode"] == 0
    assert client.status(reply["publish_id"]) == {
        "publish_id": reply["publish_id"],
        "publish_status": 1,
        "fail_idx": [],
    }
    sandbox.advance(10)
    done = client.status(reply["publish_id"])
    assert done["publish_status"] == 0
    page = sandbox.page(done["article_detail"]["item"][0]["article_url"])
    assert page.startswith("200")
    assert "开学典礼" in page
    assert "欢迎新同学" in page
    assert "沙箱" in page


def test_the_draft_leaves_the_box_when_it_is_out(client, published, sandbox):
    """Afterwards the draft is unknown to every draft call, and a second submit is refused."""
    media_id = sandbox.effects("draft.added")[0]["media_id"]
    assert client.errcode("draft/get", media_id=media_id) == 40007
    assert client.errcode("draft/delete", media_id=media_id) == 40007
    assert client.submit(media_id)["errcode"] == 40007
    assert client.get("draft/count") == {"total_count": 0}


def test_the_getters_show_what_was_published(client, published):
    """batchget, getarticle and the task agree on id and address."""
    task = client.status(published["publish_id"])
    listed = client.post("freepublish/batchget", offset=0, count=20, no_content=1)
    item = listed["item"][0]
    assert (listed["total_count"], listed["item_count"]) == (1, 1)
    assert item["article_id"] == task["article_id"]
    news = item["content"]["news_item"][0]
    assert news["url"] == task["article_detail"]["item"][0]["article_url"]
    assert news["is_deleted"] is False
    assert "content" not in news
    assert news["content_source_url"] == "https://school.example/a?cid=1"
    article = client.post("freepublish/getarticle", article_id=task["article_id"])
    assert article["news_item"][0]["content"] == "<p>正文</p>"
    assert article["news_item"][0]["thumb_media_id"] == news["thumb_media_id"]


def test_the_address_carries_the_message_number(client, published):
    """Mid is the msg_data_id, so that a client without it can still find it."""
    url = client.status(published["publish_id"])["article_detail"]["item"][0]["article_url"]
    assert f"mid={published['msg_data_id']}&idx=1&sn=" in url


def test_eight_articles_share_one_publication(sandbox, client):
    """Each has its own index and address; the message number is common."""
    cover = client.cover()
    articles = [client.article(title=f"第{n}条", thumb_media_id=cover) for n in range(1, 9)]
    reply = client.submit(client.draft(*articles))
    sandbox.advance(10)
    detail = client.status(reply["publish_id"])["article_detail"]
    assert detail["count"] == 8
    assert [item["idx"] for item in detail["item"]] == list(range(1, 9))
    assert [each["title"] for each in sandbox.public_effects()] == [f"第{n}条" for n in range(1, 9)]


def test_nothing_is_public_before_the_task_ends(sandbox, client):
    """Errcode 0 of submit means accepted, not published."""
    client.submit(client.draft())
    sandbox.advance(2.9)
    assert sandbox.public() == []
    sandbox.advance(0.2)
    assert len(sandbox.public()) == 1


def test_a_publication_is_dated_when_its_task_was_due_not_when_somebody_looked(sandbox, client):
    """Looking late must not change the record."""
    submitted = sandbox.read("clock")["now"]
    client.submit(client.draft())
    sandbox.advance(3600)
    assert sandbox.public()[0]["published_at"] == submitted + 3
    assert sandbox.public_effects()[0]["at"] == submitted + 3


@pytest.mark.parametrize(
    ("word", "status"), [("沙箱触发状态2", 2), ("沙箱触发状态3", 3), ("沙箱触发状态4", 4)]
)
def test_a_review_can_fail_and_says_which_articles(sandbox, client, word, status):
    """fail_idx counts from 1; nothing becomes public, the draft stays."""
    cover = client.cover()
    fine = client.article(thumb_media_id=cover)
    media_id = client.draft(fine, client.article(thumb_media_id=cover, content=f"<p>{word}</p>"))
    reply = client.submit(media_id)
    sandbox.advance(10)
    answer = client.status(reply["publish_id"])
    assert answer == {"publish_id": reply["publish_id"], "publish_status": status, "fail_idx": [2]}
    assert sandbox.public_effects() == []
    assert client.errcode("draft/get", media_id=media_id) == 0


@pytest.mark.parametrize("errcode", [53503, 53504, 53505])
def test_a_draft_can_fail_the_check_at_submit(sandbox, client, errcode):
    """The refusal starts no task."""
    media_id = client.draft(content=f"<p>沙箱触发{errcode}</p>")
    assert client.submit(media_id)["errcode"] == errcode
    sandbox.advance(10)
    assert sandbox.effects("publish.accepted") == []
    assert sandbox.public() == []


def test_deleting_one_article_leaves_the_others(sandbox, client):
    """Index counts from 1; the publication stays successful while one article is left."""
    cover = client.cover()
    reply = client.submit(
        client.draft(*(client.article(title=t, thumb_media_id=cover) for t in ("甲", "乙")))
    )
    sandbox.advance(10)
    article_id = client.status(reply["publish_id"])["article_id"]
    assert client.errcode("freepublish/delete", article_id=article_id, index=1) == 0
    assert [each["title"] for each in sandbox.public()] == ["乙"]
    assert client.status(reply["publish_id"])["publish_status"] == 0
    news = client.post("freepublish/getarticle", article_id=article_id)["news_item"]
    assert [each["is_deleted"] for each in news] == [True, False]


def test_deleting_everything_turns_the_status_to_five(sandbox, client, published):
    """The page says so, the ledger too, and a second delete finds nothing."""
    task = client.status(published["publish_id"])
    assert client.errcode("freepublish/delete", article_id=task["article_id"]) == 0
    assert client.status(published["publish_id"])["publish_status"] == 5
    assert "已被发布者删除" in sandbox.page(task["article_detail"]["item"][0]["article_url"])
    assert client.errcode("freepublish/delete", article_id=task["article_id"]) == 53600
    assert [each["kind"] for each in sandbox.public_effects()] == ["published", "removed"]


def test_a_banned_article_turns_the_status_to_six(sandbox, client, published):
    """The platform acts by itself; only asking again shows it."""
    task = client.status(published["publish_id"])
    sandbox.control("articles/ban", article_id=task["article_id"])
    assert client.status(published["publish_id"])["publish_status"] == 6
    assert "因违规无法查看" in sandbox.page(task["article_detail"]["item"][0]["article_url"])
    assert [each["kind"] for each in sandbox.public_effects()] == ["published", "banned"]


@pytest.mark.parametrize("publish_id", ["999", "", "abc", None, -1, 10**30])
def test_an_unknown_task_is_an_invalid_argument(client, publish_id):
    """Whatever is no task of this account gives 40002."""
    assert client.errcode("freepublish/get", publish_id=publish_id) == 40002


def test_publications_belong_to_their_account(sandbox, client, stranger, published):
    """Another account sees neither task nor article, and cannot delete it."""
    article_id = client.status(published["publish_id"])["article_id"]
    assert stranger.status(published["publish_id"])["errcode"] == 40002
    assert stranger.errcode("freepublish/getarticle", article_id=article_id) == 53600
    assert stranger.errcode("freepublish/delete", article_id=article_id) == 53600
    assert stranger.post("freepublish/batchget", offset=0, count=1)["total_count"] == 0
    assert len(sandbox.public()) == 1


def test_a_lapsed_verification_fails_the_task_that_was_accepted_before(sandbox, client):
    """The right to publish is checked again when the task ends."""
    now = sandbox.read("clock")["now"]
    sandbox.change_account(client.appid, verified_until=now + 2)
    reply = client.submit(client.draft())
    assert reply["errcode"] == 0
    sandbox.advance(10)
    sandbox.change_account(client.appid, grants={"publish": "granted"})
    assert client.status(reply["publish_id"])["publish_status"] == 3


def test_publications_are_listed_newest_first_in_pages(sandbox, client):
    """total_count is all, item_count the page."""
    cover = client.cover()
    for title in ("甲", "乙", "丙"):
        client.submit(client.draft(title=title, thumb_media_id=cover))
        sandbox.advance(10)
    page = client.post("freepublish/batchget", offset=1, count=1, no_content=0)
    assert (page["total_count"], page["item_count"]) == (3, 1)
    assert [each["title"] for each in page["item"][0]["content"]["news_item"]] == ["乙"]
    assert client.errcode("freepublish/batchget", offset=0, count=21) == 40035
