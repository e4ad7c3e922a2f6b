"""The draft box: what may go in, what comes out, and whose it is."""

from __future__ import annotations

import pytest

BROKEN = [
    ({"title": ""}, 40035),
    ({"title": "题" * 65}, 45003),
    ({"title": 5}, 47001),
    ({"author": "者" * 17}, 45110),
    ({"digest": "摘" * 129}, 45004),
    ({"content": ""}, 44004),
    ({"content": "  "}, 44004),
    ({"content": "字" * 20_000}, 45002),
    ({"content_source_url": "https://e.cn/" + "a" * 1024}, 45005),
    ({"content_source_url": "javascript:alert(1)"}, 41039),
    ({"thumb_media_id": "nothing"}, 40007),
    ({"thumb_media_id": None}, 47001),
    ({"need_open_comment": 2}, 40035),
    ({"pic_crop_235_1": "0_0_2_1"}, 53402),
    ({"product_info": {"footer_product_info": {"product_key": "x"}}}, 53406),
    ({"article_type": "poem"}, 40035),
    ({"content": "<p>沙箱触发87014</p>"}, 87014),
    ({"article_type": "newspic", "content": "图"}, 40007),
]
ALLOWED = [
    {"title": "题" * 64},
    {"title": "😀" * 64},
    {"author": "者" * 16},
    {"digest": "摘" * 128},
    {"content": "字" * 19_999},
    {"need_open_comment": 1, "only_fans_can_comment": "1"},
    {"pic_crop_235_1": "0_0.1_1_0.654321"},
]


@pytest.mark.parametrize(("fields", "errcode"), BROKEN)
def test_a_broken_rule_has_its_code_and_stores_nothing(client, fields, errcode):
    """Section 3 of the contract, line by line, for adding and for updating."""
    article = client.article() | fields
    assert client.errcode("draft/add", articles=[article]) == errcode
    assert client.get("draft/count") == {"total_count": 0}
    media_id = client.draft(title="原样")
    assert client.errcode("draft/update", media_id=media_id, index=0, articles=article) == errcode
    assert client.post("draft/get", media_id=media_id)["news_item"][0]["title"] == "原样"


@pytest.mark.parametrize("fields", ALLOWED)
def test_what_just_keeps_a_rule_is_stored(client, fields):
    """The limits themselves are allowed, lengths count code points."""
    media_id = client.draft(**fields)
    stored = client.post("draft/get", media_id=media_id)["news_item"][0]
    assert {name: str(stored[name]) for name in fields if name in stored} == {
        name: str(value) for name, value in fields.items() if name in stored
    }


@pytest.mark.parametrize(
    ("articles", "errcode"), [([], 44003), (None, 47001), ({"title": "x"}, 47001), (["x"], 47001), (9, 47001)]
)
def test_articles_must_be_a_list_of_objects(client, articles, errcode):
    """Empty and malformed differ."""
    assert client.errcode("draft/add", articles=articles) == errcode


def test_a_draft_holds_eight_articles_at_most(client):
    """The ninth is refused, eight are not."""
    article = client.article()
    assert client.errcode("draft/add", articles=[article] * 9) == 45008
    assert client.errcode("draft/add", articles=[article] * 8) == 0


def test_one_broken_article_refuses_the_whole_draft(client):
    """Nothing is half stored."""
    assert client.errcode("draft/add", articles=[client.article(), client.article(title="")]) == 40035
    assert client.get("draft/count") == {"total_count": 0}


def test_the_stricter_title_limit_can_be_played(sandbox, client):
    """The page says 32, tools still get 64."""
    sandbox.switch(title_limit=32)
    assert client.errcode("draft/add", articles=[client.article(title="题" * 33)]) == 45003
    assert client.errcode("draft/add", articles=[client.article(title="题" * 32)]) == 0


def test_the_content_limit_can_count_the_visible_text_only(sandbox, client):
    """Which of the two is meant is open; markup may be long then."""
    content = f"<p style='color:#{'0' * 30_000}'>短</p>"
    assert client.errcode("draft/add", articles=[client.article(content=content)]) == 45002
    sandbox.switch(content_length_of="text")
    assert client.errcode("draft/add", articles=[client.article(content=content)]) == 0


def test_comments_need_the_comment_right(sandbox, client):
    """88000 without it."""
    sandbox.change_account(client.appid, comment_right=False)
    assert client.errcode("draft/add", articles=[client.article(need_open_comment=1)]) == 88000


def test_an_omitted_digest_is_the_beginning_of_the_text(client):
    """54 characters, without markup; in a draft of several there is none."""
    text = "天地玄黄宇宙洪荒" * 10
    alone = client.draft(content=f"<p><b>{text}</b></p>")
    assert client.post("draft/get", media_id=alone)["news_item"][0]["digest"] == text[:54]
    several = client.draft(client.article(digest="摘要"), client.article())
    assert {each["digest"] for each in client.post("draft/get", media_id=several)["news_item"]} == {""}


def test_the_same_articles_twice_make_two_drafts(client):
    """There is no client key."""
    article = client.article()
    first, second = (client.post("draft/add", articles=[article])["media_id"] for _ in range(2))
    assert first != second
    assert client.get("draft/count") == {"total_count": 2}


def test_the_marker_in_the_source_link_round_trips(client):
    """That is how a client finds its draft after a lost answer."""
    link = "https://school.example/r?cid=7f&x=%E4%B8%AD"
    media_id = client.draft(content_source_url=link)
    assert client.post("draft/get", media_id=media_id)["news_item"][0]["content_source_url"] == link


def test_update_replaces_one_article_and_keeps_the_number(client):
    """The index counts from 0; the body is one object."""
    cover = client.cover()
    media_id = client.draft(*(client.article(title=title, thumb_media_id=cover) for title in ("甲", "乙")))
    article = client.article(title="丙", thumb_media_id=cover)
    assert client.errcode("draft/update", media_id=media_id, index=1, articles=article) == 0
    assert [each["title"] for each in client.post("draft/get", media_id=media_id)["news_item"]] == [
        "甲",
        "丙",
    ]
    assert client.errcode("draft/update", media_id=media_id, index=2, articles=article) == 40114
    assert client.errcode("draft/update", media_id=media_id, index=0, articles=[article]) == 47001


def test_listing_is_newest_first_in_pages(client):
    """Numbers as strings are tolerated; no_content leaves the content out."""
    article = client.article()
    ids = [client.post("draft/add", articles=[article])["media_id"] for _ in range(3)]
    page = client.post("draft/batchget", offset="0", count="2", no_content="1")
    assert [item["media_id"] for item in page["item"]] == [ids[2], ids[1]]
    assert (page["total_count"], page["item_count"]) == (3, 2)
    assert "content" not in page["item"][0]["content"]["news_item"][0]
    rest = client.post("draft/batchget", offset=2, count=20)
    assert [item["media_id"] for item in rest["item"]] == [ids[0]]
    assert rest["item"][0]["content"]["news_item"][0]["content"] == "<p>正文</p>"


@pytest.mark.parametrize(
    "page", [{"count": 0}, {"count": 21}, {"count": "x"}, {"offset": -1}, {"offset": True}]
)
def test_a_page_is_one_to_twenty(client, page):
    """Anything else is a bad parameter."""
    assert client.errcode("draft/batchget", **({"offset": 0, "count": 1} | page)) == 40035


def test_deleting_is_final(client):
    """The second time the id is unknown."""
    media_id = client.draft()
    assert client.errcode("draft/delete", media_id=media_id) == 0
    assert client.errcode("draft/delete", media_id=media_id) == 40007
    assert client.errcode("draft/get", media_id=media_id) == 40007


def test_drafts_belong_to_their_account(client, stranger):
    """Another account can neither read, change, delete nor publish them."""
    media_id = client.draft()
    article = stranger.article()
    assert stranger.errcode("draft/get", media_id=media_id) == 40007
    assert stranger.errcode("draft/update", media_id=media_id, index=0, articles=article) == 40007
    assert stranger.errcode("draft/delete", media_id=media_id) == 40007
    assert stranger.submit(media_id)["errcode"] == 40007
    assert stranger.get("draft/count") == {"total_count": 0}


def test_the_draft_box_is_on(client):
    """Checkonly asks without turning anything."""
    assert client.raw("POST", "draft/switch", params={"checkonly": 1}).json()["is_open"] == 1


def test_a_picture_post_keeps_its_pictures_and_plain_text(client):
    """Its content loses all markup."""
    cover = client.cover()
    info = {"image_list": [{"image_media_id": cover}]}
    media_id = client.draft(
        {"article_type": "newspic", "title": "图集", "content": "<b>秋</b>", "image_info": info}
    )
    stored = client.post("draft/get", media_id=media_id)["news_item"][0]
    assert (stored["article_type"], stored["content"], stored["image_info"]) == ("newspic", "秋", info)


@pytest.mark.parametrize("images", [[], [{"image_media_id": "none"}], [{}] * 21, ["x"], [{}]])
def test_a_picture_post_needs_one_to_twenty_known_pictures(client, images):
    """40007 for each way to miss."""
    article = {
        "article_type": "newspic",
        "title": "图集",
        "content": "秋",
        "image_info": {"image_list": images},
    }
    assert client.errcode("draft/add", articles=[article]) == 40007


@pytest.mark.parametrize(
    ("body", "errcode"), [(b"", 44002), (b"{", 47001), (b"[]", 47001), ("中".encode("gbk"), 47001)]
)
def test_a_body_that_is_no_json_object_is_refused(client, body, errcode):
    """Empty and malformed differ."""
    assert client.raw("POST", "draft/add", data=body).json()["errcode"] == errcode


@pytest.mark.parametrize(("body", "errcode"), [({}, 44002), ({"x": 1}, 41006), ({"media_id": 5}, 40007)])
def test_a_missing_media_id_is_named(client, body, errcode):
    """41006 when it is missing, 40007 when it is no id."""
    data = b"" if not body else None
    assert client.raw("POST", "draft/get", data=data, json=body or None).json()["errcode"] == errcode


@pytest.mark.parametrize(
    ("method", "path", "errcode"), [("GET", "draft/add", 43002), ("POST", "draft/count", 43001)]
)
def test_the_wrong_method_is_refused(client, method, path, errcode):
    """Each direction has its code."""
    assert client.raw(method, path).json()["errcode"] == errcode


def test_an_unknown_address_is_refused(client):
    """40066, as a JSON answer."""
    assert client.get("draft/burn")["errcode"] == 40066
