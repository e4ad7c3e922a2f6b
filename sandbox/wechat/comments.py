"""Comments on articles: those people wrote through the control API, and those that arrive by themselves (wechat.md 9).

Comments that arrive (switch ``comments_an_hour``) are written down when somebody looks, each with the moment it came.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.wechat import accounts, articles, followers
from sandbox.wire import Json

if TYPE_CHECKING:
    import sqlite3

    from sandbox.wechat.articles import Publication
    from sandbox.world import World

HOUR = 3_600
MOST_ARRIVING = 200
EVERY_FOURTH = 4
TEXTS = ("写得真好", "请问报名截止到哪天？", "为老师点赞", "图片很清楚", "希望多办这样的活动")


@dataclass(frozen=True)
class Place:
    """One article that can be commented on: its message and its index, counted from 0."""

    account: str
    msg_data_id: int
    index: int

    @property
    def name(self) -> str:
        """What its state is kept under."""
        return f"comments {self.msg_data_id} {self.index}"


@dataclass(frozen=True)
class Comment:
    """One comment; ``ended`` says who deleted it: nobody, its author or the account."""

    user_comment_id: int
    openid: str
    content: str
    created_at: float
    elected: bool
    reply: Json | None
    ended: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Comment:
        """Read a comment from its row."""
        reply = json.loads(row["reply"]) if row["reply"] else None
        return cls(
            row["user_comment_id"], row["openid"], row["content"], row["created_at"], bool(row["elected"]), reply,
            row["ended"],
        )  # fmt: skip


def place(world: World, account: str, msg_data_id: int, index: int) -> Place | None:
    """Answer the article of an account that is public under these numbers, or nothing."""
    for row in world.store.rows("SELECT * FROM articles WHERE msg_data_id = ?", msg_data_id):
        publication = articles.Publication.of(row)
        public = index < len(publication.items) and publication.items[index]["end"] is None
        if publication.account == account and public:
            return Place(account, msg_data_id, index)
    return None


def state(world: World, where: Place) -> Json:
    """Answer whether comments are open, since when, and whether the platform limited them."""
    row = world.store.row("SELECT value FROM memo WHERE name = ?", where.name)
    if row:
        kept: Json = json.loads(row["value"])
        return kept
    found = _publication(world, where)
    wanted = bool(int(found.items[where.index]["article"].get("need_open_comment") or 0))
    return {"open": wanted, "since": found.published_at, "limited": False}


def change(world: World, where: Place, **changes: object) -> None:
    """Open, close or limit the comments of an article."""
    value = json.dumps(state(world, where) | changes)
    world.store.run("INSERT OR REPLACE INTO memo (name, value) VALUES (?, ?)", where.name, value)


def write(world: World, where: Place, content: str, openid: str, moment: float) -> int:
    """Write a comment down; answer its number, which counts up for each article."""
    last = world.store.number(
        "SELECT MAX(user_comment_id) FROM wechat_comments WHERE msg_data_id = ? AND idx = ?",
        where.msg_data_id, where.index,
    )  # fmt: skip
    world.store.insert(
        "INSERT INTO wechat_comments (account, msg_data_id, idx, user_comment_id, openid, content, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        where.account, where.msg_data_id, where.index, last + 1, openid, content, moment,
    )  # fmt: skip
    return last + 1


def let_arrive(world: World, where: Place) -> None:
    """Write down the comments that came by themselves until now, while comments were open."""
    rate, now = world.switches.value("comments_an_hour", where.account), world.clock.now()
    stand = state(world, where)
    if not rate or not stand["open"]:
        return
    due = min(int((now - stand["since"]) / HOUR * rate), MOST_ARRIVING)
    for number in range(int(stand.get("arrived", 0)), due):
        arrive(world, where, number, stand["since"] + (number + 1) * HOUR / rate)
    change(world, where, arrived=max(due, int(stand.get("arrived", 0))))


def arrive(world: World, where: Place, number: int, moment: float) -> None:
    """Let an invented comment come; every fourth commenter is not on WeChat and has no openid."""
    account = accounts.find(world, where.account)
    people = followers.openids(account) if account else []
    someone = people[number % len(people)] if people and (number + 1) % EVERY_FOURTH else ""
    write(world, where, TEXTS[number % len(TEXTS)], someone, moment)


def on(world: World, where: Place, *, newest_first: bool = True) -> list[Comment]:
    """Answer the comments that are there."""
    rows = world.store.rows(
        "SELECT * FROM wechat_comments WHERE msg_data_id = ? AND idx = ? AND ended = '' ORDER BY user_comment_id",
        where.msg_data_id, where.index,
    )  # fmt: skip
    found = [Comment.of(row) for row in rows]
    return found[::-1] if newest_first else found


def find(world: World, where: Place, number: int) -> Comment | None:
    """Answer a comment, deleted or not, or nothing."""
    row = world.store.row(
        "SELECT * FROM wechat_comments WHERE msg_data_id = ? AND idx = ? AND user_comment_id = ?",
        where.msg_data_id, where.index, number,
    )  # fmt: skip
    return Comment.of(row) if row else None


def update(world: World, where: Place, number: int, column: str, value: object) -> None:
    """Change ``elected``, ``reply`` or ``ended`` of a comment."""
    world.store.run(
        f"UPDATE wechat_comments SET {column} = ? WHERE msg_data_id = ? AND idx = ? AND user_comment_id = ?",  # noqa: S608
        value, where.msg_data_id, where.index, number,
    )  # fmt: skip


def is_public(world: World, where: Place, comment: Comment) -> bool:
    """Say whether readers see a comment: elected ones only, unless the account shows all (``comments_shown``)."""
    return comment.elected or world.switches.value("comments_shown", where.account) == "all"


def public(world: World, publication: Publication, idx: int) -> list[Comment]:
    """Answer what readers see under an article, counted from 1."""
    where = Place(publication.account, publication.msg_data_id, idx - 1)
    return [comment for comment in on(world, where) if is_public(world, where, comment)]


def _publication(world: World, where: Place) -> Publication:
    rows = world.store.rows("SELECT * FROM articles WHERE msg_data_id = ?", where.msg_data_id)
    return next(found for found in map(articles.Publication.of, rows) if found.account == where.account)
