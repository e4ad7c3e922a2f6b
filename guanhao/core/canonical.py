"""Canonical JSON and content addresses: equal values have equal bytes, so that a hash means something (K1, LG3)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# Made once: `json.dumps` with options of its own makes one for every call.
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no white space.

    Raises:
        ValueError: for floats, which have no canonical form we want to depend on, and for NaN.
        TypeError: for values JSON does not know.
    """
    _refuse_floats(value)
    return _WRITER.encode(value).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("A float has no canonical JSON form; store an integer or a string.")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError("Keys of canonical JSON are strings.")
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for item in value:
        if not isinstance(
            item, (str, int)
        ):  # Most values are, and a log of a million entries is verified by this.
            _refuse_floats(item)


def digest(value: Any) -> str:
    """``sha256:`` and the hexadecimal SHA-256 of the canonical JSON. The prefix is the algorithm tag of K7."""
    return "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()


def digest_bytes(data: bytes) -> str:
    """``sha256:`` and the hexadecimal SHA-256 of raw bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
