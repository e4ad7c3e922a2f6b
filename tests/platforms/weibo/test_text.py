"""What a post's text weighs, and why it could not go out by API."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.platforms.weibo.text import composed, links, on_domain, problems, weight, without_topics

SAFE = ("weibo.college.example",)
LINK = "https://weibo.college.example/w/17"


def said(text, **only):
    """The problems' Chinese sentences, those that block unless told otherwise."""
    return [
        problem.text.zh for problem in problems(text, SAFE) if problem.blocking is only.get("blocking", True)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("开学", 2),
        ("ab", 1),
        ("abc", 2),
        ("开a", 2),
        ("，。", 2),
        (",.", 1),
        ("[微笑]", 3),
        ("😀", 2),
        (LINK, 10),
        (f"开学 {LINK}", 13),
        (f"{LINK}?a=1#b {LINK}", 21),
        ("https://a.example/" + "x" * 500, 10),
    ],
)
def test_text_is_weighed_as_the_platform_does(text, expected):
    """Chinese one, ASCII a half rounded up, every link ten however long."""
    assert weight(text) == expected


@pytest.mark.parametrize(("characters", "fits"), [(129, True), (130, False)])
def test_the_limit_counts_the_link_and_the_blank(characters, fits):
    """140 in all: ten are the link's, a half is the blank's."""
    assert (said("学" * characters + f" {LINK}") == []) is fits


def test_the_excess_is_named():
    """So that an author knows how much to cut."""
    assert "超出 12 字" in said("学" * 141 + f" {LINK}")[0]


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        (LINK, True),
        ("http://a.b.weibo.college.example", True),
        ("https://WEIBO.College.example./x", True),
        ("https://weibo.college.example:8443/", True),
        ("https://college.example/", False),
        ("https://evilweibo.college.example.evil.example/", False),
        ("https://notweibo.college.example/", False),
        ("https://weibo.college.example@evil.example/", False),
        ("https://user@weibo.college.example/", False),
        ("ftp://weibo.college.example/", False),
        ("https://[bad/", False),
        ("http://t.cn/A6abc", False),
    ],
)
def test_a_link_is_safe_by_its_host_alone(link, safe):
    """The domain or one under it; never by looking alike."""
    assert on_domain(link, SAFE) is safe


@given(
    st.text(alphabet=st.characters(), max_size=60)
    | st.text(alphabet="#学a :/@.[]?", max_size=40).map(LINK.__add__)
)
def test_any_text_at_all_can_be_judged(text):
    """Nothing people type makes judging fail, and composing settles the link."""
    assert all(problem.text.en for problem in problems(text, SAFE))
    assert LINK in links(composed(text, LINK))
    assert weight(composed(text, LINK)) >= 10


def test_no_domain_makes_nothing_safe():
    """An app without safe domains can post nothing."""
    assert not on_domain(LINK, ())
    assert not on_domain(LINK, ("",))


def test_a_text_needs_a_safe_link():
    """Without one, or with a foreign one only, it goes out by hand."""
    assert any("安全域名" in sentence for sentence in said("开学了"))
    assert any("安全域名" in sentence for sentence in said("开学了 https://elsewhere.example/"))
    assert said(f"开学了 {LINK}") == []


def test_a_foreign_link_beside_a_safe_one_is_pointed_out():
    """Whether it is refused is not known (open question 37), so it warns."""
    assert "elsewhere.example" in said(f"{LINK} https://elsewhere.example/", blocking=False)[0]


def test_a_topic_stops_the_api():
    """The platform would drop it silently and publish something nobody approved."""
    assert "话题" in said(f"#开学# 你好 {LINK}")[0]
    assert said(f"一个 # 号 {LINK}#a") == []


def test_a_link_needs_air_behind_it():
    """Where a link ends before Chinese text is not known (open question 36)."""
    assert said(f"见{LINK}，欢迎", blocking=False)
    assert not said(f"见{LINK} 欢迎", blocking=False)


def test_an_empty_text_is_no_post():
    """White space is nothing."""
    assert "正文为空。" in said(" \n")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("#开学#你好", "你好"),
        ("a#b#c#d#e", "ace"),
        ("只有一个#", "只有一个#"),
        (f"{LINK}#a {LINK}#b", f"{LINK}#a {LINK}#b"),
        (f"#x# {LINK}#a #y#", f" {LINK}#a "),
        ("##", "##"),
    ],
)
def test_topics_leave_and_links_stay(text, left):
    """A fragment of an address is no topic."""
    assert without_topics(text) == left


def test_the_link_is_put_behind_the_text_once():
    """One that is there already is not doubled; one that only begins alike does not count."""
    assert composed("你好 ", LINK) == f"你好 {LINK}"
    assert composed("", LINK) == LINK
    assert composed(f"你好 {LINK}", LINK) == f"你好 {LINK}"
    assert composed(f"你好 {LINK}8", LINK) == f"你好 {LINK}8 {LINK}"


def test_links_end_before_chinese_punctuation():
    """As readers see them."""
    assert links(f"见{LINK}。又见 http://a.example/?q=%E5%AD%A6，完") == (
        LINK,
        "http://a.example/?q=%E5%AD%A6",
    )
