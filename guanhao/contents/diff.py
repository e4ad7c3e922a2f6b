"""What changed between two revisions, word by word, as values a page can show safely (it escapes every text itself).

Chinese has no spaces, so words come from a segmenter. Only paragraphs that changed are reported. Links and pictures take
part as words, so a link that leads elsewhere or a picture that was swapped is a change although the text is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from html import unescape
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from guanhao.contents.content import Content
from guanhao.contents.models import Revision
from guanhao.contents.types import Channel
from guanhao.screening.packages import jieba

_MOST_WORDS = 6000  # of one paragraph; longer ones are compared whole
_BLOCKS = frozenset(
    {"blockquote", "br", "caption", "div", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
     "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)  # fmt: skip
_OBJECT = re.compile(r"〔[^〕]*〕")
_SHOWN_OF_DIGEST = 8


class Kind(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text. Plain text, never HTML."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field or paragraph that differs: how it is called and what happened in it."""

    label: str
    segments: tuple[Segment, ...]


def compare(older: Revision, newer: Revision) -> list[Change]:
    """The changes from one revision to another, in the order of the form; empty when nothing differs."""
    before, after = Content.stored(older.content), Content.stored(newer.content)
    return [*_fields(before, after), *_body(before, after), *_looks(before, after)]


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """Word-level difference of two texts. Joining what is not removed gives ``after``; not added gives ``before``."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        old, new = [before], [after]
    found: list[Segment] = []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Segment(Kind.SAME, "".join(old[first:last])))
            continue
        found.append(Segment(Kind.REMOVED, "".join(old[first:last])))
        found.append(Segment(Kind.ADDED, "".join(new[start:end])))
    return tuple(segment for segment in found if segment.text)


def paragraphs(body: str) -> list[str]:
    """The body's paragraphs as text; links and pictures stand in 〔brackets〕."""
    return _Reader(body).paragraphs()


def _fields(before: Content, after: Content) -> Iterator[Change]:
    for label, old, new in zip(
        _labels(after, before), _values(before, after), _values(after, before), strict=True
    ):
        if old != new:
            yield Change(label, segments(old, new))


def _labels(*contents: Content) -> list[str]:
    plain = [_("标题"), _("作者"), _("摘要"), _("信息来源"), _("原文链接"), _("封面"), _("评论"), _("账号"),
             _("发布方式"), _("微博正文")]  # fmt: skip
    return plain + [_("署名") + f" {key}" for key in _credit_keys(*contents)]


def _values(content: Content, other: Content) -> list[str]:
    comments = _("开放，仅粉丝") if content.comments_fans_only else _("开放")
    plain = [
        content.title,
        content.author_line,
        content.digest_text,
        content.source,
        content.source_url,
        _picture(content.cover) if content.cover else "",
        comments if content.comments_open else _("关闭"),
        content.account,
        str(Channel(content.channel).label) if content.channel else "",
        content.status,
    ]
    return plain + [content.credits.get(key, "") for key in _credit_keys(content, other)]


def _credit_keys(*contents: Content) -> list[str]:
    return sorted({key for content in contents for key in content.credits})


def _body(before: Content, after: Content) -> Iterator[Change]:
    yield from paragraph_changes(paragraphs(before.body), paragraphs(after.body))


def paragraph_changes(old: list[str], new: list[str]) -> Iterator[Change]:
    """Paragraphs are matched whole first, then words within those that were replaced."""
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for number in range(max(last - first, end - start)):
            was = old[first + number] if first + number < last else ""
            now = new[start + number] if start + number < end else ""
            place = start + number + 1 if now else start + 1
            yield Change(_("正文第 %d 段") % place, segments(was, now))


def _looks(before: Content, after: Content) -> Iterator[Change]:
    """The same words in other clothes still are another revision, and the reader is told so."""
    if before.body != after.body and paragraphs(before.body) == paragraphs(after.body):
        yield Change(_("版式"), (Segment(Kind.SAME, _("文字未变，版式或样式有改动。")),))


def _words(text: str) -> list[str]:
    """Words of the segmenter; an object in brackets is one word."""
    words: list[str] = []
    end = 0
    for match in _OBJECT.finditer(text):
        words += jieba().cut(text[end : match.start()])
        words.append(match[0])
        end = match.end()
    return words + list(jieba().cut(text[end:]))


def _picture(digest: str) -> str:
    return _("〔图片 %s〕") % digest.removeprefix("sha256:")[:_SHOWN_OF_DIGEST]


class _Reader(HTMLParser):
    """Collects paragraphs of a sanitised body, with links and pictures in brackets."""

    def __init__(self, body: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._links: list[str] = []
        self.feed(body)
        self.close()

    def paragraphs(self) -> list[str]:
        """What was read, blank lines left out."""
        cleaned = (" ".join(line.split()) for line in self._lines)
        return [line for line in cleaned if line]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a paragraph; a picture and a link are named."""
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._lines.append("")
        if tag == "img":
            alt = unescape(given.get("alt", ""))
            self._lines[-1] += _picture(given.get("src", "").removeprefix("asset:")) + (
                f"〔{alt}〕" if alt else ""
            )
        if tag == "a":
            self._links.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        """A block ends its paragraph; a link says where it leads."""
        if tag in _BLOCKS:
            self._lines.append("")
        if tag == "a" and self._links:
            address = self._links.pop()
            self._lines[-1] += f"〔{address}〕" if address else ""

    def handle_data(self, data: str) -> None:
        """Words."""
        self._lines[-1] += data
