"""Comments as they are kept and shown (weibo.md 4)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.weibo import numbers, posts, tokens, users
from sandbox.weibo.apps import App
from sandbox.weibo.users import USERS
from sandbox.wire import Json

if TYPE_CHECKING:
    from sandbox.world import World


@dataclass(frozen=True)
class Comment:
    """One comment."""

    cid: int
    mid: int
    uid: str
    text: str
    reply_to: int | None
    created_at: float
    deleted: bool

    @classmethod
    def of(cls, row: sqlite3.Row) -> Comment:
        """Read a comment from its row."""
        return cls(
            row["cid"], row["mid"], row["uid"], row["text"], row["reply_to"], row["created_at"],
            bool(row["deleted"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """What goes into a new comment: on which post, by whom, through which app, in answer to what."""

    mid: int
    uid: str
    text: str
    app_key: str = ""
    reply_to: int | None = None


def make(world: World, remark: Remark) -> Comment:
    """Keep a new comment."""
    cid = numbers.next_id(world, remark.uid)
    world.store.insert(
        "INSERT INTO weibo_comments (cid, mid, uid, app_key, text, reply_to, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        cid, remark.mid, remark.uid, remark.app_key, remark.text, remark.reply_to, world.clock.now(),
    )  # fmt: skip
    return Comment(
        cid, remark.mid, remark.uid, remark.text, remark.reply_to, world.clock.now(), deleted=False
    )


def delete(world: World, comment: Comment) -> None:
    """Take a comment away."""
    world.store.run("UPDATE weibo_comments SET deleted = 1 WHERE cid = ?", comment.cid)


def find(world: World, cid: int) -> Comment | None:
    """Answer a comment that is there, or nothing."""
    row = world.store.row("SELECT * FROM weibo_comments WHERE cid = ? AND deleted = 0", cid)
    return Comment.of(row) if row else None


def every(world: World) -> list[Comment]:
    """Answer all comments that are there, newest first."""
    rows = world.store.rows("SELECT * FROM weibo_comments WHERE deleted = 0 ORDER BY cid DESC")
    return [Comment.of(row) for row in rows]


def on(world: World, mid: int) -> list[Comment]:
    """Answer the comments on a post, newest first."""
    rows = world.store.rows(
        "SELECT * FROM weibo_comments WHERE deleted = 0 AND mid = ? ORDER BY cid DESC", mid
    )
    return [Comment.of(row) for row in rows]


def shown(world: World, comment: Comment, app: App) -> Json:
    """Answer the comment object as an app sees it."""
    user, post = USERS.find(world, comment.uid), posts.find(world, comment.mid)
    answered = find(world, comment.reply_to) if comment.reply_to else None
    document: Json = {
        "created_at": numbers.date(comment.created_at),
        "id": comment.cid,
        "idstr": str(comment.cid),
        "mid": str(comment.cid),
        "text": comment.text,
        "source": "",
    }
    if user:
        whole = tokens.has_authorised(world, app, user.uid)
        document["user"] = users.shown(world, user, whole=whole)
    if post:
        document["status"] = posts.shown(world, post, app)
    if answered:
        document["reply_comment"] = shown(world, answered, app)
    return document
