"""Logs: one JSON object a line, Chinese readable, without secrets, and with nothing a user typed that could forge a line.

`processors` is the whole chain for every record of the process, ours and the libraries'. Secrets are taken out by one
processor, wherever they stand: in messages, in values, in traces. It knows them by shape (tokens in addresses, passwords
in URLs, headers), by the name of a value, and by the values themselves that the settings hold (SE2, LG9).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]
GONE = "[removed]"
SHORTEST_KNOWN = 8  # a shorter secret would tear holes into ordinary words
_NAMES = re.compile(
    r"(secret|passw|token|authori[sz]ation|cookie|aes_?key|api_?key|credential|sealed|kek)", re.IGNORECASE
)
_SHAPES = (
    re.compile(r"(?i)\b(bearer|basic)(\s+)([\w.+/=-]{8,})"),
    re.compile(
        r"""(?ix)\b((?:access_|refresh_|stable_)?token|(?:app|client_)?secret|password|passwd|appsecret
        |encodingaeskey|authorization)(["']?\s*[=:]\s*["']?)(?!\[removed\])([^\s"'&,;)}\]]+)"""
    ),
    re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/:@]*)(:)([^\s/@]+)(?=@)"),
)
# Whoever reads a log with a terminal or an editor must not be moved, coloured or turned round by it.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class Redactor:
    """The one processor that takes secrets out. Built with the values that no line may ever hold."""

    def __init__(self, known: Iterable[str]) -> None:
        long_enough = sorted(
            {value for value in known if len(value) >= SHORTEST_KNOWN}, key=len, reverse=True
        )
        self._known = re.compile("|".join(map(re.escape, long_enough))) if long_enough else None

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """Clean every value of a record."""
        for name in list(event):
            event[name] = GONE if name != "event" and _NAMES.search(name) else self.cleaned(event[name])
        return event

    def cleaned(self, value: Any) -> Any:
        """A value without secrets; what is no plain value is told by its text."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool | int | float) or value is None:
            return value
        if isinstance(value, dict):
            return {
                str(name): GONE if _NAMES.search(str(name)) else self.cleaned(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.cleaned(inner) for inner in value]
        return self._text(str(value))

    def _text(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(GONE, text)
        for shape in _SHAPES:
            text = shape.sub(rf"\1\2{GONE}", text)
        return text


def escaped(_logger: object, _method: str, event: Event) -> Event:
    """Controls, bidirectional overrides and separators as escapes, in every text; traces keep their line breaks."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = "".join(_escape(sign) for sign in value)
    return event


def _escape(sign: str) -> str:
    if sign == "\n" or unicodedata.category(sign) not in _UNSAFE:
        return sign  # JSON itself writes a line break as two signs, so no line can be forged with one.
    return f"\\u{ord(sign):04x}"


def _message(_logger: object, _method: str, event: Event) -> Event:
    """The message under a name that log stores look for."""
    event["message"] = event.pop("event", "")
    return event


def formatter(known: Iterable[str], *, as_json: bool) -> dict[str, Any]:
    """The formatter for `logging.config`: every record through one chain, as JSON or as a readable line."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
        if as_json
        else structlog.processors.KeyValueRenderer(
            key_order=["time", "level", "logger", "message"], drop_missing=True
        )
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            Redactor(known),
            escaped,
            _message,
            last,
        ],
    }


def bind(**values: Any) -> None:
    """Say with every following record of this thread who and what it is about: ``request``, ``person``, ``worker`` …."""
    structlog.contextvars.bind_contextvars(**values)


def forget() -> None:
    """Forget what was bound; the thread turns to something else."""
    structlog.contextvars.clear_contextvars()


def bound(name: str) -> str:
    """What was bound under a name, as text; empty where nothing was."""
    return str(structlog.contextvars.get_contextvars().get(name, ""))
