"""The Weibo calls we make, as data: method, path, effect class, and what a good answer must hold."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.platforms.types import Effect
from guanhao.platforms.weibo.errors import NO_SUCH_COMMENT, NO_SUCH_POST

ID = ("idstr", "mid", "id")


@dataclass(frozen=True, slots=True)
class Call:
    """One endpoint.

    A friendly answer is usable only when it holds one of ``expects``; with ``listed`` it is a bare array. ``gone`` are
    the codes that say "already done" of a removal (weibo.md §7). ``writes`` says that it counts against the 30 writes
    an hour (§6). A call without ``token`` gets its authority from its fields.
    """

    name: str
    path: str
    effect: Effect = Effect.INVISIBLE
    expects: tuple[str, ...] = ()
    method: str = "GET"
    gone: frozenset[int] = frozenset()
    token: bool = True
    listed: bool = False

    @property
    def writes(self) -> bool:
        """Whether the platform counts it as a write."""
        return self.effect is not Effect.INVISIBLE


ACCESS_TOKEN = Call(
    "access_token", "/oauth2/access_token", expects=("access_token",), method="POST", token=False
)
TOKEN_INFO = Call("token_info", "/oauth2/get_token_info", expects=("expire_in",), method="POST")
REVOKE = Call("revoke", "/oauth2/revokeoauth2", expects=("result",), method="POST")
UID = Call("uid", "/2/account/get_uid.json", expects=("uid",))
RATE_LIMITS = Call("rate_limits", "/2/account/rate_limit_status.json", expects=("remaining_user_hits",))

SHARE = Call("share", "/2/statuses/share.json", Effect.PUBLIC, expects=ID, method="POST")
REPOST = Call("repost", "/2/statuses/repost.json", Effect.PUBLIC, expects=ID, method="POST")
DESTROY = Call(
    "destroy",
    "/2/statuses/destroy.json",
    Effect.REMOVAL,
    expects=ID,
    method="POST",
    gone=frozenset({NO_SUCH_POST}),
)
TIMELINE = Call("timeline", "/2/statuses/user_timeline.json", expects=("statuses",))
SHOW = Call("show", "/2/statuses/show.json", expects=ID)
COUNTS = Call("counts", "/2/statuses/count.json", listed=True)
EXPAND = Call("expand", "/2/short_url/expand.json", expects=("urls",))

COMMENTS_OF = Call("comments_of", "/2/comments/show.json", expects=("comments",))
COMMENTS_TO_ME = Call("comments_to_me", "/2/comments/to_me.json", expects=("comments",))
COMMENTS_BY_ME = Call("comments_by_me", "/2/comments/by_me.json", expects=("comments",))
COMMENT = Call("comment", "/2/comments/create.json", Effect.PUBLIC, expects=ID, method="POST")
REPLY = Call("reply", "/2/comments/reply.json", Effect.PUBLIC, expects=ID, method="POST")
COMMENT_DELETE = Call(
    "comment_delete",
    "/2/comments/destroy.json",
    Effect.REMOVAL,
    expects=ID,
    method="POST",
    gone=frozenset({NO_SUCH_COMMENT}),
)

USER = Call("user", "/2/users/show.json", expects=ID)
USER_COUNTS = Call("user_counts", "/2/users/counts.json", listed=True)
