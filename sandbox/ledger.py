"""What the sandbox received, what it did about it, and what the public got to see. Append-only.

Tests judge by this record, not by the tables of the program under test: "exactly one draft, exactly one submit".
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sandbox.wire import BadMultipartError, Json, Reply, Request

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from sandbox.store import Store

SECRET_FIELDS = frozenset(
    {
        "secret", "appsecret", "component_appsecret", "access_token", "refresh_token", "client_secret", "code",
    }
)  # fmt: skip
DECISIVE_FIELDS = (
    "grant_type", "appid", "force_refresh", "cgi_path", "media_id", "type", "publish_id", "article_id", "index",
    "offset", "count", "no_content", "msg_id", "clientmsgid", "msgtype",
    "msg_data_id", "user_comment_id", "begin_date", "end_date", "rid",
)  # fmt: skip
DECISIVE_ARTICLE_FIELDS = ("title", "content_source_url", "thumb_media_id")
KEPT_RESPONSE_CHARACTERS = 2_000
MASK_KEEPS = 6


@dataclass(frozen=True)
class Effect:
    """Something the sandbox did for a request, e.g. ``draft.added`` with its media_id."""

    kind: str
    details: Json


@dataclass(frozen=True)
class PublicEffect:
    """Something the public can see has changed at a moment: one article made public, removed or banned."""

    at: float
    account: str
    kind: str
    channel: str
    article_id: str
    idx: int
    title: str
    url: str
    source_url: str
    content: str
    publish_id: str = ""
    cause: str = ""


@dataclass(frozen=True)
class Entry:
    """One request with its consequences, ready to be written down."""

    request: Request
    account: str
    effects: list[Effect]
    faults: list[str]
    reply: Reply


class Ledger:
    """Writes and reads both append-only tables."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        """Write into ``store``, stamped with the virtual time ``now`` answers."""
        self._store = store
        self._now = now

    def record(self, entry: Entry) -> int:
        """Append a request; answer its number."""
        request, reply = entry.request, entry.reply
        values: Json = {
            "at": self._now(),
            "received_at": time.time(),
            "method": request.method,
            "path": request.path,
            "query": _text({key: masked(key, value) for key, value in request.query.items()}),
            "account": entry.account,
            "token": mask(_token(request)),
            "body_bytes": len(request.body),
            "body_sha256": hashlib.sha256(request.body).hexdigest(),
            "decisive": _text(decisive(request)),
            "faults": _text(entry.faults),
            "effects": _text([asdict(effect) for effect in entry.effects]),
            "delivered": reply.delivery.value,
            "http_status": reply.status,
            "errcode": _errcode(reply.document or {}),
            "response": _text(_hidden(reply.document)) if reply.document is not None else _readable(reply),
        }
        return self._append("ledger", values)

    def made_public(self, effect: PublicEffect) -> int:
        """Append a public effect; answer its number."""
        values = asdict(effect)
        content = values.pop("content")
        values["content_sha256"] = hashlib.sha256(content.encode()).hexdigest()
        return self._append("public_effects", values)

    def entries(self, *, account: str = "", path: str = "", effect: str = "", since: int = 0) -> list[Json]:
        """Answer requests, oldest first, of one account, one path, with one kind of effect, after number ``since``."""
        rows = self._store.rows(
            "SELECT * FROM ledger WHERE seq > ? AND (? = '' OR account = ?) AND (? = '' OR path = ?) ORDER BY seq",
            since, account, account, path, path,
        )  # fmt: skip
        entries = [_entry(row) for row in rows]
        return [
            entry for entry in entries if not effect or effect in {done["kind"] for done in entry["effects"]}
        ]

    def public_effects(self, *, account: str = "", since: int = 0) -> list[Json]:
        """Answer what became public, was removed or banned, oldest first."""
        rows = self._store.rows(
            "SELECT * FROM public_effects WHERE seq > ? AND (? = '' OR account = ?) ORDER BY seq",
            since, account, account,
        )  # fmt: skip
        return [dict(row) for row in rows]

    def _append(self, table: str, values: Json) -> int:
        marks = ", ".join("?" for _ in values)
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 - our own names
        return self._store.insert(statement, *values.values())


def mask(secret: str) -> str:
    """Answer a secret's beginning and a short digest: enough to tell two apart, too little to use."""
    if not secret:
        return ""
    return f"{secret[:MASK_KEEPS]}…{hashlib.sha256(secret.encode()).hexdigest()[:8]}"


def masked(name: str, value: Any) -> Any:
    """Answer the value, masked where the name says that it is a secret."""
    return mask(str(value)) if name in SECRET_FIELDS else value


def decisive(request: Request) -> Json:
    """Answer the few fields of a request that say what it was about: ids, titles, marks, file names and digests."""
    try:
        body = json.loads(request.body)
    except (ValueError, UnicodeDecodeError):
        return {name: masked(name, value) for name, value in request.fields().items()} | _files(request)
    if not isinstance(body, dict):
        return {}
    found: Json = {name: body[name] for name in DECISIVE_FIELDS if name in body}
    articles = body.get("articles")
    if articles is not None:
        listed = articles if isinstance(articles, list) else [articles]
        found["articles"] = [
            {name: article.get(name) for name in DECISIVE_ARTICLE_FIELDS}
            for article in listed
            if isinstance(article, dict)
        ]
    return found


def _files(request: Request) -> Json:
    try:
        parts = request.form()
    except (BadMultipartError, KeyError):
        return {}
    return {
        name: {"filename": part.filename, "sha256": hashlib.sha256(part.content).hexdigest()}
        for name, part in parts.items()
        if part.filename
    }


def _token(request: Request) -> str:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    header = credentials if scheme == "OAuth2" else ""
    return request.query.get("access_token") or request.fields().get("access_token") or header


def _errcode(document: Json) -> int | None:
    code = document.get("errcode", document.get("error_code"))
    return int(code) if code is not None else None


def _hidden(document: Json) -> Json:
    return {key: masked(key, value) for key, value in document.items()}


def _readable(reply: Reply) -> str:
    textual = reply.content_type.startswith("text/")
    return (
        reply.body.decode("utf-8", "replace") if textual else f"{len(reply.body)} bytes {reply.content_type}"
    )


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # A list of articles with their content is in the tables anyway; a cut answer still says what it was.
    return text if len(text) <= KEPT_RESPONSE_CHARACTERS or not isinstance(value, dict) else _cut(value)


def _cut(document: Json) -> str:
    short = {key: value if len(str(value)) <= MASK_KEEPS**3 else "…" for key, value in document.items()}
    return json.dumps(short, ensure_ascii=False)


def _entry(row: sqlite3.Row) -> Json:
    entry: Json = dict(row)
    for name in ("query", "decisive", "faults", "effects"):
        entry[name] = json.loads(entry[name])
    return entry
