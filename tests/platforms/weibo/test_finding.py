"""Finding our own post again: one candidate is an answer, two are a question (security §2.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guanhao.platforms.weibo.finding import Sent, candidates, short_links
from guanhao.platforms.weibo.reading import Post

ARMED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LINK = "https://weibo.college.example/w/17"
SENT = Sent(f"开学典礼，明天见 {LINK}", LINK, ARMED)


def post(text="开学典礼，明天见 http://t.cn/A6abc", after=5, **fields):
    """A post of the timeline, seconds after the intent."""
    mid = fields.pop("mid", "51")
    return Post(mid, "7", text, ARMED + timedelta(seconds=after), **fields)


def mids(*posts, sent=SENT, expanded=None):
    """The ids of the candidates."""
    return [each.mid for each in candidates(posts, sent, expanded)]


def test_our_link_settles_it():
    """Expanded or in full, whatever became of the text."""
    assert mids(post("另外的字 http://t.cn/A6abc"), expanded={"http://t.cn/A6abc": LINK}) == ["51"]
    assert mids(post(f"另外的字 {LINK}，见")) == ["51"]


def test_a_link_that_begins_like_ours_is_another_jobs():
    """Job 17 is not job 170."""
    assert mids(post(f"另外的字 {LINK}0")) == []
    assert mids(post("x http://t.cn/A"), expanded={"http://t.cn/A": LINK + "0"}) == []


def test_the_link_outweighs_a_text_alike():
    """A twin with another link is no candidate beside the one with ours."""
    twin = post(mid="52")
    assert mids(twin, post("x http://t.cn/B", mid="53"), expanded={"http://t.cn/B": LINK}) == ["53"]


def test_without_the_link_text_time_and_picture_settle_it():
    """White space, punctuation width, links and topics aside."""
    assert mids(post("开学典礼,明天见http://t.cn/A6abc")) == ["51"]
    sent = Sent(f"#开学# 开学典礼，明天见 {LINK}", LINK, ARMED)
    assert mids(post(), sent=sent) == ["51"]


@pytest.mark.parametrize(
    "other",
    [
        post(after=-61),
        post("开学典礼，后天见 http://t.cn/A6abc"),
        post(pictures=1),
        Post("51", "7", SENT.text.replace(LINK, ""), None),
    ],
)
def test_one_mark_amiss_is_no_match(other):
    """Last week's twin, another text, another picture, no time."""
    assert mids(other) == []


def test_clocks_may_differ_by_a_minute():
    """The platform's may be behind ours."""
    assert mids(post(after=-60)) == ["51"]


def test_two_alike_are_both_given_for_a_person_to_judge():
    """Never the first of them."""
    assert mids(post(mid="51"), post(mid="52")) == ["51", "52"]


def test_a_shortened_text_is_recognised_by_its_beginning():
    """Long posts come cut in a timeline; nothing at all is no beginning."""
    assert mids(post("开学典礼，明...全文", truncated=True)) == ["51"]
    assert mids(post("...全文", truncated=True)) == []
    assert mids(post("开学典礼，明")) == []


def test_an_empty_link_marks_nothing():
    """Else every post would be ours."""
    assert mids(post("x"), sent=Sent("y", "", ARMED)) == []


def test_short_links_are_named_for_expanding():
    """In order, without what surrounds them."""
    assert short_links(post("a http://t.cn/A6abc，https://t.cn/B")) == ("http://t.cn/A6abc", "https://t.cn/B")
