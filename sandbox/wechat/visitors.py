"""The control calls for what people do on WeChat: follow, write, withdraw their consent, comment."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.arguments import Actions, Arguments, BadRequestError, NotThereError
from sandbox.wechat import accounts, comments, events, followers

if TYPE_CHECKING:
    from sandbox.wechat.accounts import Account
    from sandbox.wechat.comments import Comment, Place
    from sandbox.wire import Json
    from sandbox.world import World

EVENTS = {
    "follow": "subscribe",
    "unfollow": "unsubscribe",
    "revoke": "user_authorization_revoke",
    "scan": "SCAN",
    "click": "CLICK",
    "view": "VIEW",
}


def _act(world: World, arguments: Arguments) -> Json:
    """Let a follower act: follow, unfollow, write, use the menu, scan, revoke; the account is told by a push."""
    arguments.only("account", "openid", "act", "content", "key")
    account, act = _account(world, arguments), arguments.text("act")
    known = followers.openids(account)
    openid = arguments.text("openid", known[0] if known else "")
    if openid not in known:
        raise NotThereError(f"{openid!r} never followed this account")
    if act not in EVENTS and act != "message":
        raise BadRequestError(f"act is one of {[*EVENTS, 'message']}")
    if act in {"follow", "unfollow"}:
        followers.follow(world, account, openid, again=act == "follow")
    events.tell(world, account, world.clock.now(), {"FromUserName": openid} | _told(act, openid, arguments))
    return {"openid": openid}


def _told(act: str, openid: str, arguments: Arguments) -> Json:
    if act == "message":
        number = secrets.randbelow(10**15) + 23 * 10**15
        return {"MsgType": "text", "Content": arguments.text("content", "你好"), "MsgId": number}
    more = (
        {"OpenID": openid, "RevokeInfo": "1"} if act == "revoke" else {"EventKey": arguments.text("key", "")}
    )
    return {"MsgType": "event", "Event": EVENTS[act]} | more


def _comments(world: World, arguments: Arguments) -> Json:
    arguments.only("account", "msg_data_id", "index")
    where = _place(world, arguments)
    comments.let_arrive(world, where)
    return {
        "state": comments.state(world, where),
        "comments": [_document(world, where, each) for each in comments.on(world, where)],
    }


def _comment(world: World, arguments: Arguments) -> Json:
    """Let somebody comment; without an openid it is somebody who is not on WeChat."""
    arguments.only("account", "msg_data_id", "index", "content", "openid")
    where = _place(world, arguments)
    comments.let_arrive(world, where)
    if not comments.state(world, where)["open"]:
        raise BadRequestError("the comments of this article are closed")
    content, openid = arguments.text("content"), arguments.text("openid", "")
    return {"user_comment_id": comments.write(world, where, content, openid, world.clock.now())}


def _think_better(world: World, arguments: Arguments) -> Json:
    """Let the author of a comment delete it."""
    arguments.only("account", "msg_data_id", "index", "user_comment_id")
    where, number = _place(world, arguments), arguments.number("user_comment_id")
    comment = comments.find(world, where, number)
    if comment is None or comment.ended:
        raise NotThereError(f"there is no comment {number}")
    comments.update(world, where, number, "ended", "author")
    return {"user_comment_id": number}


def _limit(world: World, arguments: Arguments) -> Json:
    """Let the platform limit an article for safety: its comments cannot be opened any more (88002)."""
    arguments.only("account", "msg_data_id", "index")
    where = _place(world, arguments)
    comments.change(world, where, limited=True, open=False)
    return comments.state(world, where)


def _document(world: World, where: Place, comment: Comment) -> Json:
    return vars(comment) | {"public": comments.is_public(world, where, comment)}


def _place(world: World, arguments: Arguments) -> Place:
    account, number = _account(world, arguments), arguments.number("msg_data_id")
    where = comments.place(world, account.appid, number, arguments.number("index"))
    if where is None:
        raise NotThereError(f"there is no article {number} of this account")
    return where


def _account(world: World, arguments: Arguments) -> Account:
    appid = arguments.text("account")
    account = accounts.find(world, appid)
    if account is None:
        raise NotThereError(f"there is no account {appid}")
    return account


ACTIONS: Actions = {
    ("POST", "followers/act"): _act,
    ("GET", "comments"): _comments,
    ("POST", "comments"): _comment,
    ("POST", "comments/delete"): _think_better,
    ("POST", "comments/limit"): _limit,
}
