"""The library of permanent material (wechat.md 7.2, 7.3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.wechat import drafts, media, menu
from sandbox.wechat.accounts import Group
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json, Part, Reply

if TYPE_CHECKING:
    import sqlite3

LISTED = "account = ? AND permanent = 1 AND deleted_at IS NULL AND kind = ?"


def add(call: Call) -> Json:
    """Keep a file for good; a video needs title and introduction. Not idempotent: each call makes one more."""
    kind, rule = media.rule_for(call, media.PERMANENT)
    part = media.uploaded(call)
    found = rule.check(part.content)
    if _count(call, kind) >= rule.cap:
        raise Refusal(45001)
    description = _description(call) if kind == "video" else ""
    name, url = media.new_picture(found) if kind in {"image", "thumb"} else (None, "")
    place = media.Shelving(kind, permanent=True, format=found, picture=name, description=description)
    media_id = media.shelve(call, part, place)
    return {"media_id": media_id, "item": []} | ({"url": url} if kind == "image" else {})


def get(call: Call) -> Json | Reply:
    """Answer material: a video's particulars as JSON, anything else as raw bytes. Refuses with 40007."""
    row = _own(call)
    if row["kind"] != "video":
        return media.raw(row)
    description = json.loads(row["description"])
    return {
        "title": description.get("title", ""),
        "description": description.get("introduction", ""),
        "down_url": f"{call.world.base_url}/media/{row['sha256']}",
    }


def delete(call: Call) -> Json:
    """Take material out of the library. Refuses with 40007, or 48005 while the menu uses it."""
    row = _own(call)
    if menu.uses(call.world, call.appid, row["media_id"]):
        raise Refusal(48005)
    call.world.store.run("UPDATE media SET deleted_at = ? WHERE media_id = ?", call.now, row["media_id"])
    call.effect("media.deleted", media_id=row["media_id"])
    return OK


def count(call: Call) -> Json:
    """Answer how much of each type the library holds. Covers uploaded as thumb count as images (question 27)."""
    images = _count(call, "image") + _count(call, "thumb")
    return {
        "voice_count": _count(call, "voice"),
        "video_count": _count(call, "video"),
        "image_count": images,
        "news_count": drafts.count_open(call.world, call.appid),
    }


def batchget(call: Call) -> Json:
    """Answer a page of the library, newest first."""
    kind, (offset, size) = call.body.get("type"), call.page()
    if kind == "news":
        return drafts.listing(call, offset, size, with_content=True)
    if kind not in {"image", "video", "voice"}:
        raise Refusal(40004)
    rows = call.world.store.rows(
        f"SELECT * FROM media WHERE {LISTED} ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?",  # noqa: S608
        call.appid, kind, size, offset,
    )  # fmt: skip
    items = [_listed(row) for row in rows]
    return {"item": items, "total_count": _count(call, kind), "item_count": len(items)}


def _listed(row: sqlite3.Row) -> Json:
    item = {
        "media_id": row["media_id"],
        "name": row["name"],
        "update_time": int(row["created_at"]),
        "tags": [],
    }
    return item | ({"url": media.picture_address(row)} if row["picture"] else {})


def _own(call: Call) -> sqlite3.Row:
    row = call.world.store.row(
        "SELECT * FROM media WHERE media_id = ? AND account = ? AND permanent = 1 AND deleted_at IS NULL"
        " AND kind <> 'inline'",
        call.media_id(), call.appid,
    )  # fmt: skip
    if row is None:
        raise Refusal(40007)
    return row


def _count(call: Call, kind: str) -> int:
    return call.world.store.number(f"SELECT COUNT(*) FROM media WHERE {LISTED}", call.appid, kind)  # noqa: S608


def _description(call: Call) -> str:
    part = call.request.form().get(
        "description", Part("", "", call.request.query.get("description", "").encode())
    )
    try:
        document = json.loads(part.content)
    except ValueError:
        raise Refusal(47001) from None
    if not isinstance(document, dict) or not document.get("title"):
        raise Refusal(40035)
    return json.dumps(document, ensure_ascii=False)


def superseded(call: Call) -> Json:
    """Refuse what drafts replaced in 2022 (7.3)."""
    del call
    raise Refusal(45106)


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/material/add_material", add, Group.MATERIAL),
    Endpoint("POST", "/cgi-bin/material/get_material", get, Group.MATERIAL, reads_json=True),
    Endpoint("POST", "/cgi-bin/material/del_material", delete, Group.MATERIAL, reads_json=True),
    Endpoint("GET", "/cgi-bin/material/get_materialcount", count, Group.MATERIAL),
    Endpoint("POST", "/cgi-bin/material/batchget_material", batchget, Group.MATERIAL, reads_json=True),
    Endpoint("POST", "/cgi-bin/material/add_news", superseded, Group.MATERIAL, reads_json=True),
    Endpoint("POST", "/cgi-bin/material/update_news", superseded, Group.MATERIAL, reads_json=True),
)
