"""Titles: sober words, and figures that the body knows (ruian-10: new, short, factual).

What is told is form only: words that bait, piled-up marks, a figure of the title that the body nowhere says. Whether a
title is new nobody can tell by form; its length is a rule of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.text import TextView

_BAIT = re.compile(
    r"震惊|惊呆|惊爆|看哭|泪目了|炸锅|炸裂|沸腾了|刷屏了|疯传|转疯|火爆全网|全网都在|速看|速转|紧急扩散|赶紧看|赶快转|"
    r"不看(?:后悔|亏大)|看完(?:沉默|惊|哭|泪)|必看|必转|删前速|马上删|出大事|大事不好|重磅来袭|刚刚[！!]|"
    r"(?:原因|真相|结果|背后)竟(?:是|然)?|竟然(?:是|发生)|真相(?:令人|让人)|内幕(?:曝光|揭秘)?|不为人知|你绝对想不到|"
    r"(?:\d{2}[%％]|九成)的?(?:人|同学|学生)(?:都)?不(?:知道|会)|没想到(?:居然|竟)|居然(?:这样|这么)|太(?:可怕|吓人)了|"
    r"(?:快来|火速)(?:围观|领取|抢)|手慢无|点击领取|不转不是"
)
_SUPERLATIVE = re.compile(r"史上最[\u4e00-\u9fff]|全网最[\u4e00-\u9fff]|绝无仅有|前所未有的|最牛|最强[！!]")
_MARKS = re.compile(r"[！!？?]{2,20}|…{3,20}")
_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_MEASURES = "个名位人次项场家届期支门间册篇台件所周天年月日小时分钟元万亿岁级%％"
_FIGURE = re.compile(
    rf"(?P<figure>\d[\d,，]*(?:\.\d+)?|[{_DIGITS}两十百千万亿]{{2,9}})(?:余|多)?(?=[{_MEASURES}])"
)
_FOLD = {ord("两"): "二", ord("〇"): "零"}


def find(view: TextView, body: str) -> Iterator[Hit]:
    """What may be wrong with a title, beside the body's text."""
    for pattern, message in (
        (_BAIT, Text("标题用语夸张或吊人胃口，宜平实。", "The title baits its readers; say it plainly.")),
        (_SUPERLATIVE, Text("标题用了难以证实的最高级。", "The title claims what nobody could prove.")),
        (_MARKS, Text("标题里叹号、问号叠用。", "Marks pile up in the title.")),
    ):
        for match in pattern.finditer(view.text):
            yield words_at(view, match.span(), kind=HitKind.HEADLINE, message=message, force=Force.WARN)
    yield from _figures(view, body)


def _figures(view: TextView, body: str) -> Iterator[Hit]:
    """Figures of the title that the body does not say, in whatever digits; a body without words says nothing."""
    if not body.strip():
        return
    known = {_value(match["figure"]) for match in _FIGURE.finditer(body)}
    known |= {_value(written) for written in re.findall(r"\d[\d,，]*(?:\.\d+)?", body)}
    for match in _FIGURE.finditer(view.text):
        figure = match["figure"]
        if figure not in body and _value(figure) not in known:
            yield words_at(
                view,
                match.span("figure"),
                kind=HitKind.HEADLINE,
                message=Text(
                    zh=f"标题里的“{figure}”正文没有提到，请核对。",
                    en=f"The body does not say “{figure}” of the title; check it.",
                ),
                force=Force.HINT,
            )


def _value(written: str) -> float:
    """The number a figure stands for, in Arabic or Chinese digits; what is none of them is like no other."""
    if written[0].isdecimal():
        return float(re.sub("[,，]", "", written))
    total = part = digit = 0
    for character in written.translate(_FOLD):
        if character in _DIGITS:
            digit = _DIGITS.index(character)
        elif _UNITS[character] >= _UNITS["万"]:
            total, part, digit = (total + part + digit) * _UNITS[character], 0, 0
        else:
            part, digit = part + (digit or 1) * _UNITS[character], 0
    return float(total + part + digit)
