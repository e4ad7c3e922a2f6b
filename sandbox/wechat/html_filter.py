"""What the platform does to an article's HTML when it stores it (wechat.md 3, table of constructs).

The filter answers the kept HTML and a list of what was lost, so that a test or a person can see both.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

PICTURE_HOSTS = frozenset({"mmbiz.qpic.cn", "mmbiz.qlogo.cn"})
FRAME_HOSTS = frozenset({"mp.weixin.qq.com", "v.qq.com"})
LINK_HOST = "mp.weixin.qq.com"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HTML_TAGS = _names(
    "section p span strong em b i u s del br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote img table caption"
    " colgroup col thead tbody tfoot tr td th a pre code sup sub figure figcaption div font center small big mark"
    " label article header footer aside main ruby rt rp fieldset legend iframe"
)
_OWN_TAGS = _names("mpvoice mp-common-profile mp-common-videosnap mp-miniprogram qqmusic mpcpc")
_SVG_NAMES = _names(
    "svg g path rect circle ellipse line polyline polygon text tspan defs stop use animate set foreignObject"
    " linearGradient radialGradient clipPath animateTransform animateMotion viewBox preserveAspectRatio attributeName"
    " attributeType repeatCount repeatDur calcMode keyTimes keySplines gradientUnits gradientTransform stdDeviation"
)
# HTMLParser answers every name in lower case; in SVG the case carries meaning.
_SVG_CASE = {name.lower(): name for name in _SVG_NAMES}
_KEPT_TAGS = _HTML_TAGS | _OWN_TAGS | frozenset(_SVG_CASE)
_DROPPED_WITH_CONTENT = _names("script style object embed video audio iframe title template")
_VOID = _names("br hr img col input link meta embed source")
_DROPPED_ATTRIBUTES = frozenset({"class", "id", "srcdoc", "formaction", "action", "srcset"})
_ADDRESS_ATTRIBUTES = frozenset({"href", "src", "data-src", "xlink:href", "poster", "background"})
_BAD_DECLARATION = re.compile(
    r"^(position|float|transform|-webkit-transform|behavior|-moz-binding)$|^--", re.IGNORECASE
)
_BAD_VALUE = re.compile(r"expression\s*\(|javascript:|var\s*\(|@import|env\s*\(", re.IGNORECASE)
_NEGATIVE_MARGIN = re.compile(r"(^|\s)-\d")
_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)
_FULL_DOCUMENT = re.compile(r"<!doctype|<html[\s>]|<body[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class Filtered:
    """The HTML as stored, its text, and what was lost on the way."""

    html: str
    text: str
    lost: tuple[str, ...]


def is_full_document(source: str) -> bool:
    """Say whether the content is a whole document and not a fragment."""
    return bool(_FULL_DOCUMENT.search(source))


def filtered(source: str) -> Filtered:
    """Answer what the platform keeps of a fragment of HTML."""
    parser = _Filter()
    parser.feed(source)
    parser.close()
    text = " ".join("".join(parser.words).split())
    return Filtered("".join(parser.kept), text, tuple(parser.lost))


class _Filter(HTMLParser):
    """Copies what is kept; counts how deep it is inside something dropped with its content."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.words: list[str] = []
        self.lost: list[str] = []
        self._skipping: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if self._skipping:
            if tag == self._skipping[0] and tag not in _VOID:
                self._skipping.append(tag)
            return
        if tag in _DROPPED_WITH_CONTENT and not _own_frame(tag, values):
            self.lost.append(f"<{tag}>")
            if tag not in _VOID:
                self._skipping.append(tag)
            return
        self._copy_start(tag, values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping[0]:
                self._skipping.pop()
            return
        if not any(name == tag for name, _ in self._open):
            return
        while True:
            name, written = self._open.pop()
            if written:
                self.kept.append(f"</{_SVG_CASE.get(name, name)}>")
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.kept.append(data.replace("<", "&lt;").replace(">", "&gt;"))
            self.words.append(data)

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        del data
        self.lost.append("comment")

    def close(self) -> None:
        super().close()
        for name, written in reversed(self._open):
            if written:
                self.kept.append(f"</{_SVG_CASE.get(name, name)}>")

    def _reference(self, reference: str) -> None:
        if not self._skipping:
            self.kept.append(reference)
            self.words.append(html.unescape(reference))

    def _copy_start(self, tag: str, values: dict[str, str]) -> None:
        reason = _unwanted(tag, values)
        if not reason:
            attributes = "".join(
                f' {_SVG_CASE.get(name, name)}="{html.escape(value)}"'
                for name, value in self._attributes(values)
            )
            self.kept.append(f"<{_SVG_CASE.get(tag, tag)}{attributes}>")
        else:
            self.lost.append(reason)
        if tag not in _VOID:
            self._open.append((tag, not reason))

    def _attributes(self, values: dict[str, str]) -> list[tuple[str, str]]:
        kept = []
        for name, value in values.items():
            if name == "style":
                value, losses = _style(value)
                self.lost.extend(losses)
            elif name.startswith("on") or name in _DROPPED_ATTRIBUTES or _foreign(name, value):
                self.lost.append(f"attribute {name}")
                continue
            if value or name != "style":
                kept.append((name, value))
        return kept


def _unwanted(tag: str, values: dict[str, str]) -> str:
    """Answer why a tag is not copied, or nothing; its content is copied all the same."""
    if tag not in _KEPT_TAGS:
        return f"<{tag}>"
    if tag == "img":
        source = values.get("src") or values.get("data-src", "")
        return (
            ""
            if _host(source) in PICTURE_HOSTS
            else f"<img> from {_host(source) or source[:16] or 'nowhere'}"
        )
    if tag == "a":
        return "" if _is_article(values.get("href", "")) else f"<a> to {values.get('href', '')[:80]}"
    return ""


def _own_frame(tag: str, values: dict[str, str]) -> bool:
    return tag == "iframe" and _host(values.get("src") or values.get("data-src", "")) in FRAME_HOSTS


def _foreign(name: str, value: str) -> bool:
    if name not in _ADDRESS_ATTRIBUTES or value.startswith("#"):
        return False
    return _host(value) not in PICTURE_HOSTS | FRAME_HOSTS


def _is_article(address: str) -> bool:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname == LINK_HOST and parts.path.startswith("/s")


def _host(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in {"http", "https", ""} else ""


def _style(style: str) -> tuple[str, list[str]]:
    """Answer the kept declarations and what was lost, e.g. ``style position``."""
    kept, lost = [], []
    for declaration in _declarations(style):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if not name or not value:
            continue
        if _bad_declaration(name, value):
            lost.append(f"style {name.lower()}")
        else:
            kept.append(f"{name}: {value}")
    return "; ".join(kept) + (";" if kept else ""), lost


def _declarations(style: str) -> list[str]:
    # A semicolon inside brackets or quotes, as in a data: address, does not end a declaration.
    return re.findall(r"(?:[^;(\"']|\([^)]*\)|\"[^\"]*\"|'[^']*')+", style)


def _bad_declaration(name: str, value: str) -> bool:
    if _BAD_DECLARATION.search(name) or _BAD_VALUE.search(value):
        return True
    if name.lower() == "display" and "grid" in value.lower():
        return True
    if name.lower().startswith("margin") and _NEGATIVE_MARGIN.search(value):
        return True
    return any(_host(address) not in PICTURE_HOSTS for address in _URL.findall(value) if address[:1] != "#")
