"""Which post of a timeline is the one we sent (security §2.4): by our link, else by time, text and picture together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from guanhao.platforms.matching import normalised
from guanhao.platforms.weibo.reading import Post
from guanhao.platforms.weibo.text import without_topics

CLOCKS_DIFFER = timedelta(seconds=60)
_SHORT = re.compile(r"https?://t\.cn/[0-9A-Za-z]+")
_CUT = "….全文"  # what a shortened text ends with


@dataclass(frozen=True, slots=True)
class Sent:
    """What we sent: its text, our link in it, when the intent was durable (aware UTC), how many pictures."""

    text: str = field(repr=False)
    link: str
    armed: datetime
    pictures: int = 0


def short_links(post: Post) -> tuple[str, ...]:
    """The short links of a post, to be expanded where its text alone does not settle the question."""
    return tuple(_SHORT.findall(post.text))


def candidates(
    posts: Iterable[Post], sent: Sent, expanded: Mapping[str, str] | None = None
) -> tuple[Post, ...]:
    """The posts that may be ours; exactly one is an answer, two or more are a question for a person.

    ``expanded`` holds long addresses by short ones, as far as they were asked for.
    """
    known = expanded or {}
    every = tuple(posts)
    linked = tuple(post for post in every if _carries(post, sent.link, known))
    return linked or tuple(post for post in every if _resembles(post, sent))


def _carries(post: Post, link: str, expanded: Mapping[str, str]) -> bool:
    return bool(link) and (
        any(expanded.get(short) == link for short in short_links(post)) or _ends_with(post.text, link)
    )


def _ends_with(text: str, link: str) -> bool:
    # Another job's link may begin with ours; a link ends where an address cannot go on.
    return re.search(re.escape(link) + r"(?![A-Za-z0-9\-_~/%])", text) is not None


def _resembles(post: Post, sent: Sent) -> bool:
    in_time = post.created is not None and post.created >= sent.armed - CLOCKS_DIFFER
    return in_time and post.pictures == sent.pictures and _same_text(post, sent)


def _same_text(post: Post, sent: Sent) -> bool:
    ours, theirs = (normalised(without_topics(text)) for text in (sent.text, post.text))
    if post.truncated:
        beginning = theirs.rstrip(_CUT)
        return bool(beginning) and ours.startswith(beginning)
    return ours == theirs
