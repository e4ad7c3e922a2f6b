"""The comment endpoints: reading, writing, answering, and taking back what one wrote oneself (weibo.md 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.weibo import comments, posts, sharing, texts
from sandbox.weibo.apps import Right
from sandbox.weibo.comments import Comment, Remark
from sandbox.weibo.endpoint import GET, POST, Call, Endpoint
from sandbox.weibo.posts import Post
from sandbox.weibo.refusals import Refusal
from sandbox.weibo.users import USERS
from sandbox.wire import Json, Reply, array

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL_PAGE, LARGEST_PAGE = 50, 200
MOST_READ, MOST_DESTROYED = 50, 20
FOLLOWED, STRANGERS = 1, 2


def show(call: Call) -> Json:
    """Answer the comments on a post of one's own. Refuses with 20109, 20101, 20112."""
    post = sharing.existing(call, call.number("id"))
    if post.uid != call.uid:
        raise Refusal(20112)
    return _page(call, comments.on(call.world, post.mid))


def to_me(call: Call) -> Json:
    """Answer the comments others made on one's posts or in answer to one's comments."""
    return _page(call, _matching(call, lambda comment: comment.uid != call.uid and _is_to(call, comment)))


def by_me(call: Call) -> Json:
    """Answer one's own comments: where to look after a lost answer."""
    return _page(call, _matching(call, lambda comment: comment.uid == call.uid))


def timeline(call: Call) -> Json:
    """Answer both."""
    return _page(call, _matching(call, lambda comment: comment.uid == call.uid or _is_to(call, comment)))


def mentions(call: Call) -> Json:
    """Answer the comments that name one."""
    name = f"@{call.user.screen_name}"
    return _page(call, _matching(call, lambda comment: comment.uid != call.uid and name in comment.text))


def show_batch(call: Call) -> Reply:
    """Answer up to 50 comments as a bare array. Refuses with 20204, 20009."""
    found = [comments.find(call.world, cid) for cid in call.numbers("cids", 20204, MOST_READ)]
    return array([comments.shown(call.world, comment, call.app) for comment in found if comment])


def create(call: Call) -> Json:
    """Comment on a post. Refuses with 20101, 20206, 20207, and as a post's text is refused."""
    text, post = call.text("comment"), sharing.existing(call, call.number("id"))
    _check(call, text, post)
    return _made(call, Remark(post.mid, call.uid, text, call.app.app_key))


def reply(call: Call) -> Json:
    """Answer a comment, naming its author unless told not to. Refuses like ``create``, and with 20204, 20201."""
    comment = _existing(call, call.number("cid"))
    post = sharing.existing(call, call.number("id") or comment.mid)
    text = call.text("comment")
    _check(call, text, post)
    author = USERS.find(call.world, comment.uid)
    named = f"回复@{author.screen_name}:{text}" if author and not call.number("without_mention") else text
    return _made(call, Remark(post.mid, call.uid, named, call.app.app_key, comment.cid))


def destroy(call: Call) -> Json:
    """Take back a comment one wrote; nobody else's, not even on one's own post. Refuses with 20204, 20201, 20203."""
    comment = _existing(call, call.number("cid"))
    if comment.uid != call.uid:
        raise Refusal(20203)
    return _destroyed(call, comment)


def destroy_batch(call: Call) -> Reply:
    """Take back up to 20 comments; what a foreign one among them does is a switch. Refuses with 20204, 20009, 20203."""
    name = "cids" if call.text("cids") else "ids"
    found = [comments.find(call.world, cid) for cid in call.numbers(name, 20204, MOST_DESTROYED)]
    there = [comment for comment in found if comment]
    own = [comment for comment in there if comment.uid == call.uid]
    if len(own) < len(there) and call.switch("weibo_foreign_in_batch") == "refuses_all":
        raise Refusal(20203)
    return array([_destroyed(call, comment) for comment in own])


def _existing(call: Call, cid: int) -> Comment:
    if not cid:
        raise Refusal(20204)
    comment = comments.find(call.world, cid)
    if comment is None:
        raise Refusal(20201)
    return comment


def _check(call: Call, text: str, post: Post) -> None:
    texts.check_comment(call, text)
    author = USERS.find(call.world, post.uid)
    if author and author.uid != call.uid and author.comments.value:
        raise Refusal(author.comments.value)
    window = call.switch("weibo_repeat_window")
    own = _matching(call, lambda comment: comment.uid == call.uid and call.now - comment.created_at < window)
    sharing.check_repeats(call, text, [comment.text for comment in own])
    code = sharing.code_for_words(call, text)
    if code:
        raise Refusal(code)


def _made(call: Call, remark: Remark) -> Json:
    comment = comments.make(call.world, remark)
    call.effect("comment.created", cid=str(comment.cid), mid=str(remark.mid), text=remark.text)
    return comments.shown(call.world, comment, call.app)


def _destroyed(call: Call, comment: Comment) -> Json:
    document = comments.shown(call.world, comment, call.app)
    comments.delete(call.world, comment)
    call.effect("comment.destroyed", cid=str(comment.cid))
    return document


def _matching(call: Call, wanted: Callable[[Comment], bool]) -> list[Comment]:
    return [comment for comment in comments.every(call.world) if wanted(comment)]


def _is_to(call: Call, comment: Comment) -> bool:
    post = posts.find(call.world, comment.mid)
    answered = comments.find(call.world, comment.reply_to) if comment.reply_to else None
    return bool((post and post.uid == call.uid) or (answered and answered.uid == call.uid))


def _page(call: Call, found: list[Comment]) -> Json:
    found = [comment for comment in found if _passes(call, comment)]
    since, newest, page = call.number("since_id"), call.number("max_id"), max(call.number("page", 1), 1)
    size = min(call.number("count", USUAL_PAGE) or USUAL_PAGE, LARGEST_PAGE)
    within = [comment for comment in found if comment.cid > since and (not newest or comment.cid <= newest)]
    shown = within[(page - 1) * size : page * size]
    rest = within[page * size :]
    return {
        "comments": [comments.shown(call.world, comment, call.app) for comment in shown],
        "previous_cursor": 0,
        "next_cursor": rest[0].cid if rest else 0,
        "total_number": len(found),
        "hasvisible": False,
    }


def _passes(call: Call, comment: Comment) -> bool:
    chosen = call.number("filter_by_author")
    followed = comment.uid in call.user.follows
    return not ((chosen == FOLLOWED and not followed) or (chosen == STRANGERS and followed))


ENDPOINTS = (
    Endpoint(GET, "/2/comments/show.json", show, Right.COMMENT),
    Endpoint(GET, "/2/comments/to_me.json", to_me, Right.COMMENT),
    Endpoint(GET, "/2/comments/by_me.json", by_me, Right.COMMENT),
    Endpoint(GET, "/2/comments/timeline.json", timeline, Right.COMMENT),
    Endpoint(GET, "/2/comments/mentions.json", mentions, Right.COMMENT),
    Endpoint(GET, "/2/comments/show_batch.json", show_batch, Right.COMMENT),
    Endpoint(POST, "/2/comments/create.json", create, Right.COMMENT, "comment"),
    Endpoint(POST, "/2/comments/reply.json", reply, Right.COMMENT, "comment"),
    Endpoint(POST, "/2/comments/destroy.json", destroy, Right.COMMENT, "comment"),
    Endpoint(POST, "/2/comments/destroy_batch.json", destroy_batch, Right.COMMENT, "comment"),
)
