"""What is public: articles of a finished publication, their addresses and their end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from sandbox import identifiers
from sandbox.ledger import PublicEffect
from sandbox.wire import Json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from sandbox.wechat.accounts import Account
    from sandbox.world import World

FIRST_MESSAGE = 2_247_483_647


class Channel(Enum):
    """How a publication came about; only the first two are listed by ``freepublish/batchget`` (wechat.md 5.4)."""

    FREEPUBLISH = "freepublish"
    CONSOLE_QUIET = "console_quiet"
    CONSOLE_NOTIFIED = "console_notified"
    MASS = "mass"


class End(Enum):
    """How an article stopped being public, with the ``publish_status`` it leads to (wechat.md 5.2)."""

    REMOVED = 5
    BANNED = 6


_LISTED = f"account = ? AND channel IN ('{Channel.FREEPUBLISH.value}', '{Channel.CONSOLE_QUIET.value}')"
_STILL_PUBLIC = "EXISTS (SELECT 1 FROM json_each(items) WHERE json_extract(json_each.value, '$.end') IS NULL)"


@dataclass(frozen=True)
class Publication:
    """One to eight articles published at once under one article_id."""

    article_id: str
    account: str
    channel: str
    msg_data_id: int
    published_at: float
    updated_at: float
    items: list[Json]

    @classmethod
    def of(cls, row: sqlite3.Row) -> Publication:
        """Read a publication from its row."""
        return cls(
            row["article_id"], row["account"], row["channel"], row["msg_data_id"], row["published_at"],
            row["updated_at"], json.loads(row["items"]),
        )  # fmt: skip

    def address(self, world: World, idx: int) -> str:
        """Answer the permanent address of an article, counted from 1; its ``mid`` is the msg_data_id (5.1)."""
        hosts = {"sandbox": world.base_url, "wechat": "http://mp.weixin.qq.com"}
        host = hosts[world.switches.value("article_host", self.account)]
        item = self.items[idx - 1]
        return f"{host}/s?__biz={item['biz']}&mid={self.msg_data_id}&idx={idx}&sn={item['sn']}#rd"

    def addresses(self, world: World) -> list[Json]:
        """Answer index and address of every article, as ``article_detail.item`` has them (5.2)."""
        indexes = range(1, len(self.items) + 1)
        return [{"idx": idx, "article_url": self.address(world, idx)} for idx in indexes]

    def described(self, world: World, idx: int) -> Json:
        """Answer an article, counted from 1, as the control API shows what is public."""
        article = self.items[idx - 1]["article"]
        shown = {name: article[name] for name in ("title", "author", "content_source_url", "content")}
        return shown | {
            "account": self.account,
            "channel": self.channel,
            "article_id": self.article_id,
            "idx": idx,
            "url": self.address(world, idx),
            "published_at": self.published_at,
        }

    @property
    def ended(self) -> End | None:
        """How the publication ended, when no article of it is public any more."""
        ends = [item["end"] for item in self.items]
        if None in ends:
            return None
        return End.BANNED if set(ends) == {End.BANNED.value} else End.REMOVED


def publish(
    world: World, account: Account, channel: Channel, articles: list[Json], task: Task
) -> Publication:
    """Make articles public, and say so in the ledger of public effects."""
    biz = account.original_id.removeprefix("gh_") + "=="
    items = [
        {"article": article, "sn": identifiers.serial(), "biz": biz, "end": None} for article in articles
    ]
    publication = Publication(
        identifiers.article_id(), account.appid, channel.value, task.msg_data_id, task.at, task.at, items
    )
    world.store.insert(
        "INSERT INTO articles (article_id, account, channel, msg_data_id, published_at, updated_at, items)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        publication.article_id, account.appid, channel.value, task.msg_data_id, task.at, task.at,
        json.dumps(items, ensure_ascii=False),
    )  # fmt: skip
    for idx in range(1, len(items) + 1):
        world.ledger.made_public(_effect(world, publication, idx, "published", task))
    return publication


@dataclass(frozen=True)
class ListQuery:
    """Which publications of an account a list shows: those published until a moment, a page of them."""

    account: str
    published_until: float
    offset: int
    count: int
    with_deleted: bool


@dataclass(frozen=True)
class Task:
    """What made something public, or undid it: its number for the client, its message number, its moment."""

    publish_id: str
    msg_data_id: int
    at: float
    cause: str


def end(world: World, publication: Publication, indexes: Iterable[int], how: End, cause: str) -> list[int]:
    """Take articles, counted from 1, away from the public; answer those that were public until now."""
    gone = [idx for idx in indexes if publication.items[idx - 1]["end"] is None]
    for idx in gone:
        publication.items[idx - 1]["end"] = how.value
        task = Task("", publication.msg_data_id, world.clock.now(), cause)
        world.ledger.made_public(_effect(world, publication, idx, how.name.lower(), task))
    world.store.run(
        "UPDATE articles SET items = ?, updated_at = ? WHERE article_id = ?",
        json.dumps(publication.items, ensure_ascii=False), world.clock.now(), publication.article_id,
    )  # fmt: skip
    return gone


def find(world: World, article_id: str) -> Publication | None:
    """Answer a publication by its article_id, whoever's it is, or nothing."""
    row = world.store.row("SELECT * FROM articles WHERE article_id = ?", article_id)
    return Publication.of(row) if row else None


def by_address(world: World, query: dict[str, str]) -> tuple[Publication, int] | None:
    """Answer publication and index (from 1) of a permanent address's query, or nothing."""
    mid, idx = query.get("mid", ""), query.get("idx", "")
    for row in world.store.rows("SELECT * FROM articles WHERE msg_data_id = CAST(? AS INTEGER)", mid):
        publication = Publication.of(row)
        for index, item in enumerate(publication.items, 1):
            if str(index) == idx and item["sn"] == query.get("sn"):
                return publication, index
    return None


def by_url(world: World, url: str) -> tuple[Publication, int] | None:
    """Answer publication and index (from 1) of a whole permanent address, or nothing."""
    return by_address(world, dict(parse_qsl(url.partition("?")[2].partition("#")[0])))


def every(world: World, account: str = "") -> list[Publication]:
    """Answer all publications, newest first, of one account or of all."""
    rows = world.store.rows("SELECT * FROM articles WHERE ? IN ('', account) ORDER BY number DESC", account)
    return [Publication.of(row) for row in rows]


def listed(world: World, query: ListQuery) -> tuple[int, list[Publication]]:
    """Answer how many publications the API lists, and a page of them, newest first."""
    condition = _LISTED + " AND published_at <= ?" + ("" if query.with_deleted else f" AND {_STILL_PUBLIC}")
    values = (query.account, query.published_until)
    total = world.store.number(f"SELECT COUNT(*) FROM articles WHERE {condition}", *values)  # noqa: S608
    rows = world.store.rows(
        f"SELECT * FROM articles WHERE {condition} ORDER BY number DESC LIMIT ? OFFSET ?",  # noqa: S608
        *values, query.count, query.offset,
    )  # fmt: skip
    return total, [Publication.of(row) for row in rows]


def times_published(world: World, account: str, channel: Channel) -> list[float]:
    """Answer when an account published through a channel."""
    rows = world.store.rows(
        "SELECT published_at FROM articles WHERE account = ? AND channel = ?", account, channel.value
    )
    return [row["published_at"] for row in rows]


def next_message(world: World) -> int:
    """Answer a message number nobody has used: the msg_data_id of what will be published."""
    row = world.store.row("SELECT value FROM memo WHERE name = 'message'")
    number = int(row["value"]) + 1 if row else FIRST_MESSAGE
    world.store.run("INSERT OR REPLACE INTO memo (name, value) VALUES ('message', ?)", str(number))
    return number


def _effect(world: World, publication: Publication, idx: int, kind: str, task: Task) -> PublicEffect:
    article = publication.items[idx - 1]["article"]
    return PublicEffect(
        at=task.at,
        account=publication.account,
        kind=kind,
        channel=publication.channel,
        article_id=publication.article_id,
        idx=idx,
        title=article["title"],
        url=publication.address(world, idx),
        source_url=article["content_source_url"],
        content=article["content"],
        publish_id=task.publish_id,
        cause=task.cause,
    )
