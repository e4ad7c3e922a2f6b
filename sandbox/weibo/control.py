"""The control calls that arrange Weibo: apps, users, authorisations, what happens on weibo.com, moderation."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sandbox.arguments import Actions, Arguments, BadRequestError, NotThereError
from sandbox.weibo import cancels, comments, posts, tokens
from sandbox.weibo.apps import APPS, App
from sandbox.weibo.comments import Comment, Remark
from sandbox.weibo.documents import Shelf
from sandbox.weibo.posts import End, Post, Writing
from sandbox.weibo.users import USERS, User

if TYPE_CHECKING:
    from sandbox.arguments import Action
    from sandbox.wire import Json
    from sandbox.world import World

T = TypeVar("T")


def _listing(shelf: Shelf[T], plural: str) -> Action:
    def answer(world: World, arguments: Arguments) -> Json:
        arguments.only()
        return {plural: [shelf.document(each) for each in shelf.every(world)]}

    return answer


def _creating(shelf: Shelf[T]) -> Action:
    def answer(world: World, arguments: Arguments) -> Json:
        thing = shelf.parse(arguments.values)
        if shelf.find(world, shelf.name_of(thing)):
            raise BadRequestError(f"there is {shelf.name} {shelf.name_of(thing)} already")
        return shelf.document(shelf.keep(world, thing))

    return answer


def _changing(shelf: Shelf[T]) -> Action:
    def answer(world: World, arguments: Arguments) -> Json:
        thing = _found(world, shelf, arguments)
        return shelf.document(shelf.keep(world, shelf.changed(thing, arguments.values)))

    return answer


def _found(world: World, shelf: Shelf[T], arguments: Arguments) -> T:
    name = arguments.text(shelf.name)
    thing = shelf.find(world, name)
    if thing is None:
        raise NotThereError(f"there is no {shelf.name} {name}")
    return thing


def _authorise(world: World, arguments: Arguments) -> Json:
    arguments.only("app_key", "uid")
    app, user = _app(world, arguments), _user(world, arguments)
    row = tokens.issue(world, app, user.uid)
    return {"access_token": row["token"], "expires_at": row["expires_at"], "uid": user.uid}


def _withdraw(world: World, arguments: Arguments) -> Json:
    arguments.only("app_key", "uid")
    return {"ended": tokens.withdraw(world, _app(world, arguments), _user(world, arguments).uid)}


def _cancels(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return {"cancels": cancels.listing(world)}


def _posts(world: World, arguments: Arguments) -> Json:
    arguments.only("uid")
    found = posts.of_user(world, _user(world, arguments).uid)
    return {
        "posts": [
            each.described(world) | {"ended": each.ended, "public": each.is_public, "picture": each.pid}
            for each in found
        ]
    }


def _post_by_hand(world: World, arguments: Arguments) -> Json:
    arguments.only("uid", "text")
    text = arguments.text("text")
    return posts.make(world, _user(world, arguments), None, Writing(text, text)).described(world)


def _delete_post(world: World, arguments: Arguments) -> Json:
    return _end_post(world, arguments, End.DELETED, "website")


def _moderate_post(world: World, arguments: Arguments) -> Json:
    return _end_post(world, arguments, End.MODERATED, "moderation")


def _end_post(world: World, arguments: Arguments, how: End, cause: str) -> Json:
    arguments.only("mid")
    post = _post(world, arguments)
    return {"mid": str(post.mid), "ended": posts.end(world, post, how, world.clock.now(), cause)}


def _comments(world: World, arguments: Arguments) -> Json:
    arguments.only("mid")
    found = comments.on(world, _post(world, arguments).mid)
    return {"comments": [{"cid": str(each.cid), "uid": each.uid, "text": each.text} for each in found]}


def _comment(world: World, arguments: Arguments) -> Json:
    arguments.only("mid", "uid", "text", "reply_to")
    remark = Remark(
        _post(world, arguments).mid,
        _user(world, arguments).uid,
        arguments.text("text"),
        reply_to=arguments.number("reply_to") or None,
    )
    return {"cid": str(comments.make(world, remark).cid)}


def _delete_comment(world: World, arguments: Arguments) -> Json:
    arguments.only("cid")
    comment: Comment | None = comments.find(world, arguments.number("cid"))
    if comment is None:
        raise NotThereError("there is no such comment")
    comments.delete(world, comment)
    return {"cid": str(comment.cid)}


def _app(world: World, arguments: Arguments) -> App:
    return _found(world, APPS, arguments)


def _user(world: World, arguments: Arguments) -> User:
    return _found(world, USERS, arguments)


def _post(world: World, arguments: Arguments) -> Post:
    post = posts.find(world, arguments.number("mid"))
    if post is None:
        raise NotThereError("there is no such post")
    return post


ACTIONS: Actions = {
    ("GET", "weibo/apps"): _listing(APPS, "apps"),
    ("POST", "weibo/apps"): _creating(APPS),
    ("POST", "weibo/apps/update"): _changing(APPS),
    ("GET", "weibo/users"): _listing(USERS, "users"),
    ("POST", "weibo/users"): _creating(USERS),
    ("POST", "weibo/users/update"): _changing(USERS),
    ("POST", "weibo/authorise"): _authorise,
    ("POST", "weibo/withdraw"): _withdraw,
    ("GET", "weibo/cancels"): _cancels,
    ("GET", "weibo/posts"): _posts,
    ("POST", "weibo/posts"): _post_by_hand,
    ("POST", "weibo/posts/delete"): _delete_post,
    ("POST", "weibo/posts/moderate"): _moderate_post,
    ("GET", "weibo/comments"): _comments,
    ("POST", "weibo/comments"): _comment,
    ("POST", "weibo/comments/delete"): _delete_comment,
}
