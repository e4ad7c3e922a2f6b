"""Lenient parsing of WeChat's data, and recognising our text again (wechat.md §5; security §2.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.platforms.manual.text import plain
from guanhao.platforms.matching import fingerprint, normalised
from guanhao.platforms.registry import PLATFORMS, platform_of
from guanhao.platforms.wechat.reading import PublishStatus, news_items, page, progress, snapshot

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("as_type", [int, str])
def test_numbers_and_strings_are_read_alike(as_type):
    """Live traffic, pages and examples disagree on types."""
    stand = progress(
        {
            "publish_id": as_type(1),
            "publish_status": as_type(0),
            "article_id": "a",
            "article_detail": {"count": as_type(2), "item": [
                {"idx": as_type(2), "article_url": "two"}, {"idx": as_type(1), "article_url": "one"}]},
            "fail_idx": [],
        }
    )  # fmt: skip
    assert (stand.status, stand.urls) == (PublishStatus.SUCCESS, ("one", "two"))


def test_one_bare_item_is_a_list_of_one():
    """XML made JSON loses lists of one."""
    stand = progress(
        {"publish_status": 0, "article_id": "a", "article_detail": {"item": {"idx": 1, "article_url": "u"}}}
    )
    assert stand.urls == ("u",)
    assert progress({"publish_status": 2, "fail_idx": 1}).failed == (1,)


@pytest.mark.parametrize("status", [0, 1, 5, 6])
def test_failing_places_count_only_where_it_failed(status):
    """The newer page shows them on a running task too."""
    assert progress({"publish_status": status, "fail_idx": [1]}).failed == ()


@pytest.mark.parametrize("status", [-1, 7, "x", None, [], {}])
def test_a_status_nobody_documented_is_no_status(status):
    """It decides nothing."""
    assert progress({"publish_status": status}).status is None


@given(
    st.dictionaries(
        st.sampled_from(["item", "news_item", "total_count", "publish_status", "article_detail", "fail_idx"]),
        JSON,
    )
)
def test_no_reply_can_break_the_parser(data):
    """Whatever JSON comes, values come out."""
    page(data)
    news_items(data)
    progress(data)


def test_a_snapshot_notices_every_visible_change_and_no_other():
    """Preview links change at every reading; texts do not."""
    item = {"title": "题", "author": "甲", "digest": "摘", "content": "<p>文</p>", "content_source_url": "https://a",
            "thumb_media_id": "m", "need_open_comment": 1, "only_fans_can_comment": 0, "url": "https://preview/1"}  # fmt: skip
    before = snapshot(news_items({"news_item": [item]}))
    assert (
        snapshot(news_items({"news_item": [item | {"url": "https://preview/2", "show_cover_pic": 1}]}))
        == before
    )
    for name, value in {
        "title": "别",
        "content": "<p>别</p>",
        "thumb_media_id": "n",
        "need_open_comment": 0,
    }.items():
        assert snapshot(news_items({"news_item": [item | {name: value}]})) != before


@pytest.mark.requirement("K1")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("<p>第一，第二。</p>", "<section><p style='x'>第一,第二。</p></section>"),
        ("<p>看 <a href='https://a.example/b'>这里</a></p>", "<p>看这里</p>"),
        ("<p>a&nbsp;b\u200b</p>", "<p>ab</p>"),
        ("<p>ＡＢＣ１２３</p>", "<p>ABC123</p>"),
        ("<p>见 https://a.example/b?c=1</p>", "<p>见</p>"),
    ],
)
def test_the_platforms_tidying_does_not_hide_our_text(ours, theirs):
    """Tags, white space, widths and addresses are left out of the comparison."""
    assert normalised(ours) == normalised(theirs)


def test_another_text_or_title_or_number_of_pictures_is_another_piece():
    """Mark 3 holds only where all agree."""
    ours = fingerprint("题", "<p>文<img src='a'></p>")
    assert fingerprint("题", "<p>文<img src='b'></p>") == ours
    for other in (
        fingerprint("另题", "<p>文<img></p>"),
        fingerprint("题", "<p>另文<img></p>"),
        fingerprint("题", "<p>文</p>"),
    ):
        assert other != ours


def test_plain_text_keeps_paragraphs_and_drops_tags():
    """For editors that take no HTML."""
    assert plain("<p>一</p><p>二<br>三</p><img src='x' alt='图'>").split() == ["一", "二", "三"]
    assert plain("") == ""


@pytest.mark.article("gpnu-23")
def test_an_unknown_platform_is_done_by_hand():
    """Account kinds are data."""
    radio = platform_of("web_tv")
    assert not radio.connected
    assert [traits.channel for traits in radio.channels] == ["by_hand"]
    assert PLATFORMS["wechat"].channel("wechat_publish").most_items == 8
