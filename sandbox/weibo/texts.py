"""What the platform does with a text: weighs it, looks at its links, drops its topics, shortens its links (weibo.md 3.1).

The rules are the sandbox's own and owe nothing to the product's; where the contract is silent, switches play each answer.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox.weibo import numbers
from sandbox.weibo.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.weibo.endpoint import Call
    from sandbox.world import World

LIMIT = 140
HALVES = 2
LINK_HALVES = 20
SHORT_HOST = "t.cn"
SHORT_LINK = re.compile(r"http://t\.cn/[0-9A-Za-z]+")
_LINKS = {
    "address_characters": re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII | re.IGNORECASE),
    "white_space": re.compile(r"https?://\S+", re.IGNORECASE),
}
_TOPICS = {"removed": "", "marks_removed": r"\1"}
_TOPIC = re.compile(r"#([^#\n]+)#")


def link_pattern(call: Call) -> re.Pattern[str]:
    """Answer what a link is taken to be."""
    return _LINKS[call.switch("weibo_link_end")]


def stored(call: Call, text: str) -> str:
    """Answer a text as the platform keeps it, its topics dropped, its links still long."""
    way = call.switch("weibo_topics")
    if way == "kept":
        return text
    if call.switch("weibo_hash_in_link") == "of_topic":
        return _TOPIC.sub(_TOPICS[way], text)
    pattern, pieces, end = link_pattern(call), [], 0
    for link in pattern.finditer(text):
        pieces += [_TOPIC.sub(_TOPICS[way], text[end : link.start()]), link[0]]
        end = link.end()
    return "".join([*pieces, _TOPIC.sub(_TOPICS[way], text[end:])])


def check_post(call: Call, text: str) -> None:
    """Refuse a post's text that is empty (20008) or too long (20012 or 20013)."""
    if not text.strip():
        raise Refusal(20008)
    counted = stored(call, text) if call.switch("weibo_length_of") == "stored" else text
    if _is_too_long(call, counted):
        raise Refusal(call.switch("weibo_too_long_code"))


def check_comment(call: Call, text: str) -> None:
    """Refuse a comment that is empty (20008) or too long (20012), weighed or counted as switched."""
    if not text.strip():
        raise Refusal(20008)
    weighed = call.switch("weibo_comment_length") == "weighted"
    if _is_too_long(call, text) if weighed else len(text) > LIMIT:
        raise Refusal(20012)


def check_links(call: Call, text: str) -> None:
    """Refuse with 10017 a text without a link on the app's safe domain, and a foreign link where switched so."""
    links = link_pattern(call).findall(text)
    safe = [link for link in links if _is_safe(call, link)]
    foreign_refused = call.switch("weibo_foreign_link") == "refused" and len(safe) < len(links)
    if not safe or foreign_refused:
        raise Refusal(10017)


def shortened(call: Call, text: str) -> str:
    """Answer a text with every link replaced by its short form."""
    return link_pattern(call).sub(lambda found: _short(call.world, found[0]), text)


def long_form(world: World, short: str) -> str:
    """Answer what a short link stands for, empty for an unknown one."""
    name = short.rpartition("/")[2]
    row = world.store.row("SELECT long FROM weibo_links WHERE short = ?", name)
    return str(row["long"]) if row else ""


def is_similar(call: Call, one: str, other: str) -> bool:
    """Say whether two texts are alike, their links aside."""
    pattern = link_pattern(call)
    first, second = (pattern.sub("", text).strip() for text in (one, other))
    likeness = SequenceMatcher(None, first, second, autojunk=False).ratio()
    return likeness >= float(call.switch("weibo_similar_from"))


def _is_too_long(call: Call, text: str) -> bool:
    pattern = link_pattern(call)
    halves = sum(1 if character.isascii() else HALVES for character in pattern.sub("", text))
    halves += LINK_HALVES * len(pattern.findall(text))
    rounded = halves // HALVES if call.switch("weibo_half_characters") == "down" else -(-halves // HALVES)
    return rounded > LIMIT


def _is_safe(call: Call, link: str) -> bool:
    parts = _split(link)
    if parts is None:
        return False
    host, bare = parts
    if host == SHORT_HOST:
        target = long_form(call.world, link)
        return bool(call.switch("weibo_short_link_counts") and target and _is_safe(call, target))
    if not bare and call.switch("weibo_port_in_link") == "refused":
        return False
    return any(host == domain or host.endswith("." + domain) for domain in call.app.safe_domains)


def _split(link: str) -> tuple[str, bool] | None:
    """Answer the host, and whether nothing but the host stands before the path; nothing for no address at all."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return None
    return host, parts.netloc.lower() == host


def _short(world: World, link: str) -> str:
    parts = _split(link)
    if parts and parts[0] == SHORT_HOST:
        return link
    row = world.store.row("SELECT short FROM weibo_links WHERE long = ?", link)
    name = row["short"] if row else numbers.short_name()
    world.store.run("INSERT OR IGNORE INTO weibo_links (short, long) VALUES (?, ?)", name, link)
    return f"http://{SHORT_HOST}/{name}"
