"""What is left of an article's HTML after the platform stored it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.wechat.html_filter import filtered

OWN = "http://mmbiz.qpic.cn/mmbiz_png/0123456789abcdef0123456789abcdef/0?wx_fmt=png"


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<p>甲<script>alert(1)</script>乙</p>", "<p>甲乙</p>"),
        ('<p onclick="x()" class="a" id="b">甲</p>', "<p>甲</p>"),
        ('<img src="javascript:alert(1)">', ""),
        ('<img src="https://evil.example/a.png">甲', "甲"),
        ('<img src="data:image/png;base64,AA==">', ""),
        (f'<img src="{OWN}">', f'<img src="{OWN}">'),
        (f'<img data-src="{OWN}">', f'<img data-src="{OWN}">'),
        ("<style>p{color:red}</style><p>甲</p>", "<p>甲</p>"),
        ('<link rel="stylesheet" href="https://x.example/a.css">甲', "甲"),
        ('<iframe src="https://evil.example/">甲</iframe>乙', "乙"),
        ('<iframe src="https://v.qq.com/x"></iframe>', '<iframe src="https://v.qq.com/x"></iframe>'),
        ('<form action="/x"><input name="a">甲<button>乙</button></form>', "甲乙"),
        ('<video src="https://x.example/a.mp4">甲</video>乙', "乙"),
        ('<a href="https://school.example/">校网</a>', "校网"),
        (
            '<a href="https://mp.weixin.qq.com/s/abc">旧文</a>',
            '<a href="https://mp.weixin.qq.com/s/abc">旧文</a>',
        ),
        ('<a href="https://mp.weixin.qq.com.evil.example/s/abc">旧文</a>', "旧文"),
        ("<html><head><title>题</title></head><body><p>甲</p></body></html>", "<p>甲</p>"),
        ("<!-- 注 --><p>甲</p>", "<p>甲</p>"),
        ("<foo>甲</foo>", "甲"),
        ("<p>甲", "<p>甲</p>"),
        ("甲</p>乙", "甲乙"),
        ("1 &lt; 2 &amp; 3 &#x4e2d; &nbsp;", "1 &lt; 2 &amp; 3 &#x4e2d; &nbsp;"),
        ("😀", "😀"),
    ],
)
def test_constructs(source, kept):
    """One line of the contract's table each."""
    assert filtered(source).html == kept


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color: red; position: fixed", "color: red;"),
        ("float:left;font-size:15px", "font-size: 15px;"),
        ("display:grid", ""),
        ("display: flex", "display: flex;"),
        ("margin-top: -10px", ""),
        ("margin: 10px 0", "margin: 10px 0;"),
        ("color: var(--x); --x: red", ""),
        ("background: url(https://evil.example/a.png)", ""),
        (f"background: url('{OWN}')", f"background: url(&#x27;{OWN}&#x27;);"),
        ("background: url(data:image/png;base64,AA==); color: red", "color: red;"),
        ("width: expression(alert(1))", ""),
    ],
)
def test_inline_styles(style, kept):
    """Layout tricks, variables and foreign addresses go."""
    expected = f'<p style="{kept}">甲</p>' if kept else "<p>甲</p>"
    assert filtered(f'<p style="{style}">甲</p>').html == expected


def test_svg_keeps_the_case_of_its_names():
    """ViewBox in lower case would break the picture."""
    svg = '<svg viewBox="0 0 1 1"><linearGradient id="x"></linearGradient><path d="M0 0"></path></svg>'
    assert filtered(svg).html == svg.replace(' id="x"', "")


def test_what_is_lost_is_listed():
    """A person can see what a draft cost."""
    lost = filtered(
        '<p onclick="x" style="position:fixed">甲</p><img src="https://e.example/a.png"><script>1</script>'
    ).lost
    assert set(lost) == {"attribute onclick", "style position", "<img> from e.example", "<script>"}


FRAGMENTS = [
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "甲",
    "<svg onload=1>",
    "<!--",
    "-->",
]
FRAGMENTS += [
    "<a href='javascript:1'>",
    "<iframe srcdoc='<script>'>",
    "&lt;",
    "<",
    ">",
    '"',
    "<b onclick=1",
    "<style>",
    "</a>",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_nothing_active_survives_and_storing_twice_changes_nothing(parts):
    """However tags are nested, cut or crossed."""
    once = filtered("".join(parts)).html
    tags = "".join(re.findall(r"<[^>]*>", once))
    for active in ("<script", "onerror=", "onload=", "onclick=", "javascript:", "<iframe", "<style"):
        assert active not in tags
    assert filtered(once).html == once
