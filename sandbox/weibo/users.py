"""The users of the platform, institutions among them, and how the API shows them (weibo.md 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from sandbox.weibo import numbers
from sandbox.weibo.documents import Shelf

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World

CREATED = 1_300_000_000
WITHHELD = ("description", "verified_reason", "followers_count", "friends_count", "statuses_count")


class Standing(Enum):
    """The account as a whole; the value is the errcode of its writes, 0 when it is in order."""

    NORMAL = 0
    INVALID = 10013
    ABNORMAL = 20015
    CAPTCHA = 20031
    LOGIN = 20033
    LOCKED = 20034


class Comments(Enum):
    """Who may comment on the user's posts; the value is the errcode of the others."""

    EVERYBODY = 0
    FOLLOWED = 20206
    TRUSTED = 20207


@dataclass(frozen=True)
class User:
    """One user. ``followers`` is their number; ``follows`` are uids of users of the sandbox."""

    uid: str = field(default_factory=numbers.uid)
    screen_name: str = "沙箱微博用户"
    description: str = "沙箱里的微博账号"
    verified: bool = False
    verified_reason: str = ""
    standing: Standing = Standing.NORMAL
    followers: int = 3
    follows: tuple[str, ...] = ()
    comments: Comments = Comments.EVERYBODY


USERS = Shelf(User, "uid", {})


def by_name(world: World, screen_name: str) -> User | None:
    """Answer the user with a screen name, or nothing."""
    return next((user for user in USERS.every(world) if user.screen_name == screen_name), None)


def shown(world: World, user: User, *, whole: bool) -> Json:
    """Answer the user object. Of those who did not authorise the app, part is withheld (5)."""
    posts = world.store.number(
        "SELECT COUNT(*) FROM weibo_posts WHERE uid = ? AND test_only = 0 AND ended = ''", user.uid
    )
    everything = {
        "id": int(user.uid),
        "idstr": user.uid,
        "screen_name": user.screen_name,
        "name": user.screen_name,
        "description": user.description,
        "profile_url": f"u/{user.uid}",
        "gender": "n",
        "followers_count": user.followers,
        "friends_count": len(user.follows),
        "statuses_count": posts,
        "created_at": numbers.date(CREATED),
        "verified": user.verified,
        "verified_type": 0 if user.verified else -1,
        "verified_reason": user.verified_reason,
        "lang": "zh-cn",
    }
    return {name: value for name, value in everything.items() if whole or name not in WITHHELD}
