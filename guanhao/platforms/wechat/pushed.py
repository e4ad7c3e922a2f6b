"""From a pushed message to typed values (wechat.md 5.3, 6.7, 12.2, 12.6). Only what is proved by its signature gets here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from xml.parsers import expat  # DTDs and entities are refused below, depth and size bounded.

from guanhao.core.canonical import digest

MOST_DEPTH = 12
MOST_TEXT = 300  # of any value we keep

Fields = dict[str, Any]


class NotAMessage(Exception):  # noqa: N818 - an answer about what came.
    """The content is neither the XML nor the JSON of a push."""


class PushedKind(StrEnum):
    """What a push tells."""

    PUBLISH_FINISHED = "publish_finished"
    MASS_FINISHED = "mass_finished"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    CONSENT_REVOKED = "consent_revoked"
    MESSAGE = "message"
    OTHER_EVENT = "other_event"


_EVENTS = {
    "PUBLISHJOBFINISH": PushedKind.PUBLISH_FINISHED,
    "MASSSENDJOBFINISH": PushedKind.MASS_FINISHED,
    "subscribe": PushedKind.FOLLOWED,
    "unsubscribe": PushedKind.UNFOLLOWED,
    "user_authorization_revoke": PushedKind.CONSENT_REVOKED,
}


@dataclass(frozen=True, slots=True)
class Pushed:
    """One message.

    ``identity`` tells it from every other one of the account (12.2); ``reference`` is the publish_id or msg_id it is
    about; ``user`` an openid; ``facts`` are what it claims, texts at most 300 characters long.
    """

    kind: PushedKind
    identity: str
    created: int  # seconds since 1970, by the platform
    reference: str = ""
    user: str = field(default="", repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict)


def message(content: bytes) -> Pushed:
    """Read a push.

    Raises:
        NotAMessage: it is not built like one.
    """
    fields = _fields(content)
    kind = _kind(fields)
    created = _number(fields.get("CreateTime"))
    if kind is PushedKind.PUBLISH_FINISHED:
        return _publish_finished(fields, created)
    if kind is PushedKind.MASS_FINISHED:
        return _mass_finished(fields, created)
    user = _text(fields, "OpenID") if kind is PushedKind.CONSENT_REVOKED else ""
    facts = {"what": _text(fields, "MsgType") if kind is PushedKind.MESSAGE else _text(fields, "Event")}
    return Pushed(kind, _identity(fields), created, user=user or _text(fields, "FromUserName"), facts=facts)


def _kind(fields: Fields) -> PushedKind:
    what = _text(fields, "MsgType")
    if not what:
        raise NotAMessage("The message names no MsgType.")
    return (
        _EVENTS.get(_text(fields, "Event"), PushedKind.OTHER_EVENT) if what == "event" else PushedKind.MESSAGE
    )


def _identity(fields: Fields) -> str:
    """Messages by MsgId; other events by who, when and what (12.2). A digest: the openid in it is not kept."""
    number = _text(fields, "MsgId")
    names = ("FromUserName", "CreateTime", "Event", "EventKey")
    return digest(["message", number] if number else ["event", *(_text(fields, name) for name in names)])


def _publish_finished(fields: Fields, created: int) -> Pushed:
    about = _table(fields.get("PublishEventInfo"))
    publish_id, status = _text(about, "publish_id"), _text(about, "publish_status")
    if not publish_id:
        raise NotAMessage("The event names no publish_id.")
    items = _rows(_table(about.get("article_detail")).get("item"))
    facts = {
        "publish_status": status,
        "article_id": _text(about, "article_id"),
        "urls": {_text(item, "idx"): _text(item, "article_url") for item in items},
        "failed": [_plain(index) for index in _several(about.get("fail_idx"))],
    }
    # The status belongs to the identity: a publication that ends twice (published, later banned) is told twice.
    identity = digest(["PUBLISHJOBFINISH", publish_id, status])
    return Pushed(PushedKind.PUBLISH_FINISHED, identity, created, publish_id, facts=facts)


def _mass_finished(fields: Fields, created: int) -> Pushed:
    number = _text(fields, "MsgID") or _text(fields, "MsgId")
    if not number:
        raise NotAMessage("The event names no MsgID.")
    addresses = _rows(_table(_table(fields.get("ArticleUrlResult")).get("ResultList")).get("item"))
    copies = _table(fields.get("CopyrightCheckResult"))
    counts = ("TotalCount", "FilterCount", "SentCount", "ErrorCount")
    facts = {
        "status": _text(fields, "Status"),
        "counts": {name: _number(fields.get(name)) for name in counts if name in fields},
        "urls": {_text(row, "ArticleIdx"): _text(row, "ArticleUrl") for row in addresses},
        "check_state": _text(copies, "CheckState"),
    }
    return Pushed(
        PushedKind.MASS_FINISHED, digest(["MASSSENDJOBFINISH", number]), created, number, facts=facts
    )


# --- Lenient readers: an element may come once or repeated, a number as text (0) ----------------------------------------


def _table(value: Any) -> Fields:
    return value if isinstance(value, dict) else {}


def _several(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _rows(value: Any) -> list[Fields]:
    return [row for row in _several(value) if isinstance(row, dict)]


def _text(fields: Fields, name: str) -> str:
    return _plain(fields.get(name))


def _plain(value: Any) -> str:
    return str(value).strip()[:MOST_TEXT] if isinstance(value, (str, int)) else ""


def _number(value: Any) -> int:
    text = _plain(value)
    return int(text) if text.isascii() and text.isdigit() else 0


def _fields(content: bytes) -> Fields:
    if content.lstrip().startswith(b"{"):
        return _json(content)
    return _Elements().read(content)


def _json(content: bytes) -> Fields:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise NotAMessage("The message is no JSON.") from None
    if not isinstance(found, dict):
        raise NotAMessage("The message is no JSON object.")
    return found


class _Elements:
    """Reads elements into tables: children by name, repeated ones as lists. No DTD, no entity, bounded depth (NT3)."""

    def __init__(self) -> None:
        self._open: list[tuple[str, Fields, list[str]]] = []
        self._root: Any = None

    def read(self, content: bytes) -> Fields:
        """The children of the root element.

        Raises:
            NotAMessage: it is no well-formed XML, declares a document type or nests too deeply.
        """
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError):
            raise NotAMessage("The message is no XML.") from None
        return _table(self._root)

    def _begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise NotAMessage("The message nests too deeply.")
        self._open.append((name, {}, []))

    def _say(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _end(self, _name: str) -> None:
        name, children, texts = self._open.pop()
        value: Any = children or "".join(texts)
        if not self._open:
            self._root = value
            return
        around = self._open[-1][1]
        around[name] = [*_several(around[name]), value] if name in around else value


def _refuse(*_declaration: Any) -> None:
    raise NotAMessage("The message declares a document type.")
