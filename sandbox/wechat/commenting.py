"""The comment endpoints (wechat.md 9)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.wechat import comments
from sandbox.wechat.accounts import Group
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.refusals import Refusal, worded

if TYPE_CHECKING:
    from sandbox.wechat.comments import Comment, Place
    from sandbox.wire import Json

FEWER_THAN = 50
ALL, ORDINARY, ELECTED = 0, 1, 2


def open_comments(call: Call) -> Json:
    """Open the comments of an article. Refuses with 88002 where the platform limited them."""
    where = _place(call)
    if comments.state(call.world, where)["limited"]:
        raise Refusal(88002)
    comments.change(call.world, where, open=True, since=call.now, arrived=0)
    call.effect("comments.opened", msg_data_id=where.msg_data_id, index=where.index)
    return OK


def close_comments(call: Call) -> Json:
    """Close the comments of an article; those that are there stay."""
    where = _place(call)
    comments.let_arrive(call.world, where)
    comments.change(call.world, where, open=False)
    call.effect("comments.closed", msg_data_id=where.msg_data_id, index=where.index)
    return OK


def listing(call: Call) -> Json:
    """Answer a page of fewer than 50 comments. With ``comments_while_paging`` new ones arrive after each page."""
    try:
        where = _place(call)
        begin, count, kind = call.number("begin", 0), _count(call), call.number("type", ALL)
    except Refusal as refusal:
        if call.switch("comment_error_form") == "bare":
            raise
        return worded(refusal, call.switch("error_tail")) | {"total": 0, "comment": []}
    comments.let_arrive(call.world, where)
    found = comments.on(call.world, where, newest_first=call.switch("comment_order") == "newest_first")
    chosen = [each for each in found if kind == ALL or each.elected == (kind == ELECTED)]
    page = [_shown(call, each) for each in chosen[begin : begin + count]]
    for number in range(int(call.switch("comments_while_paging"))):
        comments.arrive(call.world, where, len(found) + number, call.now)
    return OK | {"total": len(chosen), "comment": page}


def elect(call: Call) -> Json:
    """Show a comment to readers. Refuses with 88004 what its author deleted, with 88003 beyond the limit."""
    where, comment = _place(call), _any(call)
    if comment.ended == "author":
        raise Refusal(88004)
    elected = [each for each in comments.on(call.world, where) if each.elected]
    if not comment.elected and len(elected) >= call.switch("comment_elected_limit"):
        raise Refusal(88003)
    return _change(call, "elected", 1, "comment.elected")


def unelect(call: Call) -> Json:
    """Hide a comment from readers again."""
    return _change(call, "elected", 0, "comment.unelected")


def delete(call: Call) -> Json:
    """Delete a comment. Refuses with 88008 one that is not there."""
    return _change(call, "ended", "account", "comment.deleted")


def reply(call: Call) -> Json:
    """Reply once to a comment. Refuses with 88005 a second reply, with 88007 an empty or too long one."""
    comment, content = _one(call), call.body.get("content")
    if comment.reply is not None:
        raise Refusal(88005)
    if not isinstance(content, str) or not 1 <= len(content) <= call.switch("comment_longest_reply"):
        raise Refusal(88007)
    value = json.dumps({"content": content, "create_time": int(call.now)}, ensure_ascii=False)
    return _change(call, "reply", value, "comment.replied")


def delete_reply(call: Call) -> Json:
    """Take the reply back. Refuses with 87009 where there is none."""
    if _one(call).reply is None:
        raise Refusal(87009)
    return _change(call, "reply", None, "comment.reply_deleted")


def _count(call: Call) -> int:
    count = call.number("count", 0)
    if not 1 <= count < FEWER_THAN:
        raise Refusal(88010)
    return count


def _place(call: Call) -> Place:
    """Answer the article the call is about. Refuses with 88000 without the right, with 88001 where there is none."""
    if not call.account.comment_right:
        raise Refusal(88000)
    if "msg_data_id" not in call.body:
        raise Refusal(40035)
    found = comments.place(call.world, call.appid, call.number("msg_data_id"), call.number("index", 0))
    if found is None:
        raise Refusal(88001)
    return found


def _any(call: Call) -> Comment:
    comment = comments.find(call.world, _place(call), call.number("user_comment_id"))
    if comment is None or comment.ended == "account":
        raise Refusal(88008)
    return comment


def _one(call: Call) -> Comment:
    comment = _any(call)
    if comment.ended:
        raise Refusal(88008)
    return comment


def _change(call: Call, column: str, value: object, kind: str) -> Json:
    where, comment = _place(call), _one(call)
    comments.update(call.world, where, comment.user_comment_id, column, value)
    call.effect(
        kind, msg_data_id=where.msg_data_id, index=where.index, user_comment_id=comment.user_comment_id
    )
    return OK


def _shown(call: Call, comment: Comment) -> Json:
    """Answer a comment in the shape the switches say: openid absent for strangers, reply an object or an array."""
    moment = int(comment.created_at)
    shown: Json = {
        "user_comment_id": comment.user_comment_id,
        "create_time": str(moment) if call.switch("comment_time_type") == "string" else moment,
        "content": comment.content,
        "comment_type": int(comment.elected),
    }
    if comment.openid:
        shown["openid"] = comment.openid
    if comment.reply is not None:
        shown["reply"] = comment.reply if call.switch("comment_reply_form") == "object" else [comment.reply]
    return shown


ENDPOINTS = tuple(
    Endpoint("POST", f"/cgi-bin/comment/{name}", answer, Group.COMMENT, reads_json=True)
    for name, answer in (
        ("open", open_comments),
        ("close", close_comments),
        ("list", listing),
        ("markelect", elect),
        ("unmarkelect", unelect),
        ("delete", delete),
        ("reply/add", reply),
        ("reply/delete", delete_reply),
    )
)
