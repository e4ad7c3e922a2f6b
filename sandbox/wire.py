"""Requests and replies as plain values, so that nothing behind the HTTP server knows about sockets."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]


class Delivery(Enum):
    """How a reply leaves: whole, cut in the middle, or not at all (the connection is reset)."""

    WHOLE = "whole"
    TRUNCATED = "truncated"
    RESET = "reset"


class BadMultipartError(Exception):
    """The body is not multipart/form-data as RFC 7578 describes it."""


@dataclass(frozen=True)
class Part:
    """One field of a multipart form."""

    name: str
    filename: str
    content: bytes


@dataclass(frozen=True)
class Request:
    """One HTTP request, read completely."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    address: str = "127.0.0.1"

    @classmethod
    def of(cls, method: str, target: str, headers: dict[str, str], body: bytes, address: str) -> Request:
        """Build a request from the request line's target, headers with lower-case names, and the body."""
        path, _, query = target.partition("?")
        return cls(method, path, dict(parse_qsl(query, keep_blank_values=True)), headers, body, address)

    def form(self) -> dict[str, Part]:
        """Answer the parts of a multipart form by field name. Raises BadMultipartError."""
        found = re.search(r'boundary="?([^";,]+)"?', self.headers.get("content-type", ""))
        if not found or "multipart/form-data" not in self.headers["content-type"]:
            raise BadMultipartError
        delimiter = b"\r\n--" + found[1].encode("latin-1")
        pieces = (b"\r\n" + self.body).split(delimiter)
        parts = [_part(piece) for piece in pieces[1:] if not piece.startswith(b"--")]
        return {part.name: part for part in parts}

    def fields(self) -> dict[str, str]:
        """Answer the plain fields of a form, urlencoded or multipart; none where the body is no form."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            parts = self.form()
        except (BadMultipartError, KeyError):
            return {}
        return {
            part.name: part.content.decode("utf-8", "replace") for part in parts.values() if not part.filename
        }


def _part(piece: bytes) -> Part:
    head, separator, content = piece.partition(b"\r\n\r\n")
    text = head.decode("utf-8", "replace")
    name = re.search(r'[;\s]name="([^"]*)"', text)
    if not separator or not name:
        raise BadMultipartError
    filename = re.search(r'filename="([^"]*)"', text)
    return Part(name[1], filename[1] if filename else "", content)


@dataclass
class Reply:
    """One HTTP reply. ``document`` is kept beside the bytes as long as it is JSON, so faults can change it."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    document: Json | None = None
    delivery: Delivery = Delivery.WHOLE

    def finish(self) -> Reply:
        """Write the document, where there is one, into the body, as UTF-8 without escapes."""
        if self.document is not None:
            self.body = json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()
        return self


def array(items: list[Json]) -> Reply:
    """Answer a bare JSON array."""
    return Reply(body=json.dumps(items, ensure_ascii=False, separators=(",", ":")).encode())


def html(text: str, status: int = 200) -> Reply:
    """Answer a page."""
    return Reply(status=status, body=text.encode(), content_type="text/html; charset=utf-8")
