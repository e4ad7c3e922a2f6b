"""Rules about what an article says of itself: source, credits, category, lengths, pictures, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from guanhao.contents.content import picture_tags
from guanhao.contents.rules.matter import Matter, Problem, at_field
from guanhao.core.text import Text
from guanhao.rulebook.checkrules import AtLeast, AtMost, CategoryByDay, CategoryRequired, Credits, LinkHosts
from guanhao.rulebook.clauses import Check

# Words that stand where a source should and name none.
_NO_SOURCE = frozenset(
    {"网络", "互联网", "网上", "来源网络", "网络来源", "未知", "不详", "来源不明", "无", "佚名"}
)
_HREF = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')


def source_stated(matter: Matter, _check: Check) -> Iterator[Problem]:
    """The source is named, and by a name one could ask (gpnu-21, ruian-6.3)."""
    source = matter.content.source
    if not source:
        yield Problem(Text(zh="没有注明信息来源。", en="The source is not stated."), at_field("source"))
    elif source in _NO_SOURCE:
        yield Problem(
            Text(zh=f"“{source}”不是可以核实的来源。", en=f"“{source}” is no source that could be verified."),
            at_field("source"),
        )


def credits_named(matter: Matter, check: Check) -> Iterator[Problem]:
    """Each required credit names somebody (ruian-6.3)."""
    assert isinstance(check.params, Credits)
    for key in check.params.required:
        if not matter.content.credits.get(key):
            title = matter.rulebook.credits[key].title
            yield Problem(
                Text(zh=f"没有署名：{title.zh}。", en=f"The credit is missing: {title.en or title.zh}."),
                at_field(f"credits.{key}"),
            )


def category_required(matter: Matter, check: Check) -> Iterator[Problem]:
    """The article belongs to one of the categories (gpnu-11, ruian-9)."""
    assert isinstance(check.params, CategoryRequired)
    if matter.facts.category not in check.params.categories:
        zh, en = _titles(matter, check.params.categories)
        yield Problem(Text(zh=f"请选择类别：{zh}。", en=f"Choose a category: {en}."), at_field("category"))


def category_by_day(matter: Matter, check: Check) -> Iterator[Problem]:
    """On certain days only certain categories go out, such as lighter ones at weekends (ruian-10)."""
    assert isinstance(check.params, CategoryByDay)
    if matter.due_at is None or not matter.is_on(check.params.days, matter.due_at):
        return
    if matter.facts.category not in check.params.categories:
        day = matter.calendar.local_day(matter.due_at)
        zh, en = _titles(matter, check.params.categories)
        yield Problem(
            Text(zh=f"{day} 宜推送：{zh}。", en=f"On {day} these categories go out: {en}."),
            at_field("category"),
        )


def title_length(matter: Matter, check: Check) -> Iterator[Problem]:
    """The title is short (ruian-10)."""
    assert isinstance(check.params, AtMost)
    length, most = len(matter.content.title), check.params.at_most
    if length > most:
        yield Problem(
            Text(
                zh=f"标题 {length} 字，超过 {most} 字。",
                en=f"The title has {length} characters; at most {most}.",
            ),
            at_field("title"),
        )


def body_length(matter: Matter, check: Check) -> Iterator[Problem]:
    """The body is concise, counted in the characters readers see (gpnu-21, ruian-10)."""
    assert isinstance(check.params, AtMost)
    length, most = len("".join(matter.view.text.split())), check.params.at_most
    if length > most:
        yield Problem(
            Text(
                zh=f"正文 {length} 字，超过 {most} 字。",
                en=f"The body has {length} characters; at most {most}.",
            ),
            at_field("body"),
        )


def pictures(matter: Matter, check: Check) -> Iterator[Problem]:
    """There are enough pictures in the body (gpnu-21, ruian-10)."""
    assert isinstance(check.params, AtLeast)
    count, least = sum(1 for _ in picture_tags(matter.content.body)), check.params.at_least
    if count < least:
        yield Problem(
            Text(
                zh=f"正文有 {count} 张图片，少于 {least} 张。",
                en=f"The body has {count} pictures; at least {least}.",
            ),
            at_field("body"),
        )


def link_hosts(matter: Matter, check: Check) -> Iterator[Problem]:
    """Links lead only to the named hosts and their sub-domains."""
    assert isinstance(check.params, LinkHosts)
    body = matter.content.body
    links = [("body", match.start(1), unescape(match[1])) for match in _HREF.finditer(body)]
    if matter.content.source_url:
        links.append(("source_url", 0, matter.content.source_url))
    for field, start, link in links:
        host = (urlsplit(link).hostname or "").lower()
        if not any(host == allowed or host.endswith(f".{allowed}") for allowed in check.params.hosts):
            yield Problem(
                Text(
                    zh=f"链接指向不在许可范围内的网站：{host}。",
                    en=f"A link leads to a host that is not allowed: {host}.",
                ),
                {"field": field, "start": start, "end": start + len(link), "excerpt": link[:80]},
            )


def _titles(matter: Matter, keys: tuple[str, ...]) -> tuple[str, str]:
    titles = [matter.rulebook.categories[key].title for key in keys]
    return "、".join(title.zh for title in titles), ", ".join(title.en or title.zh for title in titles)
