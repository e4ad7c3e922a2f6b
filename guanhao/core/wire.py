"""One HTTP request on its way out; used only by `guanhao.core.http`.

No proxy settings, kept connections or redirects of the library's own. A request that fails
says which of two things happened, and decides it by what was handed to the socket, not by the name of an error:

* `NotSent`: no byte of the request left us; sending again is safe.
* `Unanswered`: bytes left and no usable reply came back; the effect is unknown (security §2.5).

The request's address never reaches an exception, a traceback or a log: platforms put tokens into it (SE2).
"""

from __future__ import annotations

import contextlib
import functools
import logging
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore2
import httpx2

from guanhao.core import clock

# The library logs whole addresses, which carry access tokens. Nothing of it reaches a handler of ours.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).addHandler(logging.NullHandler())


TOO_LONG = "TooLong"  # why a call failed whose reply was longer than the limit


class CallFailed(Exception):  # noqa: N818 - states the fact.
    """A call had no usable reply. ``why`` is one word for records; there is never an address in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotSent(CallFailed):
    """No byte of the request left us."""


class Unanswered(CallFailed):
    """The request left us, whole or in part, and there is no usable reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status, content type and the decoded body within the limit."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    location: str = field(default="", repr=False)


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Hooks:
    """Called around the first byte: ``before_first_byte`` may raise `NotSent` to hold the request back."""

    before_first_byte: Callable[[], None] = _nothing
    after_first_write: Callable[[], None] = _nothing


QUIET = Hooks()


class Wire:
    """One request's way out: where it connects, whether anything was written, and how long it may take."""

    def __init__(self, hooks: Hooks, seconds: float, address: str = "") -> None:
        self.hooks = hooks
        self.address = address
        self.started = False
        self._deadline = clock.monotonic() + seconds

    def time_left(self) -> float:
        """Seconds until the deadline; a read time-out once it has passed."""
        left = self._deadline - clock.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left

    def write(self, write: Callable[[], None]) -> None:
        """Do one write, with the hooks around the first."""
        if self.started:
            write()
            return
        self.hooks.before_first_byte()
        self.started = True
        write()
        self.hooks.after_first_write()


class _Stream(httpcore2.NetworkStream):
    """A connection that keeps to the wire's deadline and tells it about the first byte."""

    def __init__(self, inner: httpcore2.NetworkStream, wire: Wire) -> None:
        self._inner = inner
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules.
        return self._inner.read(max_bytes, self._wire.time_left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline rules.
        self._wire.write(lambda: self._inner.write(buffer, self._wire.time_left()))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        # The handshake is not the request: a wrapped stream counts only what is written inside TLS.
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._wire)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.SyncBackend):
    """Connects to the wire's pinned address where it has one, so that a name is resolved once (NT2)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        inner = super().connect_tcp(self._wire.address or host, port, timeout, local_address, socket_options)
        return _Stream(inner, self._wire)


HEADERS = {"user-agent": "guanhao", "accept": "*/*", "accept-encoding": "gzip, deflate"}


class _Body(httpx2.SyncByteStream):
    """A reply's body together with the pool that must be closed after it."""

    def __init__(self, stream: Any, pool: httpcore2.ConnectionPool) -> None:
        self._stream = stream
        self._pool = pool

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()
        self._pool.close()


def _sent(request: httpx2.Request, wire: Wire) -> httpx2.Response:
    """Send over one fresh connection: a kept one may die unseen, and then nobody knows what was sent.

    There is no client object either, so no cookie of one host is kept for the next call.
    """
    pool = httpcore2.ConnectionPool(ssl_context=_tls(), network_backend=_Backend(wire))
    url = request.url
    target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    try:
        reply = pool.handle_request(
            httpcore2.Request(
                request.method,
                target,
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": {"connect": wire.time_left()}},
            )
        )
    except BaseException:
        pool.close()
        raise
    return httpx2.Response(reply.status, headers=reply.headers, stream=_Body(reply.stream, pool))


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


def exchange(request: httpx2.Request, wire: Wire, max_bytes: int) -> Reply:
    """Send one request over its wire.

    The failure is raised outside the ``except`` blocks on purpose: chained errors would carry the request along.
    """
    failure = ""
    try:
        with contextlib.closing(_sent(request, wire)) as response:
            return Reply(
                response.status_code,
                response.headers.get("content-type", ""),
                _bounded(response, max_bytes),
                response.headers.get("location", ""),
            )
    except CallFailed as held_back:
        failure = held_back.why
    except (
        httpx2.HTTPError,
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
    ) as error:
        failure = type(error).__name__
    except (OSError, UnicodeError) as error:
        failure = type(error).__name__
    raise Unanswered(failure) if wire.started else NotSent(failure)


def _bounded(response: httpx2.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > max_bytes:
            raise Unanswered(TOO_LONG)
    return bytes(body)
