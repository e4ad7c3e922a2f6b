"""Reading posts: the newest five of the authorising user, one's own by id, counts, short links (weibo.md 3.3-3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.weibo import posts, texts
from sandbox.weibo.endpoint import GET, Call, Endpoint
from sandbox.weibo.posts import End, Post
from sandbox.weibo.refusals import Refusal
from sandbox.wire import Json, Reply, array

if TYPE_CHECKING:
    from collections.abc import Callable

NEWEST = 5
MOST_COUNTED = 100
MOST_EXPANDED = 20
FEATURES: dict[int, Callable[[Post], bool]] = {
    0: lambda _: True,
    1: lambda post: post.reposted is None,
    2: lambda post: bool(post.pid),
    3: lambda _: False,
    4: lambda _: False,
}


def user_timeline(call: Call) -> Json:
    """Answer the authorising user's newest posts, five at the most (3.3). Refuses another user's with a switched code."""
    _check_own(call)
    wanted = _selected(call)
    page = _page(call, wanted)
    trimmed = call.number("trim_user") == 1
    total = len(wanted) if call.switch("weibo_total_number") == "all" else len(page)
    return {
        "statuses": [posts.shown(call.world, post, call.app, trim_user=trimmed) for post in page],
        "previous_cursor": 0,
        "next_cursor": 0,
        "total_number": total,
        "hasvisible": False,
    }


def show(call: Call) -> Json:
    """Answer one post of one's own (3.4). Refuses with 20109, 20101, 20112."""
    mid = call.number("id")
    if not mid:
        raise Refusal(20109)
    post = posts.find(call.world, mid)
    if post is None or (post.ended and not _is_marked(call, post, "weibo_gone_in_show")):
        raise Refusal(20101)
    if post.uid != call.uid:
        raise Refusal(20112)
    return posts.shown(call.world, post, call.app)


def count(call: Call) -> Reply:
    """Answer what up to 100 posts have gathered, as a bare array (3.5). Refuses with 20001, 20009."""
    found = [posts.find(call.world, mid) for mid in call.numbers("ids", 20001, MOST_COUNTED)]
    zeros = call.switch("weibo_gone_in_count") == "zero"
    return array([_counted(call, post) for post in found if post and (zeros or not post.ended)])


def expand(call: Call) -> Json:
    """Answer where short links lead."""
    shorts = [value for value in call.text("url_short").split(",") if value]
    if not shorts:
        raise Refusal(10016)
    if len(shorts) > MOST_EXPANDED:
        raise Refusal(20009)
    pairs = {short: texts.long_form(call.world, short) for short in shorts}
    return {
        "urls": [
            {"result": bool(long), "url_short": short, "url_long": long, "type": 0}
            for short, long in pairs.items()
        ]
    }


def _check_own(call: Call) -> None:
    uid, name = call.text("uid"), call.text("screen_name")
    if uid and name:
        raise Refusal(10008)
    if uid not in {"", call.uid} or name not in {"", call.user.screen_name}:
        raise Refusal(call.switch("weibo_foreign_timeline_code"))


def _selected(call: Call) -> list[Post]:
    feature = FEATURES.get(call.number("feature"))
    if feature is None:
        raise Refusal(10008)
    by_this_app = call.number("base_app") == 1
    seen_until = call.now - call.switch("weibo_timeline_lag")
    return [
        post
        for post in posts.of_user(call.world, call.uid)
        if post.created_at <= seen_until
        and (not post.ended or _is_marked(call, post, "weibo_gone_in_timeline"))
        and (not by_this_app or post.app_key == call.app.app_key)
        and feature(post)
    ]


def _page(call: Call, wanted: list[Post]) -> list[Post]:
    since, newest, page = call.number("since_id"), call.number("max_id"), max(call.number("page", 1), 1)
    size = min(call.number("count", NEWEST) or NEWEST, NEWEST)
    reachable = wanted if call.switch("weibo_beyond_newest") else wanted[:NEWEST]
    within = [post for post in reachable if post.mid > since and (not newest or post.mid <= newest)]
    return within[(page - 1) * size : page * size]


def _is_marked(call: Call, post: Post, switch: str) -> bool:
    return post.ended == End.MODERATED.value and call.switch(switch) == "marked"


def _counted(call: Call, post: Post) -> Json:
    gathered = posts.counts(call.world, post)
    if post.ended:
        gathered = dict.fromkeys(gathered, 0)
    return {"id": post.mid, "idstr": str(post.mid)} | gathered


ENDPOINTS = (
    Endpoint(GET, "/2/statuses/user_timeline.json", user_timeline),
    Endpoint(GET, "/2/statuses/show.json", show),
    Endpoint(GET, "/2/statuses/count.json", count),
    Endpoint(GET, "/2/short_url/expand.json", expand),
)
