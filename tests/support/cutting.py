"""A wire between a publisher and PostgreSQL that is cut at a COMMIT: before the server got it, or before its answer came.

Whoever sat at this end cannot tell the two apart: the transaction is undone in the one case and stands in the other.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Self

_LENGTH = struct.Struct("!I")
FOREVER = 1_000_000


class Cut(StrEnum):
    """Where a COMMIT is lost."""

    LOST = "before the server got it"
    UNANSWERED = "before its answer came"


def given(value: str) -> bytes:
    """A value on the wire, as it is given to a statement that the server binds (PostgreSQL's Bind message)."""
    return _LENGTH.pack(len(value)) + value.encode()


Rule = Callable[[bytes], "Cut | None"]


class Cutter:
    """A proxy before a server. ``rule`` is asked at every COMMIT with what the transaction said, and counts for itself.

    Connect without TLS (PGSSLMODE=disable, PGGSSENCMODE=disable): what it cannot read it cannot cut.
    """

    def __init__(self, host: str, port: int, rule: Rule) -> None:
        self._server, self._rule = (host, port), rule
        self._lock = threading.Lock()
        self.cuts: Counter[Cut] = Counter()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def _answer(self) -> None:
        with suppress(OSError):  # The door was closed.
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError), client, socket.create_connection(self._server) as server:
            cut = threading.Event()
            threading.Thread(target=_back, args=(server, client, cut), daemon=True).start()
            try:
                self._forth(client, server, cut)
            finally:
                _end(client, server)  # A thread that still reads keeps a socket open that is only closed.

    def _forth(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        reader = client.makefile("rb")
        length = _exactly(reader, 4)
        server.sendall(length + _exactly(reader, _LENGTH.unpack(length)[0] - 4))
        said = b""
        while True:
            kind, length = _exactly(reader, 1), _exactly(reader, 4)
            body = _exactly(reader, _LENGTH.unpack(length)[0] - 4)
            word = body.rstrip(b"\0").upper() if kind == b"Q" else b""
            where = self._asked(said) if word == b"COMMIT" else None
            if where is Cut.LOST:
                _end(client, server)
                return
            if where is Cut.UNANSWERED:
                cut.set()
            server.sendall(kind + length + body)
            said = b"" if word.startswith((b"BEGIN", b"COMMIT", b"ROLLBACK")) else (said + body)[-FOREVER:]

    def _asked(self, said: bytes) -> Cut | None:
        with self._lock:
            where = self._rule(said)
            if where is not None:
                self.cuts[where] += 1
            return where


def _back(server: socket.socket, client: socket.socket, cut: threading.Event) -> None:
    """Carry the server's answers, until the one that is to be lost."""
    with suppress(OSError):
        while data := server.recv(1 << 16):
            if cut.is_set():
                break
            client.sendall(data)
    _end(client, server)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _exactly(reader, length: int) -> bytes:
    data: bytes = reader.read(length)
    if len(data) < length:
        raise EOFError
    return data
