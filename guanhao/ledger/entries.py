"""What one leaf of the log says, as canonical JSON, and the salted commitment to what it does not say (K6, LG3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from guanhao.core.canonical import canonical_json

SCHEMA = 1
_COMMITMENT = b"guanhao/detail/1\x00"
_UNSTORABLE = dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a log. It holds no personal data: keys, states and digests only.

    ``at`` is UTC with microseconds; ``detail`` is the commitment to the erasable side.
    """

    log: str
    index: int
    at: datetime
    action: str
    actor_kind: str
    actor_id: str
    acting_for: str
    subject_kind: str
    subject_id: str
    gesture: str
    clause: str
    facts: dict[str, Any]
    detail: str

    def to_bytes(self) -> bytes:
        """The bytes that the leaf hash covers."""
        return canonical_json(
            {
                "schema": SCHEMA,
                "log": self.log,
                "index": self.index,
                "at": stamp(self.at),
                "action": self.action,
                "actor": {"kind": self.actor_kind, "id": self.actor_id, "for": self.acting_for},
                "subject": {"kind": self.subject_kind, "id": self.subject_id},
                "gesture": self.gesture,
                "clause": self.clause,
                "facts": self.facts,
                "detail": self.detail,
            }
        )


def origin(institution_key: str) -> str:
    """The name of an institution's log: the origin line of its checkpoints."""
    return f"guanhao/{institution_key}"


def stamp(instant: datetime) -> str:
    """An instant as every entry writes it: ``2026-11-20T03:15:00.000000Z``."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def commitment(salt: bytes, data: dict[str, Any]) -> str:
    """The salted commitment to a detail. Without the salt a guess at the detail cannot be confirmed."""
    return "sha256:" + hashlib.sha256(_COMMITMENT + salt + canonical_json(data)).hexdigest()


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """The value as canonical JSON would read it back, so that the stored copy and the leaf agree to the letter.

    Dates, UUIDs and enumerations become text. NUL and lone surrogates, which no database stores, become U+FFFD.

    Raises:
        ValueError: for floats. TypeError: for values JSON does not know.
    """
    answer: dict[str, Any] = _plain(value)
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value).translate(_UNSTORABLE)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dict):
        return {_plain_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(item) for item in value)
    return _spelt(value)


def _plain_key(key: Any) -> str:
    plain_key = _plain(key)
    if not isinstance(plain_key, str):
        raise TypeError("Keys of canonical JSON are strings.")
    return plain_key


def _spelt(value: Any) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, (date, UUID)):
        return str(value)
    if isinstance(value, float):
        raise ValueError("A float has no canonical JSON form; store an integer or a string.")
    raise TypeError(f"{type(value).__name__} has no canonical JSON form.")
