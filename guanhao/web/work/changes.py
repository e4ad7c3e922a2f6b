"""What differs between two revisions, word by word, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import rjieba
from django.utils.translation import gettext as _

from guanhao.contents.content import Content, asset_digests
from guanhao.platforms.manual.text import plain

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words that stayed, came or went."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one field."""

    label: str
    segments: list[Segment]


def changes(older: Content, newer: Content) -> list[Change]:
    """Every field that differs, in the order of the form; nothing for equal contents."""
    return [
        Change(label, list(_segments(before, after)))
        for label, before, after in _fields(older, newer)
        if before != after
    ]


def _fields(older: Content, newer: Content) -> Iterable[tuple[str, str, str]]:
    yield _("标题"), older.title, newer.title
    yield _("作者署名"), older.author_line, newer.author_line
    yield _("摘要"), older.digest_text, newer.digest_text
    yield _("来源"), older.source, newer.source
    yield _("阅读原文链接"), older.source_url, newer.source_url
    yield _("署名"), _named(older), _named(newer)
    yield _("正文"), plain(older.body), plain(newer.body)
    yield _("图片"), _pictures(older), _pictures(newer)
    yield _("留言"), _comments(older), _comments(newer)


def _named(content: Content) -> str:
    return "；".join(f"{key} {name}" for key, name in sorted(content.credits.items()))


def _pictures(content: Content) -> str:
    """Cover and pictures by the beginning of their digests: enough to see that one was exchanged."""
    return " ".join(digest[7:15] for digest in (content.cover, *asset_digests(content.body)) if digest)


def _comments(content: Content) -> str:
    if not content.comments_open:
        return _("关闭")
    return _("仅粉丝") if content.comments_fans_only else _("开放")


def _segments(before: str, after: str) -> Iterator[Segment]:
    one, other = _words(before), _words(after)
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Segment(SAME, "".join(one[a:b]))
            continue
        if b > a:
            yield Segment(REMOVED, "".join(one[a:b]))
        if d > c:
            yield Segment(ADDED, "".join(other[c:d]))


def _words(text: str) -> Sequence[str]:
    return list(rjieba.cut(text, hmm=True)) if text else []
