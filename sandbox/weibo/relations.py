"""Users and who follows whom, as far as ordinary apps may see it (weibo.md 5)."""

from __future__ import annotations

from sandbox.weibo import tokens, users
from sandbox.weibo.apps import Right
from sandbox.weibo.endpoint import GET, Call, Endpoint
from sandbox.weibo.refusals import Refusal
from sandbox.weibo.users import USERS, User
from sandbox.wire import Json, Reply, array

MOST_COUNTED = 100
MOST_LISTED = 200


def show(call: Call) -> Json:
    """Answer a user by id or name, not both. Refuses with 20002, 10008, 20003."""
    return _shown(call, _named(call, "uid", "screen_name"))


def counts(call: Call) -> Reply:
    """Answer the figures of users as a bare array. Refuses with 20002, 20009."""
    wanted = [USERS.find(call.world, str(uid)) for uid in call.numbers("uids", 20002, MOST_COUNTED)]
    kept = ("id", "followers_count", "friends_count", "statuses_count")
    whole = [users.shown(call.world, user, whole=True) for user in wanted if user]
    return array([{name: each[name] for name in kept} for each in whole])


def friendship(call: Call) -> Json:
    """Answer how two users stand to each other; the source is oneself unless named."""
    named = call.text("source_id") or call.text("source_screen_name")
    source = _named(call, "source_id", "source_screen_name") if named else call.user
    target = _named(call, "target_id", "target_screen_name")
    return {"source": _side(source, target), "target": _side(target, source)}


def friends(call: Call) -> Json:
    """Answer whom the authorising user follows, of those who authorised the app, too."""
    _check_own(call)
    return _listed(call, [USERS.find(call.world, uid) for uid in call.user.follows])


def followers(call: Call) -> Json:
    """Answer who follows the authorising user, of those who authorised the app, too."""
    _check_own(call)
    return _listed(call, [user for user in USERS.every(call.world) if call.uid in user.follows])


def _named(call: Call, id_field: str, name_field: str) -> User:
    uid, name = call.text(id_field), call.text(name_field)
    if not uid and not name:
        raise Refusal(20002)
    if uid and name:
        raise Refusal(10008)
    user = USERS.find(call.world, uid) if uid else users.by_name(call.world, name)
    if user is None:
        raise Refusal(20003)
    return user


def _check_own(call: Call) -> None:
    if call.text("uid") not in {"", call.uid}:
        raise Refusal(call.switch("weibo_foreign_timeline_code"))


def _listed(call: Call, found: list[User | None]) -> Json:
    shared = [user for user in found if user and tokens.has_authorised(call.world, call.app, user.uid)]
    size, start = min(call.number("count", 50), MOST_LISTED), call.number("cursor")
    page = shared[start : start + size]
    following = start + size if start + size < len(shared) else 0
    return {
        "users": [_shown(call, user) for user in page],
        "previous_cursor": max(start - size, 0),
        "next_cursor": following,
        "total_number": len(shared),
    }


def _shown(call: Call, user: User) -> Json:
    return users.shown(call.world, user, whole=tokens.has_authorised(call.world, call.app, user.uid))


def _side(one: User, other: User) -> Json:
    return {
        "id": int(one.uid),
        "screen_name": one.screen_name,
        "followed_by": one.uid in other.follows,
        "following": other.uid in one.follows,
        "notifications_enabled": False,
    }


ENDPOINTS = (
    Endpoint(GET, "/2/users/show.json", show),
    Endpoint(GET, "/2/users/counts.json", counts),
    Endpoint(GET, "/2/friendships/show.json", friendship, Right.RELATION),
    Endpoint(GET, "/2/friendships/friends.json", friends, Right.RELATION),
    Endpoint(GET, "/2/friendships/followers.json", followers, Right.RELATION),
)
