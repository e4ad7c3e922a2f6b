"""Marks in a body for previews: numbered paragraphs to open at, and the paragraphs that are new since a version.

Works on sanitised HTML only: there no ``id`` or ``class`` is left to collide with, and every tag is well formed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate

_BLOCKS = frozenset(
    {"blockquote", "div", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "section",
     "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)  # fmt: skip
_EMPTY = frozenset({"br", "col", "hr", "img"})
CHANGED = "is-changed"


@dataclass(slots=True)
class _Tag:
    """One start tag: where attributes may be put in, whether it stands at the top, and the text directly in it."""

    at: int
    top: bool
    text: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The text without white space, so that a reflow is no change."""
        return "".join("".join(self.text).split())


class _Reader(HTMLParser):
    """Collects the blocks and pictures of a body with their places."""

    def __init__(self, body: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [0, *accumulate(len(line) for line in body.splitlines(keepends=True))]
        self.open: list[tuple[str, _Tag]] = []
        self.blocks: list[_Tag] = []
        self.depth = 0
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a block or a picture."""
        line, column = self.getpos()
        found = _Tag(self.lines[line - 1] + column + 1 + len(tag), top=self.depth == 0)
        if tag == "img":
            found.text.append(dict(attrs).get("src") or "")
            self.blocks.append(found)
        elif tag in _BLOCKS or found.top:
            self.blocks.append(found)
            self.open.append((tag, found))
        if tag not in _EMPTY:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        """Leave the innermost block of that name."""
        self.depth -= 1
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Text belongs to the innermost open block."""
        if self.open:
            self.open[-1][1].text.append(data)


def numbered(body: str) -> str:
    """The body with ``id="b0"``, ``id="b1"`` … on what stands at its top, for a preview to open at."""
    tops = [tag for tag in _Reader(body).blocks if tag.top]
    return _put(body, [(tag.at, f' id="b{number}"') for number, tag in enumerate(tops)])


def marked(body: str, earlier: str) -> str:
    """The body with the paragraphs and pictures that the earlier one does not have marked as changed."""
    known = {tag.said for tag in _Reader(earlier).blocks}
    fresh = [tag.at for tag in _Reader(body).blocks if tag.said and tag.said not in known]
    return _put(body, [(at, f' class="{CHANGED}"') for at in fresh])


def _put(body: str, inserts: list[tuple[int, str]]) -> str:
    for at, text in sorted(inserts, reverse=True):
        body = body[:at] + text + body[at:]
    return body
