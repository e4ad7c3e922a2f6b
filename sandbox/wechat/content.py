"""The rules an article must meet when a draft is stored (wechat.md 3), and the form it is stored in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.wechat import html_filter
from sandbox.wechat.endpoint import Call
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ARTICLES = 8
LONGEST_AUTHOR = 16
LONGEST_DIGEST = 128
OWN_DIGEST = 54
CONTENT_CHARACTERS = 20_000
CONTENT_BYTES = 1024 * 1024
PICTURE_TEXT = 1_000
LONGEST_LINK = 1024
MOST_PICTURES = 20
_CROP = re.compile(r"^(0(\.\d{1,6})?|1(\.0{1,6})?)(_(0(\.\d{1,6})?|1(\.0{1,6})?)){3}$")


@dataclass(frozen=True)
class Stored:
    """An article as stored and as received, with what the filter took away."""

    article: Json
    original: Json


def checked_all(call: Call, articles: Any) -> list[Stored]:
    """Answer the articles of a new draft, checked and filtered. Refuses with 44003 or 45008."""
    if not isinstance(articles, list):
        raise Refusal(47001)
    if not articles:
        raise Refusal(44003)
    if len(articles) > MOST_ARTICLES:
        raise Refusal(45008)
    return [checked(call, article, alone=len(articles) == 1) for article in articles]


def checked(call: Call, article: Any, *, alone: bool) -> Stored:
    """Answer one article, checked in the order of section 3 and filtered. Refuses with that section's codes.

    A digest belongs to a draft of one article: there it is taken over, or made of the text's first 54 characters;
    in a draft of several it is dropped (open question 17).
    """
    if not isinstance(article, dict):
        raise Refusal(47001)
    kind = article.get("article_type", "news")
    if kind not in {"news", "newspic"}:
        raise Refusal(40035)
    _check_texts(call, article)
    _check_switches(call, article)
    _check_crops(article)
    content = _news(call, article) if kind == "news" else _pictures(call, article)
    own_digest = content.text[:OWN_DIGEST]
    stored: Json = {
        "article_type": kind,
        "title": article["title"],
        "author": article.get("author", ""),
        "digest": (article.get("digest") or own_digest) if alone else "",
        "content": content.html,
        "content_source_url": article.get("content_source_url", ""),
        "thumb_media_id": article.get("thumb_media_id", ""),
        "show_cover_pic": int(article.get("show_cover_pic", 0) or 0),
        "need_open_comment": int(article.get("need_open_comment", 0)),
        "only_fans_can_comment": int(article.get("only_fans_can_comment", 0)),
    }
    stored |= {
        key: article[key] for key in ("image_info", "cover_info") if kind == "newspic" and key in article
    }
    return Stored(stored, {"article": article, "lost": list(content.lost)})


def _check_texts(call: Call, article: Json) -> None:
    for name in ("title", "author", "digest", "content", "content_source_url", "thumb_media_id"):
        if not isinstance(article.get(name, ""), str):
            raise Refusal(47001)
    if not article.get("title"):
        raise Refusal(40035)
    if len(article["title"]) > call.switch("title_limit"):
        raise Refusal(45003)
    if len(article.get("author", "")) > LONGEST_AUTHOR:
        raise Refusal(45110)
    if len(article.get("digest", "")) > LONGEST_DIGEST:
        raise Refusal(45004)
    _check_link(article.get("content_source_url", ""))
    if any(word in article["title"] + article.get("content", "") for word in _words(call, "draft_87014")):
        raise Refusal(87014)


def _check_link(address: str) -> None:
    if len(address.encode()) > LONGEST_LINK:
        raise Refusal(45005)
    if address and urlsplit(address).scheme not in {"http", "https"}:
        raise Refusal(41039)


def _check_switches(call: Call, article: Json) -> None:
    for name in ("need_open_comment", "only_fans_can_comment"):
        if str(article.get(name, 0)) not in {"0", "1"}:
            raise Refusal(40035)
    if str(article.get("need_open_comment", 0)) == "1" and not call.account.comment_right:
        raise Refusal(88000)


def _check_crops(article: Json) -> None:
    for name in ("pic_crop_235_1", "pic_crop_1_1"):
        if article.get(name) and not _CROP.match(str(article[name])):
            raise Refusal(53402)
    if article.get("product_info"):
        raise Refusal(53406)


def _news(call: Call, article: Json) -> html_filter.Filtered:
    source = article.get("content", "")
    if not source.strip():
        raise Refusal(44004)
    if html_filter.is_full_document(source) and call.switch("full_document") == "refuse":
        raise Refusal(45166)
    content = html_filter.filtered(source)
    measured = source if call.switch("content_length_of") == "html" else content.text
    if len(measured) >= CONTENT_CHARACTERS or len(source.encode()) >= CONTENT_BYTES:
        raise Refusal(45002)
    _check_pictures(call, [article.get("thumb_media_id", "")], ("image", "thumb"))
    return content


def _pictures(call: Call, article: Json) -> html_filter.Filtered:
    info = article.get("image_info")
    images = info.get("image_list") if isinstance(info, dict) else None
    if not isinstance(images, list) or not 1 <= len(images) <= MOST_PICTURES:
        raise Refusal(40007)
    ids = [each.get("image_media_id") if isinstance(each, dict) else None for each in images]
    _check_pictures(call, ids, ("image",))
    plain = html_filter.filtered(article.get("content", ""))
    if len(plain.text) > PICTURE_TEXT:
        raise Refusal(45166)
    return html_filter.Filtered(plain.text, plain.text, plain.lost)


def _check_pictures(call: Call, media_ids: Iterable[Any], kinds: tuple[str, ...]) -> None:
    """Refuse with 40007 unless each is permanent material of the caller that has propagated."""
    for media_id in media_ids:
        row = call.world.store.row(
            "SELECT kind, visible_at FROM media WHERE media_id = ? AND account = ? AND permanent = 1"
            " AND deleted_at IS NULL",
            media_id if isinstance(media_id, str) else "", call.appid,
        )  # fmt: skip
        if row is None or row["kind"] not in kinds or row["visible_at"] > call.now:
            raise Refusal(40007)


def _words(call: Call, outcome: str) -> list[str]:
    words: list[str] = call.switch("review_words").get(outcome, [])
    return words
