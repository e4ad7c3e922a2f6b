"""Writing posts: ``statuses/share`` under its real constraints, and what ordinary apps may not call any more (weibo.md 3)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sandbox import sniffing
from sandbox.weibo import posts, texts
from sandbox.weibo.apps import Right
from sandbox.weibo.endpoint import POST, Call, Endpoint
from sandbox.weibo.posts import End, Post, Writing
from sandbox.weibo.refusals import Refusal
from sandbox.wire import BadMultipartError, Json, Part, Reply

if TYPE_CHECKING:
    from sandbox.world import World

LARGEST_PICTURE = 5 * 1024 * 1024
FORMATS = frozenset({"jpg", "gif", "png"})
DONE_SLOWLY = 20032
SIMILAR = 20017


def share(call: Call) -> Json | Reply:
    """Post a text with a link on the app's safe domain and at most one picture (3.1)."""
    text = _status(call)
    texts.check_post(call, text)
    texts.check_links(call, text)
    return _post(call, text, _picture(call))


def update(call: Call) -> Json | Reply:
    """Post any text; withdrawn from ordinary apps (0)."""
    text = _status(call)
    texts.check_post(call, text)
    return _post(call, text, _picture(call) if call.request.path.endswith("upload.json") else "")


def destroy(call: Call) -> Json:
    """Delete one's own post (3.6). Refuses with 20109, 20101, 20102."""
    post = existing(call, call.number("id"))
    if post.uid != call.uid:
        raise Refusal(20102)
    document = posts.shown(call.world, post, call.app)
    posts.end(call.world, post, End.DESTROYED, call.now, "statuses/destroy")
    call.effect("post.destroyed", mid=str(post.mid))
    return document


def repost(call: Call) -> Json:
    """Repost somebody else's post (3.6). Refuses with 20101, 20103, 20012."""
    original = existing(call, call.number("id"))
    if original.uid == call.uid:
        raise Refusal(20103)
    text = call.text("status") or "转发微博"
    texts.check_post(call, text)
    return _made(call, Writing(text, texts.shortened(call, text), reposted=original.mid))


def existing(call: Call, mid: int) -> Post:
    """Answer a post that is there. Refuses with 20109 without an id, 20101 when it is not or no longer there."""
    if not mid:
        raise Refusal(20109)
    post = posts.find(call.world, mid)
    if post is None or post.ended:
        raise Refusal(20101)
    return post


def check_repeats(call: Call, text: str, earlier: list[str]) -> None:
    """Refuse what was posted already (20019 or as switched) or nearly so (20017)."""
    if text in earlier:
        raise Refusal(call.switch("weibo_repeated_code"))
    if any(texts.is_similar(call, text, each) for each in earlier):
        raise Refusal(SIMILAR)


def code_for_words(call: Call, text: str) -> int:
    """Answer the errcode of a word in a text, 0 without one."""
    wanted = call.switch("weibo_review_words")
    return next((int(code) for code, words in wanted.items() if any(word in text for word in words)), 0)


def _status(call: Call) -> str:
    if "status" not in call.fields:
        raise Refusal(call.switch("weibo_missing_status"))
    return call.text("status")


def _post(call: Call, text: str, pid: str) -> Json | Reply:
    check_repeats(call, text, _earlier(call))
    code = code_for_words(call, text)
    if code not in {0, DONE_SLOWLY}:
        raise Refusal(code)
    late = any(word in text for word in call.switch("weibo_moderation_words"))
    moderate_at = call.now + call.switch("weibo_moderation_delay") if late else None
    kept = texts.shortened(call, texts.stored(call, text))
    document = _made(call, Writing(text, kept, pid, moderate_at=moderate_at))
    return call.refused(DONE_SLOWLY) if code else document


def _made(call: Call, writing: Writing) -> Json:
    post = posts.make(call.world, call.user, call.app, writing)
    call.effect("post.created", mid=str(post.mid), text=writing.received, public=post.is_public)
    return posts.shown(call.world, post, call.app)


def _earlier(call: Call) -> list[str]:
    window = call.switch("weibo_repeat_window")
    gone_too = call.switch("weibo_deleted_counts")
    return [
        post.received
        for post in posts.of_user(call.world, call.uid)
        if call.now - post.created_at < window and (gone_too or not post.ended)
    ]


def _picture(call: Call) -> str:
    """Keep the picture of a post; answer its name, empty without one. Refuses with 20005, 20006, 20007, or the app's lack of the right."""
    part = _uploaded(call)
    if part is None:
        return ""
    grant = call.app.grant(Right.POST_PICTURE)
    if grant.value:
        raise Refusal(grant.value)
    found = sniffing.format_of(part.content)
    if found not in FORMATS:
        raise Refusal(20005)
    if len(part.content) >= LARGEST_PICTURE:
        raise Refusal(20006)
    return _kept(call.world, part.content, sniffing.MIME[found])


def _uploaded(call: Call) -> Part | None:
    if "multipart/form-data" not in call.request.headers.get("content-type", ""):
        if "pic" in call.fields:
            raise Refusal(20007)
        return None
    try:
        part = call.request.form().get("pic")
    except BadMultipartError:
        raise Refusal(20007) from None
    if part is None and call.switch("weibo_form_without_picture") == "refused":
        raise Refusal(20007)
    return part


def _kept(world: World, content: bytes, mime: str) -> str:
    pid = hashlib.sha256(content).hexdigest()[:32]
    world.store.run(
        "INSERT OR IGNORE INTO weibo_pictures (pid, mime, content) VALUES (?, ?, ?)", pid, mime, content
    )
    return pid


ENDPOINTS = (
    Endpoint(POST, "/2/statuses/share.json", share, Right.POST, "post"),
    Endpoint(POST, "/2/statuses/update.json", update, Right.UPDATE, "post"),
    Endpoint(POST, "/2/statuses/upload.json", update, Right.UPDATE, "post"),
    Endpoint(POST, "/2/statuses/upload_url_text.json", update, Right.UPDATE, "post"),
    Endpoint(POST, "/2/statuses/repost.json", repost, Right.REPOST, "post"),
    Endpoint(POST, "/2/statuses/destroy.json", destroy, Right.DESTROY, "post"),
)
