"""Canary secrets over the whole suite (SE2): what the tests set as secrets must turn up nowhere, in none of nine encodings.

`watching` stands around every test. It looks into each log record as it is formatted, each answer of a test browser,
each row of the ledger as it is written, and each mail. The one answer that may hold a secret is the look itself.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.core import mail
from django.test import Client

from guanhao.core import rows
from guanhao.ledger.models import Event, EventDetail

_SHOWS = frozenset({"reveal"})


def encodings(value: str) -> dict[str, frozenset[bytes]]:
    """How a secret may be written down: nine ways, some of them with several alignments."""
    raw = value.encode()
    return {
        "plain": frozenset({raw}),
        "base64": _aligned(raw, base64.b64encode),
        "base64url": _aligned(raw, base64.urlsafe_b64encode),
        "hex": frozenset({raw.hex().encode(), raw.hex().upper().encode()}),
        "percent": frozenset({quote(value, safe="").encode()}),
        "utf-16": frozenset({value.encode("utf-16-le"), value.encode("utf-16-be")}),
        "json": frozenset(
            {json.dumps(value)[1:-1].encode(), json.dumps(value, ensure_ascii=False)[1:-1].encode()}
        ),
        "html": frozenset({html.escape(value).encode()}),
        "reversed": frozenset({value[::-1].encode()}),
    }


def _aligned(raw: bytes, encode: Callable[[bytes], bytes]) -> frozenset[bytes]:
    """Base64 of a text inside another depends on where it begins; what is the same in each of the three cases."""
    found = set()
    for before in range(3):
        written = encode(b"\0" * before + raw)
        first = (before * 8 + 5) // 6
        last = (before + len(raw)) * 8 // 6
        found.add(written[first:last])
    return frozenset(found)


class Canaries:
    """Secrets that are looked for, and where they were found."""

    def __init__(self, *values: str) -> None:
        self.found: list[str] = []
        self._names = {
            written: name for value in values for name, all_ in encodings(value).items() for written in all_
        }
        self._pattern = re.compile(
            b"|".join(re.escape(one) for one in sorted(self._names, key=len, reverse=True))
        )

    def look(self, where: str, blob: bytes) -> None:
        """Note where a canary stands in a blob."""
        if hit := self._pattern.search(blob):
            self.found.append(f"{where} ({self._names[hit.group()]})")


class _Listener(logging.Handler):
    """Formats every record as a file would get it, trace included, and looks into it."""

    def __init__(self, canaries: Canaries) -> None:
        super().__init__(logging.NOTSET)
        self.canaries = canaries
        self.setFormatter(logging.Formatter("%(message)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Look into one record."""
        try:
            text = self.format(record)
        except Exception:  # noqa: BLE001 - a record that cannot be formatted is written nowhere.
            return
        self.canaries.look(f"log {record.name}", text.encode("utf-8", "replace"))


@contextmanager
def watching(patch: Any, *values: str) -> Iterator[Canaries]:
    """Look for the values in everything that is logged, answered, recorded and mailed inside the block."""
    canaries = Canaries(*values)
    listener = _Listener(canaries)
    request, insert = Client.request, rows.insert

    def asked(client: Client, **given: Any) -> Any:
        response = request(client, **given)
        match = getattr(response, "resolver_match", None)
        name = match.url_name if match is not None else ""
        if not response.streaming and name not in _SHOWS:
            canaries.look(f"answer {given.get('PATH_INFO')}", response.content)
            canaries.look(f"headers {given.get('PATH_INFO')}", str(response.headers).encode())
        return response

    def inserted(row: Any) -> Any:
        if isinstance(row, Event):
            canaries.look(f"ledger {row.action}", bytes(row.entry))
        elif isinstance(row, EventDetail):
            canaries.look("ledger detail", json.dumps(row.data, ensure_ascii=False).encode())
        return insert(row)

    patch.setattr(Client, "request", asked)
    patch.setattr(rows, "insert", inserted)
    logging.getLogger().addHandler(listener)
    try:
        yield canaries
    finally:
        logging.getLogger().removeHandler(listener)
        for message in getattr(mail, "outbox", []):
            canaries.look("mail", f"{message.subject}\n{message.body}".encode())
