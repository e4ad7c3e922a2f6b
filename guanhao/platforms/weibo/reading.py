"""From Weibo's replies to typed values. Lenient: nearly every field may be missing, ids are strings (weibo.md §1, §3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CREATED_AT = 6  # words, as in "Tue May 31 17:46:55 +0800 2011"
_EVERYBODY = 0


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the API shows it; ``created`` is aware UTC, or nothing where it cannot be read."""

    mid: str
    uid: str
    text: str = field(repr=False)
    created: datetime | None
    pictures: int = 0
    truncated: bool = False
    deleted: bool = False
    public: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """What a post has gathered."""

    mid: str
    reposts: int
    comments: int
    likes: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. Names and texts are personal data: kept for moderation only (PD5)."""

    cid: str
    mid: str
    uid: str
    name: str = field(repr=False)
    text: str = field(repr=False)
    created: datetime | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A new token: whose it is and how many seconds it lives (§2.2: never assumed)."""

    token: str = field(repr=False)
    uid: str
    seconds: int


@dataclass(frozen=True, slots=True)
class TokenState:
    """What the platform says of a token (§2.3); ``seconds`` is what is left, negative when it is over."""

    uid: str
    app_key: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A user."""

    uid: str
    name: str
    description: str
    followers: int
    posts: int
    verified: bool
    verified_reason: str


def identifier(item: Mapping[str, Any], *names: str) -> str:
    """The first of the named ids that is there, as a string; a float is refused, it has lost digits already."""
    for name in names or ("idstr", "mid", "id"):
        value = item.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def moment(text: Any) -> datetime | None:
    """A date such as ``Tue May 31 17:46:55 +0800 2011`` in UTC, read without the machine's language."""
    words = str(text).split()
    try:
        if len(words) != _CREATED_AT:
            return None
        _weekday, month, day, clock, offset, year = words
        hour, minute, second = (int(part) for part in clock.split(":"))
        zone = timezone(timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:])))
        local = datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, IndexError, OverflowError):
        return None


def post(item: Mapping[str, Any]) -> Post:
    """One status object (§3.2)."""
    return Post(
        mid=identifier(item),
        uid=identifier(_mapping(item.get("user"))),
        text=str(item.get("text") or ""),
        created=moment(item.get("created_at")),
        pictures=_pictures(item),
        truncated=_is_true(item.get("truncated")),
        deleted=_is_true(item.get("deleted")),
        public=_whole(_mapping(item.get("visible")).get("type")) == _EVERYBODY,
    )


def posts(data: Mapping[str, Any]) -> tuple[Post, ...]:
    """The posts of a timeline (§3.3)."""
    return tuple(post(_mapping(item)) for item in _listed(data.get("statuses")))


def counts(data: Mapping[str, Any]) -> tuple[Counts, ...]:
    """The counts of several posts (§3.5); posts that are gone may be left out."""
    return tuple(
        Counts(
            identifier(item, "idstr", "id"),
            _whole(item.get("reposts")),
            _whole(item.get("comments")),
            _whole(item.get("attitudes")),
        )
        for item in map(_mapping, _listed(data.get("items")))
    )


def comments(data: Mapping[str, Any]) -> tuple[Comment, ...]:
    """The comments of a list (§4)."""
    return tuple(comment(_mapping(item)) for item in _listed(data.get("comments")))


def comment(item: Mapping[str, Any]) -> Comment:
    """One comment object."""
    user = _mapping(item.get("user"))
    return Comment(
        cid=identifier(item),
        mid=identifier(_mapping(item.get("status"))),
        uid=identifier(user),
        name=str(user.get("screen_name") or ""),
        text=str(item.get("text") or ""),
        created=moment(item.get("created_at")),
    )


def grant(data: Mapping[str, Any]) -> Grant:
    """A token reply (§2.2); ``uid`` comes as a string here and as a number elsewhere."""
    return Grant(str(data.get("access_token") or ""), identifier(data, "uid"), _whole(data.get("expires_in")))


def token_state(data: Mapping[str, Any]) -> TokenState:
    """A token-info reply; mind ``expire_in`` without an s (§2.3)."""
    return TokenState(identifier(data, "uid"), identifier(data, "appkey"), _whole(data.get("expire_in")))


def profile(data: Mapping[str, Any]) -> Profile:
    """A user object (§5); what is withheld from us reads as empty or 0."""
    return Profile(
        uid=identifier(data),
        name=str(data.get("screen_name") or ""),
        description=str(data.get("description") or ""),
        followers=_whole(data.get("followers_count")),
        posts=_whole(data.get("statuses_count")),
        verified=_is_true(data.get("verified")),
        verified_reason=str(data.get("verified_reason") or ""),
    )


def expanded(data: Mapping[str, Any]) -> dict[str, str]:
    """Long addresses by their short ones."""
    pairs = map(_mapping, _listed(data.get("urls")))
    return {str(pair.get("url_short")): str(pair["url_long"]) for pair in pairs if pair.get("url_long")}


def _pictures(item: Mapping[str, Any]) -> int:
    several = len(_listed(item.get("pic_urls"))) or len(_listed(item.get("pic_ids")))
    return several or int(bool(item.get("original_pic") or item.get("thumbnail_pic")))


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _is_true(value: Any) -> bool:
    return str(value).lower() in {"1", "true"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
