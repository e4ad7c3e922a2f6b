"""From WeChat's replies to typed values. Lenient: ids become strings, one item may come without its list (§0, §5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from guanhao.core.canonical import digest
from guanhao.platforms.matching import Fingerprint, fingerprint

_TARGETS = (
    "url",
    "pagepath",
    "key",
    "value",
    "media_id",
    "article_id",
)  # what a button leads to, by its type


class PublishStatus(IntEnum):
    """The states of a publish task (wechat.md §5.2)."""

    SUCCESS = 0
    RUNNING = 1
    ORIGINALITY = 2
    FAILED = 3
    REVIEW_REFUSED = 4
    DELETED = 5
    BANNED = 6


class MassStatus(StrEnum):
    """``msg_status`` of a mass send (wechat.md §6.4). Waiting for an administrator shows as SENDING."""

    SENDING = "SENDING"
    SUCCESS = "SEND_SUCCESS"
    FAILED = "SEND_FAIL"
    DELETED = "DELETE"


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One article as a draft or a publication holds it."""

    title: str
    author: str
    digest: str
    content: str = field(repr=False)
    source_url: str = ""
    thumb_media_id: str = ""
    url: str = ""
    deleted: bool = False
    comments: tuple[int, int] = (0, 0)

    def fingerprint(self) -> Fingerprint:
        """What it is recognised by without a mark."""
        return fingerprint(self.title, self.content)


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the draft box (``id`` is a media_id) or of the publications (an article_id)."""

    id: str
    items: tuple[NewsItem, ...]
    updated: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how many entries there are in all."""

    entries: tuple[Listed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a publish task stands; ``status`` is nothing where the reply makes no sense."""

    status: PublishStatus | None
    article_id: str = ""
    urls: tuple[str, ...] = ()
    failed: tuple[int, ...] = ()


def whole(value: Any, default: int = 0) -> int:
    """A number however it came."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def listed(value: Any) -> list[Any]:
    """A list, of one where one came bare; empty where nothing came."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping, empty where something else came."""
    return value if isinstance(value, Mapping) else {}


def news_items(data: Mapping[str, Any]) -> tuple[NewsItem, ...]:
    """The articles of a draft or publication."""
    return tuple(_news_item(mapping(item)) for item in listed(data.get("news_item")))


def _news_item(item: Mapping[str, Any]) -> NewsItem:
    return NewsItem(
        title=str(item.get("title", "")),
        author=str(item.get("author", "")),
        digest=str(item.get("digest", "")),
        content=str(item.get("content", "")),
        source_url=str(item.get("content_source_url", "")),
        thumb_media_id=str(item.get("thumb_media_id", "")),
        url=str(item.get("url", "")),
        deleted=item.get("is_deleted") in {True, "1", "true"},
        comments=(whole(item.get("need_open_comment")), whole(item.get("only_fans_can_comment"))),
    )


def page(data: Mapping[str, Any]) -> Page:
    """A page of drafts or publications."""
    entries = []
    for raw in listed(data.get("item")):
        entry = mapping(raw)
        content = mapping(entry.get("content"))
        updated = whole(entry.get("update_time")) or whole(content.get("update_time"))
        entries.append(
            Listed(str(entry.get("media_id") or entry.get("article_id") or ""), news_items(content), updated)
        )
    return Page(tuple(entries), whole(data.get("total_count")))


def progress(data: Mapping[str, Any]) -> Progress:
    """A publish task's state; ``fail_idx`` counts only where it failed (§5.2)."""
    try:
        status = PublishStatus(whole(data.get("publish_status"), -1))
    except ValueError:
        return Progress(None)
    detail = mapping(data.get("article_detail"))
    places = sorted(
        (whole(mapping(item).get("idx")), str(mapping(item).get("article_url", "")))
        for item in listed(detail.get("item"))
    )
    failing = status in {PublishStatus.ORIGINALITY, PublishStatus.FAILED, PublishStatus.REVIEW_REFUSED}
    return Progress(
        status,
        str(data.get("article_id") or ""),
        tuple(url for _idx, url in places),
        tuple(whole(index) for index in listed(data.get("fail_idx"))) if failing else (),
    )


def mass_status(data: Mapping[str, Any]) -> MassStatus | None:
    """How a mass send stands; nothing where the reply makes no sense."""
    try:
        return MassStatus(str(data.get("msg_status")))
    except ValueError:
        return None


def account_type(data: Mapping[str, Any]) -> str:
    """The account's kind in the register's words; empty where the platform says neither (wechat.md §2.1)."""
    return {1: "subscription", 2: "service"}.get(whole(data.get("account_type")), "")


def menu_lines(data: Mapping[str, Any]) -> list[list[str]]:
    """The menu as followers see it, button by button: its place, what it does (wechat.md §8). No menu has no lines."""
    if not whole(data.get("is_menu_open")):
        return []
    buttons = listed(mapping(data.get("selfmenu_info")).get("button"))
    return [line for button in buttons for line in _button(mapping(button))]


def _button(button: Mapping[str, Any], above: str = "") -> list[list[str]]:
    place = f"{above}{button.get('name', '')}"
    below = button.get("sub_button")
    children = listed(mapping(below).get("list") if isinstance(below, Mapping) else below)
    if children:
        return [line for child in children for line in _button(mapping(child), f"{place} › ")]
    target = next((str(button[key]) for key in _TARGETS if button.get(key)), "")
    if button.get("type") == "news":  # made on the console: its articles are what is shown
        target = digest(button.get("news_info", {}))
    return [[place, f"{button.get('type', '')} {target}".strip()]]


def profile_lines(data: Mapping[str, Any]) -> list[list[str]]:
    """Name, introduction and picture as the platform shows them (wechat.md §2.1)."""
    picture = str(mapping(data.get("head_image_info")).get("head_image_url", ""))
    return [
        ["name", str(mapping(data.get("nickname_info")).get("nickname", ""))],
        ["signature", str(mapping(data.get("signature_info")).get("signature", ""))],
        ["avatar", picture.partition("?")[0]],
    ]


def snapshot(items: tuple[NewsItem, ...]) -> str:
    """A hash of everything readers will see of a draft, to notice edits made on the console (§2.3)."""
    return digest(
        [
            {
                "title": item.title,
                "author": item.author,
                "digest": item.digest,
                "content": item.content,
                "source_url": item.source_url,
                "thumb": item.thumb_media_id,
                "comments": list(item.comments),
            }
            for item in items
        ]
    )
