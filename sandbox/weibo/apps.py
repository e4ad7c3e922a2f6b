"""The apps registered with the platform: review state, safe domains, and what each may call (weibo.md 0, 3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sandbox import identifiers
from sandbox.outgoing import own_address
from sandbox.weibo import numbers
from sandbox.weibo.documents import Shelf, member

DAY = 86_400


class State(Enum):
    """Whether the app passed the platform's review; the value is how long its users' tokens live (2.2)."""

    UNREVIEWED = DAY
    REVIEWED = 30 * DAY


DEVELOPERS_LIFE = 157_680_000


class Right(Enum):
    """A family of endpoints that is granted or withheld as one."""

    BASIC = "basic"
    READ = "read"
    POST = "post"
    POST_PICTURE = "post_picture"
    COMMENT = "comment"
    RELATION = "relation"
    UPDATE = "update"
    REPOST = "repost"
    DESTROY = "destroy"


class Grant(Enum):
    """An app's standing towards a family; the value is the errcode of a call, 0 when it may."""

    GRANTED = 0
    LEVEL = 10005
    WITHHELD = 10014
    WITHDRAWN = 10020


USUAL = {Right.UPDATE: Grant.WITHDRAWN, Right.REPOST: Grant.WITHHELD, Right.DESTROY: Grant.WITHHELD}


@dataclass(frozen=True)
class App:
    """One app. ``developer`` is the uid whose tokens live five years; ``grants`` overrides what is usual, by right."""

    app_key: str = field(default_factory=numbers.app_key)
    secret: str = field(default_factory=identifiers.serial)
    name: str = "沙箱应用"
    state: State = State.REVIEWED
    redirect_uri: str = "http://127.0.0.1/weibo/back"
    safe_domains: tuple[str, ...] = ("college.example",)
    grants: dict[str, str] = field(default_factory=dict)
    developer: str = ""
    cancel_callback: str = ""
    blocked: bool = False

    def grant(self, right: Right) -> Grant:
        """Answer the standing towards a family of endpoints."""
        if right.value in self.grants:
            return Grant[self.grants[right.value].upper()]
        return USUAL.get(right, Grant.GRANTED)

    def token_life(self, uid: str) -> int:
        """Answer how many seconds a new token of a user lives."""
        return DEVELOPERS_LIFE if uid == self.developer else self.state.value


def _checked_grants(grants: dict[str, Any]) -> dict[str, str]:
    return {str(Right(right).value): member(Grant, grant).name.lower() for right, grant in grants.items()}


def _checked_callback(url: str) -> str:
    return own_address(url) if url else ""


APPS = Shelf(App, "app_key", {"grants": _checked_grants, "cancel_callback": _checked_callback})
