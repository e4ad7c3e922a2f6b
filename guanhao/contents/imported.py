"""Bringing foreign HTML in: every picture becomes one of ours or a marked gap, then everything is sanitised."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

from guanhao.contents.sanitise import ASSET_SOURCE, LOST_PICTURE, TooLong, before_fetching, sanitise
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused

_PICTURE = re.compile(r"<img\b[^>]*>")
_SOURCE = re.compile(r'\s(?:data-)?src="([^"]*)"')
_LAZY = re.compile(r'\sdata-src="([^"]*)"')

# Answers the digest of the stored picture, or refuses. Gets the source as written.
Fetch = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import gives: sanitised HTML with our pictures, a title where there was one, what was left out."""

    html: str
    title: str = ""
    notes: tuple[Text, ...] = ()


def imported(html: str, fetch: Fetch, *, title: str = "") -> Imported:
    """Import HTML; ``fetch`` brings a picture. A picture that cannot be had leaves a gap that a check will block.

    Raises:
        Refused: the HTML is larger than any article may be.
    """
    notes: list[Text] = []
    known: dict[str, str | None] = {}

    def replaced(match: re.Match[str]) -> str:
        tag = match[0]
        source = _source(tag)
        if ASSET_SOURCE.fullmatch(source):
            return tag
        if source not in known:
            known[source] = _fetched(source, fetch, notes)
        bare = _SOURCE.sub("", tag)
        digest = known[source]
        placed = f'src="asset:{digest}"' if digest else f'{LOST_PICTURE}="{escape(_host(source))}"'
        return f"<img {placed}{bare.removeprefix('<img')}"

    try:
        body = sanitise(_PICTURE.sub(replaced, before_fetching(html)))
    except TooLong:
        raise Refused(
            Denied(
                Text(zh="内容超过 1 MB，平台不接受。", en="The content exceeds 1 MB; no platform takes it.")
            )
        ) from None
    return Imported(body, title, tuple(notes))


def _source(tag: str) -> str:
    found = _LAZY.search(tag) or _SOURCE.search(tag)
    return unescape(found[1]).strip() if found else ""


def _fetched(source: str, fetch: Fetch, notes: list[Text]) -> str | None:
    try:
        return fetch(source)
    except Refused as refused:
        reason, where = refused.denied.reason, _host(source)
        notes.append(
            Text(
                zh=f"一张图片没有取回（{where}）：{reason.zh}",
                en=f"A picture was not fetched ({where}): {reason.en}",
            )
        )
        return None


def _host(source: str) -> str:
    """Where a picture was, for people: never the whole address, which may carry keys."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return "?"
    return (parts.hostname or parts.scheme or "?")[:80]
