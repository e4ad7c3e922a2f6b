"""The draft box (wechat.md 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import identifiers
from sandbox.wechat import content
from sandbox.wechat.accounts import Group
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json

if TYPE_CHECKING:
    import sqlite3

    from sandbox.world import World

IN_BOX = "open"
LEFT = "left"
DELETED = "deleted"
RUNNING = 1


@dataclass(frozen=True)
class Draft:
    """A draft in the box."""

    media_id: str
    account: str
    created_at: float
    updated_at: float
    preview: str
    articles: list[Json]
    originals: list[Json]

    @classmethod
    def of(cls, row: sqlite3.Row) -> Draft:
        """Read a draft from its row."""
        return cls(
            row["media_id"], row["account"], row["created_at"], row["updated_at"], row["preview"],
            json.loads(row["articles"]), json.loads(row["originals"]),
        )  # fmt: skip

    def described(self, world: World, *, with_content: bool) -> Json:
        """Answer the draft as the getters show it; ``url`` is a preview, no permanent address."""
        hidden = set() if with_content else {"content"}
        items = [
            {key: value for key, value in article.items() if key not in hidden}
            | {"url": self._preview(world, index)}
            for index, article in enumerate(self.articles)
        ]
        return {"news_item": items, "create_time": int(self.created_at), "update_time": int(self.updated_at)}

    def _preview(self, world: World, index: int) -> str:
        return f"{world.base_url}/s?tempkey={self.preview}&idx={index + 1}"


def find(world: World, appid: str, media_id: str) -> Draft | None:
    """Answer a draft in an account's box, or nothing."""
    row = world.store.row(
        "SELECT * FROM drafts WHERE media_id = ? AND account = ? AND state = ?", media_id, appid, IN_BOX
    )
    return Draft.of(row) if row else None


def by_preview(world: World, key: str) -> Draft | None:
    """Answer the draft in a box that a preview address belongs to, or nothing."""
    row = world.store.row("SELECT * FROM drafts WHERE preview = ? AND state = ?", key, IN_BOX)
    return Draft.of(row) if row else None


def count_open(world: World, appid: str) -> int:
    """Answer how many drafts are in an account's box."""
    return world.store.number("SELECT COUNT(*) FROM drafts WHERE account = ? AND state = ?", appid, IN_BOX)


def leave_box(world: World, media_id: str, state: str = LEFT) -> None:
    """Take a draft out of the box: published (``LEFT``) or thrown away (``DELETED``)."""
    world.store.run("UPDATE drafts SET state = ? WHERE media_id = ?", state, media_id)


def put_back(world: World, media_id: str, *, as_copy: bool) -> None:
    """Put a draft back into the box after its task failed, under its old id or a new one (open question 10)."""
    new_id = identifiers.media_id() if as_copy else media_id
    world.store.run("UPDATE drafts SET state = ?, media_id = ? WHERE media_id = ?", IN_BOX, new_id, media_id)


def store_article(world: World, draft: Draft, index: int, stored: content.Stored) -> None:
    """Replace one article of a draft."""
    draft.articles[index], draft.originals[index] = stored.article, stored.original
    world.store.run(
        "UPDATE drafts SET articles = ?, originals = ?, updated_at = ? WHERE media_id = ?",
        _json(draft.articles), _json(draft.originals), world.clock.now(), draft.media_id,
    )  # fmt: skip


def is_running(world: World, media_id: str) -> bool:
    """Say whether a publishing task for the draft has not ended yet."""
    return bool(
        world.store.number("SELECT COUNT(*) FROM tasks WHERE media_id = ? AND status = ?", media_id, RUNNING)
    )


def add(call: Call) -> Json:
    """Store a new draft. Not idempotent: the same articles twice make two drafts (4.1)."""
    stored = content.checked_all(call, call.body.get("articles"))
    media_id = identifiers.media_id()
    call.world.store.insert(
        "INSERT INTO drafts (media_id, account, state, created_at, updated_at, preview, articles, originals)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        media_id, call.appid, IN_BOX, call.now, call.now, identifiers.serial(),
        _json([each.article for each in stored]), _json([each.original for each in stored]),
    )  # fmt: skip
    call.effect("draft.added", media_id=media_id, titles=[each.article["title"] for each in stored])
    return {"media_id": media_id, "item": []}


def get(call: Call) -> Json:
    """Answer a draft as it is stored, after the filter. Refuses with 40007."""
    return _own(call, "read").described(call.world, with_content=True)


def update(call: Call) -> Json:
    """Replace one article, counted from 0; ``articles`` is one object, not a list (4.3)."""
    draft, index = _own(call, "change"), call.number("index", 0)
    if not 0 <= index < len(draft.articles):
        raise Refusal(40114)
    article = call.body.get("articles")
    if isinstance(article, list):
        raise Refusal(47001)
    store_article(call.world, draft, index, content.checked(call, article, alone=len(draft.articles) == 1))
    if call.switch("draft_edit_changes_id"):
        put_back(call.world, draft.media_id, as_copy=True)
    call.effect("draft.updated", media_id=draft.media_id, index=index)
    return OK


def delete(call: Call) -> Json:
    """Throw a draft away for good. Refuses with 40007, also the second time."""
    draft = _own(call, "change")
    leave_box(call.world, draft.media_id, DELETED)
    call.effect("draft.deleted", media_id=draft.media_id)
    return OK


def count(call: Call) -> Json:
    """Answer how many drafts are in the box."""
    return {"total_count": count_open(call.world, call.appid)}


def batchget(call: Call) -> Json:
    """Answer a page of the box, newest first."""
    offset, size = call.page()
    return listing(call, offset, size, with_content=not call.number("no_content", 0))


def listing(call: Call, offset: int, size: int, *, with_content: bool) -> Json:
    """Answer a page of the box in the shape of ``draft/batchget``."""
    rows = call.world.store.rows(
        "SELECT * FROM drafts WHERE account = ? AND state = ? ORDER BY number DESC LIMIT ? OFFSET ?",
        call.appid, IN_BOX, size, offset,
    )  # fmt: skip
    items = [
        {
            "media_id": row["media_id"],
            "content": Draft.of(row).described(call.world, with_content=with_content),
            "update_time": int(row["updated_at"]),
        }
        for row in rows
    ]
    return {"total_count": count_open(call.world, call.appid), "item_count": len(items), "item": items}


def switch(call: Call) -> Json:
    """Answer that the draft box is on, as it is for every account today; it cannot be turned off (4.7)."""
    del call
    return OK | {"is_open": 1}


def _own(call: Call, purpose: str) -> Draft:
    """Answer the draft a call names. While its task runs, the switch ``running_draft`` decides (question 21)."""
    draft = find(call.world, call.appid, call.media_id())
    if draft is None:
        raise Refusal(40007)
    mode = call.switch("running_draft")
    closed = mode == "hidden" or (mode == "read_only" and purpose == "change")
    if closed and is_running(call.world, draft.media_id):
        raise Refusal(40007)
    return draft


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/draft/add", add, Group.DRAFT, reads_json=True),
    Endpoint("POST", "/cgi-bin/draft/get", get, Group.DRAFT, reads_json=True),
    Endpoint("POST", "/cgi-bin/draft/update", update, Group.DRAFT, reads_json=True),
    Endpoint("POST", "/cgi-bin/draft/delete", delete, Group.DRAFT, reads_json=True),
    Endpoint("GET", "/cgi-bin/draft/count", count, Group.DRAFT),
    Endpoint("POST", "/cgi-bin/draft/batchget", batchget, Group.DRAFT, reads_json=True),
    Endpoint("POST", "/cgi-bin/draft/switch", switch, Group.DRAFT),
)
