"""The words of an HTML fragment as one string that knows where each character came from.

Matching has to see what readers see: a number split by tags (``138<b>1234</b>5678``) is one number, two paragraphs are
not one line, text made invisible is still sent. So inline tags vanish, block tags become a line break, and every
character keeps the span of the source it stands for, also when it was written as ``&amp;``.
"""

from __future__ import annotations

import dataclasses
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figcaption", "figure",
     "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table",
     "td", "th", "tr", "ul"}
)  # fmt: skip
LONGEST_KEPT = 20_000  # characters of a body whose reading is kept; each costs some twelve bytes
_VOID = frozenset(
    {"br", "col", "hr", "img", "wbr", "input", "source", "area", "base", "embed", "link", "meta"}
)
_SPOKEN = ("alt", "title", "href")
_ADDRESS = ".href"
_INVISIBLE = re.compile(
    r"display:\s*none|visibility:\s*hidden|opacity:\s*0?\.?0*\s*(?:;|$)|font-size:\s*0(?:px|pt|em|rem)?\s*(?:;|!|$)"
    r"|color:\s*transparent",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TextView:
    """Words of one field. Character ``i`` of ``text`` stands for ``source[starts[i]:ends[i]]``.

    ``field`` names where the words are (``body``, ``title``, ``body.alt`` …); ``hidden`` are spans of the text that
    readers do not see but that are sent.
    """

    field: str
    text: str
    starts: Sequence[int] = dataclasses.field(hash=False)  # four bytes a character
    ends: Sequence[int] = dataclasses.field(hash=False)
    hidden: tuple[tuple[int, int], ...] = ()

    @classmethod
    def plain(cls, name: str, text: str, offset: int = 0) -> TextView:
        """A field that is text already; ``offset`` is where it begins in its source."""
        end = offset + len(text)
        return cls(name, text, array("I", range(offset, end)), array("I", range(offset + 1, end + 1)))

    @property
    def is_address(self) -> bool:
        """Whether this is where a link leads: no prose, and its figures are nobody's number."""
        return self.field.endswith(_ADDRESS)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source a non-empty span of the text came from."""
        return self.starts[start], self.ends[end - 1]

    def is_hidden(self, start: int, end: int) -> bool:
        """Whether any of the span is invisible to readers."""
        return any(start < last and first < end for first, last in self.hidden)


def body_view(html: str) -> TextView:
    """The words of an HTML body."""
    return _views(html)[0]


def picture_texts(html: str) -> tuple[TextView, ...]:
    """The words that stand behind pictures and links (``alt``, ``title``) and where links lead, each on its own."""
    return _views(html)[1]


def _views(html: str) -> tuple[TextView, tuple[TextView, ...]]:
    return _views_kept(html) if len(html) <= LONGEST_KEPT else _views_read(html)


def _views_read(html: str) -> tuple[TextView, tuple[TextView, ...]]:
    """The body, and what stands behind its pictures; one walk for both."""
    reader = _Reader(html)
    body = TextView("body", "".join(reader.pieces), reader.starts, reader.ends, tuple(reader.hidden))
    return body, tuple(reader.spoken)


# A body is walked by every stage and by every view of the article; the same characters say the same words.
_views_kept = lru_cache(maxsize=64)(_views_read)


class _Reader(HTMLParser):
    """Walks the fragment once, noting characters and where they came from."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self.starts = array("I")
        self.ends = array("I")
        self.hidden: list[tuple[int, int]] = []
        self.spoken: list[TextView] = []
        self._html = html
        # The parser tells lines and columns; these are where its lines begin ("\n" only, as it counts).
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self._open: list[tuple[str, int | None]] = []
        self.feed(html)
        self.close()
        self._close_down_to(0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line at blocks, note invisible stretches and spoken attributes."""
        start = self._position()
        if tag in _BLOCKS:
            self._break(start)
        given = {name: value or "" for name, value in attrs}
        self._speak(tag, given, start)
        if tag not in _VOID:
            unseen = _INVISIBLE.search(given.get("style", "")) is not None
            self._open.append((tag, len(self.starts) if unseen else None))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<br/>`` is ``<br>``."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element and whatever was left open inside it."""
        if tag in _BLOCKS:
            self._break(self._position())
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                self._close_down_to(index)
                return

    def handle_data(self, data: str) -> None:
        """Plain characters stand for themselves."""
        start = self._position()
        end = start + len(data)
        self._take(data, range(start, end), range(start + 1, end + 1))

    def handle_entityref(self, name: str) -> None:
        """``&amp;`` is one character with a longer source."""
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """``&#20013;`` likewise."""
        self._reference(f"&#{name}")

    def _reference(self, written: str) -> None:
        start = self._position()
        end = start + len(written)
        end += self._html[end : end + 1] == ";"
        read = unescape(self._html[start:end])
        self._take(read, [start] * len(read), [end] * len(read))

    def _take(self, text: str, starts: Iterable[int], ends: Iterable[int]) -> None:
        if text:
            self.pieces.append(text)
            self.starts.extend(starts)
            self.ends.extend(ends)

    def _break(self, place: int) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self._take("\n", [place], [place])

    def _speak(self, tag: str, given: dict[str, str], start: int) -> None:
        written = self.get_starttag_text() or ""
        for name in _SPOKEN:
            if given.get(name):
                size = len(given[name])
                starts, ends = array("I", [start]) * size, array("I", [start + len(written)]) * size
                self.spoken.append(TextView(f"body.{tag}.{name}", given[name], starts, ends))

    def _close_down_to(self, index: int) -> None:
        for _, began in self._open[index:]:
            if began is not None and began < len(self.starts):
                self.hidden.append((began, len(self.starts)))
        del self._open[index:]

    def _position(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
