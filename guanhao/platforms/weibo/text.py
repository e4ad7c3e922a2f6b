"""The text of a post: how long it is by Weibo's weights, and what keeps it from going out by API (weibo.md §3.1).

Where the contract leaves a question open, the stricter reading is taken: a text that must go out by hand is known
before its review, not after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from guanhao.core.text import Text

LIMIT = 140  # Chinese characters, by weight
LINK = 10  # what any link counts for, its short form being some 20 half-width characters

# A link is what an address may be written with; Chinese punctuation ends it.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)
_TOPIC = re.compile(r"#[^#\r\n]+#")
_GLUED = re.compile(_ADDRESS.pattern + r"(?=[^\s\x00-\x7f])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a text. ``blocking``: it cannot go out by API as it stands; otherwise it may surprise."""

    text: Text
    blocking: bool = True


def links(text: str) -> tuple[str, ...]:
    """The links in a text, in order."""
    return tuple(_ADDRESS.findall(text))


def without_topics(text: str) -> str:
    """The text as the platform stores it: ``#topics#`` are dropped, links are left alone."""
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [_TOPIC.sub("", text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*pieces, _TOPIC.sub("", text[end:])])


def weight(text: str) -> int:
    """The length in Chinese characters, rounded up: ASCII a half, anything else one per UTF-16 unit, links ten."""
    halves = sum(_halves(character) for character in _ADDRESS.sub("", text)) + len(links(text)) * LINK * 2
    return -(-halves // 2)


def _halves(character: str) -> int:
    return 1 if character.isascii() else len(character.encode("utf-16-le", "surrogatepass"))


def on_domain(link: str, domains: Iterable[str]) -> bool:
    """Whether a link's host is one of the domains or under one; a name or password before the host never is."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return False
    wanted = [domain.lower().strip(".") for domain in domains]
    return any(host == domain or host.endswith(f".{domain}") for domain in wanted if domain)


def composed(text: str, link: str) -> str:
    """The text with the link that the API requires and that we find the post again by (security §2.4)."""
    return text if link in links(text) else f"{text.rstrip()} {link}".lstrip()


def problems(text: str, domains: Iterable[str]) -> tuple[Problem, ...]:
    """Everything that keeps a text from being posted by API under an app's safe domains, and what may surprise."""
    known = tuple(domains)
    found = (
        _emptiness(text),
        _length(text),
        _missing_link(text, known),
        _topics(text),
        _foreign_link(text, known),
        _glued_link(text),
    )
    return tuple(problem for problem in found if problem)


def _emptiness(text: str) -> Problem | None:
    return None if text.strip() else Problem(Text(zh="正文为空。", en="The text is empty."))


def _length(text: str) -> Problem | None:
    over = weight(text) - LIMIT
    if over <= 0:
        return None
    return Problem(
        Text(
            zh=f"正文超出 {over} 字（上限 {LIMIT} 字，链接计 {LINK} 字）。",
            en=f"The text is {over} characters too long (limit {LIMIT}; a link counts {LINK}).",
        )
    )


def _missing_link(text: str, domains: tuple[str, ...]) -> Problem | None:
    if any(on_domain(link, domains) for link in links(text)):
        return None
    return Problem(
        Text(
            zh="正文须含有应用安全域名下的链接。",
            en="The text must hold a link on the app's safe domain.",
        )
    )


def _topics(text: str) -> Problem | None:
    if without_topics(text) == text:
        return None
    return Problem(
        Text(
            zh="微博会删去 #话题#，发出的正文将与审核的不同；需要话题请在微博网页上发布。",
            en="Weibo drops #topics#, so the post would differ from what was reviewed; post by hand to keep them.",
        )
    )


def _foreign_link(text: str, domains: tuple[str, ...]) -> Problem | None:
    foreign = [link for link in links(text) if not on_domain(link, domains)]
    if not foreign:
        return None
    return Problem(
        Text(
            zh=f"链接 {foreign[0]} 不在安全域名下，微博可能拒绝。",
            en=f"The link {foreign[0]} is not on the safe domain; Weibo may refuse it.",
        ),
        blocking=False,
    )


def _glued_link(text: str) -> Problem | None:
    if not _GLUED.search(text):
        return None
    return Problem(
        Text(
            zh="链接后面请留一个空格，否则可能被认错。",
            en="Leave a blank behind a link, or Weibo may take the next character for a part of it.",
        ),
        blocking=False,
    )
