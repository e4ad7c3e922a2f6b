"""How the two processes speak: one frame of JSON and blobs each way. Never pickle, since one side reads hostile files."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_SIZE = struct.Struct(">I")
MOST = 400 * 1024 * 1024


class BadFrame(ValueError):  # noqa: N818 - it states a fact about the bytes.
    """The bytes are no frame: the other side died or wrote nonsense."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A value of plain JSON, and bytes that go with it."""

    value: dict[str, Any]
    blobs: tuple[bytes, ...] = field(default=())

    def packed(self) -> bytes:
        """The frame as bytes."""
        head = json.dumps({"value": self.value, "sizes": [len(blob) for blob in self.blobs]}).encode()
        return b"".join((_SIZE.pack(len(head)), head, *self.blobs))

    @classmethod
    def unpacked(cls, data: bytes) -> Frame:
        """Read a frame.

        Raises:
            BadFrame: anything but exactly one frame.
        """
        try:
            (length,) = _SIZE.unpack_from(data)
            head = json.loads(data[_SIZE.size : _SIZE.size + length])
            return cls(dict(head["value"]), _cut(data[_SIZE.size + length :], head["sizes"]))
        except (struct.error, ValueError, KeyError, TypeError) as error:
            raise BadFrame(str(error)) from error


def _cut(data: bytes, sizes: Sequence[int]) -> tuple[bytes, ...]:
    if sum(sizes) != len(data):
        raise BadFrame("The blobs do not add up.")
    blobs, start = [], 0
    for size in sizes:
        blobs.append(data[start : start + size])
        start += size
    return tuple(blobs)
