"""What people do in the platform's own console, and the platform to them: none of it goes through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.arguments import BadRequestError, NotThereError
from sandbox.wechat import accounts, articles, content, drafts, publishing
from sandbox.wechat.articles import Channel, End
from sandbox.wechat.endpoint import Call
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json, Request

if TYPE_CHECKING:
    from sandbox.world import World


def edit_draft(world: World, media_id: str, index: int, changes: Json) -> Json:
    """Change fields of one article, counted from 0, of a draft in the box; the content passes the same filter."""
    draft = _draft(world, media_id)
    if not 0 <= index < len(draft.articles):
        raise NotThereError(f"the draft has no article {index}")
    call = _call(world, draft.account)
    try:
        stored = content.checked(call, draft.articles[index] | changes, alone=len(draft.articles) == 1)
    except Refusal as refusal:
        raise BadRequestError(f"{refusal.errcode} {refusal.errmsg}") from None
    drafts.store_article(world, draft, index, stored)
    return {"media_id": media_id, "index": index}


def delete_draft(world: World, media_id: str) -> Json:
    """Throw a draft away."""
    drafts.leave_box(world, _draft(world, media_id).media_id, drafts.DELETED)
    return {"media_id": media_id}


def publish(world: World, media_id: str, *, notify: bool) -> Json:
    """Publish a draft by hand, at once: with notification (never listed by the API), or quietly (listed)."""
    draft = _draft(world, media_id)
    channel = Channel.CONSOLE_NOTIFIED if notify else Channel.CONSOLE_QUIET
    task = articles.Task("", articles.next_message(world), world.clock.now(), "console")
    account = _account(world, draft.account)
    publication = articles.publish(world, account, channel, draft.articles, task)
    drafts.leave_box(world, media_id)
    urls = [publication.address(world, idx) for idx in range(1, len(publication.items) + 1)]
    return {"article_id": publication.article_id, "urls": urls}


def end_article(world: World, article_id: str, index: int, how: End) -> Json:
    """Delete an article in the console, or ban it as the platform; counted from 1, 0 means all."""
    publication = articles.find(world, article_id)
    if publication is None or index > len(publication.items):
        raise NotThereError(f"there is no article {article_id} {index}")
    indexes = [index] if index else range(1, len(publication.items) + 1)
    cause = "console" if how is End.REMOVED else "platform"
    return {"article_id": article_id, "indexes": publishing.end(world, publication, indexes, how, cause)}


def listed_drafts(world: World, account: str) -> list[Json]:
    """Answer all drafts ever, with what was received, what was stored and what the filter took away."""
    rows = world.store.rows("SELECT * FROM drafts WHERE ? IN ('', account) ORDER BY number", account)
    return [
        {"media_id": row["media_id"], "account": row["account"], "state": row["state"]}
        | {"articles": draft.articles, "originals": draft.originals}
        for row, draft in ((row, drafts.Draft.of(row)) for row in rows)
    ]


def _draft(world: World, media_id: str) -> drafts.Draft:
    row = world.store.row("SELECT account FROM drafts WHERE media_id = ?", media_id)
    draft = drafts.find(world, row["account"], media_id) if row else None
    if draft is None:
        raise NotThereError(f"there is no draft {media_id} in any box")
    return draft


def _account(world: World, appid: str) -> accounts.Account:
    account = accounts.find(world, appid)
    if account is None:
        raise NotThereError(f"there is no account {appid}")
    return account


def _call(world: World, appid: str) -> Call:
    return Call(world, Request("POST", "/console", {}, {}, b""), _account(world, appid))
