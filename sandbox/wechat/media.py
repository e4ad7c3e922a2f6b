"""Pictures in texts, temporary media, and the shelf they share with permanent material (wechat.md 7)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import identifiers, sniffing
from sandbox.clock import DAY
from sandbox.wechat.accounts import Group
from sandbox.wechat.endpoint import Call, Endpoint
from sandbox.wechat.refusals import Refusal
from sandbox.wire import BadMultipartError, Json, Part, Reply

if TYPE_CHECKING:
    import sqlite3

    from sandbox.world import World

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
TEMPORARY_LIFE = 3 * DAY
PICTURE_HOST = "mmbiz.qpic.cn"


@dataclass(frozen=True)
class Rule:
    """What a type of media may be: formats, bytes (exclusive where ``below``), how many, and the size's errcode."""

    formats: frozenset[str]
    largest: int
    too_large: int
    cap: int = 0
    below: bool = False

    def check(self, content: bytes) -> str:
        """Answer the format. Refuses with 44001, 40005 or the size's errcode."""
        if not content:
            raise Refusal(44001)
        found = sniffing.format_of(content)
        if found not in self.formats:
            raise Refusal(40005)
        if len(content) > self.largest or (self.below and len(content) == self.largest):
            raise Refusal(self.too_large)
        return found


VOICE = frozenset({"mp3", "wma", "wav", "amr"})
INLINE = Rule(frozenset({"jpg", "png"}), MEGABYTE, 40009, below=True)
PERMANENT = {
    "image": Rule(frozenset({"bmp", "png", "jpg", "gif"}), 10 * MEGABYTE, 40009, cap=100_000),
    "voice": Rule(VOICE, 2 * MEGABYTE, 40010, cap=1_000),
    "video": Rule(frozenset({"mp4"}), 10 * MEGABYTE, 40011, cap=1_000),
    "thumb": Rule(frozenset({"jpg"}), 64 * KILOBYTE, 40012, cap=1_000),
}
TEMPORARY = PERMANENT


@dataclass(frozen=True)
class Shelving:
    """Where an upload goes."""

    kind: str
    permanent: bool
    format: str
    picture: str | None = None
    description: str = ""


def uploaded(call: Call) -> Part:
    """Answer the file of an upload. Refuses with 41005 when there is none."""
    try:
        part = call.request.form().get("media")
    except (BadMultipartError, KeyError):
        raise Refusal(41005) from None
    if part is None:
        raise Refusal(41005)
    return part


def rule_for(call: Call, rules: dict[str, Rule]) -> tuple[str, Rule]:
    """Answer type and rule of an upload from its query. Refuses with 40004."""
    kind = call.request.query.get("type", "")
    if kind not in rules:
        raise Refusal(40004)
    return kind, rules[kind]


def shelve(call: Call, part: Part, place: Shelving) -> str:
    """Keep an uploaded file; answer its media_id. It is visible to other calls after the switch ``media_lag``."""
    media_id = identifiers.media_id()
    digest = hashlib.sha256(part.content).hexdigest()
    call.world.store.insert(
        "INSERT INTO media (media_id, account, kind, permanent, name, mime, content, sha256, picture, description,"
        " created_at, visible_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        media_id, call.appid, place.kind, int(place.permanent), part.filename or "media",
        sniffing.MIME[place.format], part.content, digest, place.picture, place.description,
        call.now, call.now + call.switch("media_lag"),
    )  # fmt: skip
    call.effect("media.stored", kind=place.kind, permanent=place.permanent, media_id=media_id, sha256=digest)
    return media_id


def new_picture(found: str) -> tuple[str, str]:
    """Answer name and address of a picture of a format. The address is on the platform's host, as in reality."""
    name, suffix = identifiers.serial(), "jpeg" if found == "jpg" else found
    return name, f"http://{PICTURE_HOST}/mmbiz_{found}/{name}/0?wx_fmt={suffix}"


def picture_address(row: sqlite3.Row) -> str:
    """Answer the address a stored picture was given."""
    suffix = str(row["mime"]).removeprefix("image/")
    found = "jpg" if suffix == "jpeg" else suffix
    return f"http://{PICTURE_HOST}/mmbiz_{found}/{row['picture']}/0?wx_fmt={suffix}"


def picture(world: World, name: str) -> sqlite3.Row | None:
    """Answer a stored picture by the name in its address, deleted or not: published pages keep theirs."""
    return world.store.row("SELECT * FROM media WHERE picture = ?", name)


def upload_picture(call: Call) -> Json:
    """Keep a picture for use inside texts; every upload gets a new address, even of the same bytes (7.1)."""
    part = uploaded(call)
    found = INLINE.check(part.content)
    name, url = new_picture(found)
    shelve(call, part, Shelving("inline", permanent=True, format=found, picture=name))
    return {"url": url}


def upload_temporary(call: Call) -> Json:
    """Keep a file for 3 days; it is no cover (7.3)."""
    kind, rule = rule_for(call, TEMPORARY)
    part = uploaded(call)
    media_id = shelve(call, part, Shelving(kind, permanent=False, format=rule.check(part.content)))
    key = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, key: media_id, "created_at": int(call.now)}


def get_temporary(call: Call) -> Reply:
    """Answer the bytes of temporary media within its 3 days. Refuses with 40007."""
    row = call.world.store.row(
        "SELECT * FROM media WHERE media_id = ? AND account = ? AND permanent = 0 AND created_at > ?",
        call.request.query.get("media_id", ""), call.appid, call.now - TEMPORARY_LIFE,
    )  # fmt: skip
    if row is None:
        raise Refusal(40007)
    return raw(row)


def raw(row: sqlite3.Row) -> Reply:
    """Answer stored bytes as a download."""
    disposition = f'attachment; filename="{row["name"]}"'.encode("ascii", "replace").decode()
    return Reply(body=row["content"], content_type=row["mime"], headers={"Content-disposition": disposition})


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/media/uploadimg", upload_picture, Group.MATERIAL),
    Endpoint("POST", "/cgi-bin/media/upload", upload_temporary, Group.MATERIAL),
    Endpoint("GET", "/cgi-bin/media/get", get_temporary, Group.MATERIAL),
)
