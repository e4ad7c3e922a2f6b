"""The one seam for outbound HTTP (K10, NT1, NT2).

Two doors: `Caller` speaks to platform hosts on an allow-list, `fetch_public` reads an address that a user gave us.
How a request fails, and what that says about its effect, is explained in `guanhao.core.wire`.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx2

from guanhao.core import clock, env, faults
from guanhao.core.text import Text
from guanhao.core.wire import (
    HEADERS,
    QUIET,
    TOO_LONG,
    CallFailed,
    Hooks,
    NotSent,
    Reply,
    Unanswered,
    Wire,
    exchange,
)

__all__ = [
    "CallFailed",
    "Caller",
    "Fetched",
    "Files",
    "Hooks",
    "NotAllowed",
    "NotFetched",
    "NotSent",
    "Reply",
    "Unanswered",
    "caller",
    "fetch_public",
    "opens_publicly",
]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MEBIBYTE = 1024 * 1024


class NotAllowed(Exception):  # noqa: N818 - an answer about a setting.
    """An address is not one this program may speak to."""


def loopback_allowed() -> bool:
    """Whether this process may speak to a platform on this machine: with the test switch, or in a demonstration."""
    return faults.test_switch_on() or env.boolean("GUANHAO_DEMO", default=False)


def platform_address(url: str, hosts: frozenset[str]) -> str:
    """Check a platform's base address and answer it without a trailing slash (security §4.1).

    Raises:
        NotAllowed: not https, a host outside ``hosts``, loopback without the test switch or a demonstration, or a
            real host with either of them.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in LOOPBACK:
        if not loopback_allowed():
            raise NotAllowed("A platform on this machine needs GUANHAO_TEST_SWITCH=1 or a demonstration.")
    elif loopback_allowed():
        raise NotAllowed("With the test switch or in a demonstration no real platform may be configured.")
    elif parts.scheme != "https" or host not in hosts or parts.port not in {None, 443}:
        raise NotAllowed(f"{host or 'The address'} is not a known platform host reached by https.")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Files:
    """One file of a multipart form, with further plain fields."""

    form_field: str
    name: str
    mime: str
    data: bytes = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls one platform's address.

    ``seconds`` bounds a whole call, connecting included; ``max_bytes`` bounds a reply.
    """

    base: str
    seconds: float = 20.0
    max_bytes: int = 8 * MEBIBYTE

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        content: bytes = b"",
        form: Mapping[str, str] | None = None,
        files: Files | None = None,
        hooks: Hooks = QUIET,
    ) -> Reply:
        """Make one call whose body is ``content`` (JSON), a ``form`` of fields, or one of the ``files``.

        Raises:
            NotSent: before the first byte left.
            Unanswered: after it.
        """
        headers = HEADERS | ({"content-type": "application/json"} if content else {})
        request = httpx2.Request(
            method,
            self.base + path,
            params=dict(query or {}),
            content=content or None,
            headers=headers,
            files={files.form_field: (files.name, files.data, files.mime)} if files else None,
            data=dict(files.fields if files else form or {}) or None,
        )
        return exchange(request, Wire(hooks, self.seconds), self.max_bytes)


def caller(url: str, hosts: frozenset[str], *, seconds: float = 20.0) -> Caller:
    """A caller for an allowed platform address; see `platform_address` for what is refused."""
    return Caller(platform_address(url, hosts), seconds)


# --- Addresses that users give us (NT2) ---------------------------------------------------------------------------

MOST_HOPS = 4
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Ranges that look global to the standard library and lead elsewhere: translators, tunnels and relays into private nets.
TUNNELS = tuple(
    ipaddress.ip_network(net)
    for net in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/23",
        "::ffff:0:0/96",
        "::/96",
        "192.88.99.0/24",
        "192.0.0.0/24",
    )
)


class NotFetched(Exception):  # noqa: N818 - an answer to the user.
    """An address could not be fetched. One sentence for every cause: a precise one would map our network (NT2)."""

    def __init__(self) -> None:
        self.sentence = Text(
            zh="无法读取该网址：只能读取公网上的 http/https 内容，且大小和时间有限。",
            en="The address could not be read: only public http/https content within size and time limits.",
        )
        super().__init__(self.sentence.en)


@dataclass(frozen=True, slots=True)
class Fetched:
    """Content of a public address."""

    content_type: str
    body: bytes = field(repr=False)


def fetch_public(url: str, *, max_bytes: int = 20 * MEBIBYTE, seconds: float = 10.0) -> Fetched:
    """Read a user-supplied address (NT2): global addresses only, resolved once per hop, every redirect checked anew.

    Raises:
        NotFetched: for every refusal and every failure alike.
    """
    until = clock.monotonic() + seconds
    fetched = None
    with contextlib.suppress(CallFailed, _Refused):
        fetched = _follow(url, max_bytes, until)
    if fetched is None:
        raise NotFetched
    return fetched


_GONE = frozenset({404, 410})
_SERVER_FAILS = 500


def opens_publicly(url: str, *, seconds: float = 10.0) -> bool:
    """Whether a user-supplied address answers readers (NT2, as `fetch_public`): anything but gone or failing will do.

    A site that wants a login or turns programs away is alive; so is one that answers with more than we read.
    """
    until = clock.monotonic() + seconds
    try:
        for _hop in range(MOST_HOPS):
            reply = _fetch_once(url, MEBIBYTE, until - clock.monotonic())
            if reply.status not in REDIRECTS or not reply.location:
                return reply.status not in _GONE and reply.status < _SERVER_FAILS
            url = urljoin(url, reply.location)
    except CallFailed as failure:
        return failure.why == TOO_LONG
    except _Refused:
        return False
    return True  # it forwards and forwards, which a browser with its cookies may follow


class _Refused(Exception):  # noqa: N818 - an answer inside this module.
    """Not an address we fetch."""


def _follow(url: str, max_bytes: int, until: float) -> Fetched:
    for _hop in range(MOST_HOPS):
        reply = _fetch_once(url, max_bytes, until - clock.monotonic())
        if reply.status in REDIRECTS and reply.location:
            url = urljoin(url, reply.location)
            continue
        if reply.status != httpx2.codes.OK:
            raise _Refused
        return Fetched(reply.content_type, reply.body)
    raise _Refused


def _fetch_once(url: str, max_bytes: int, seconds: float) -> Reply:
    address = _public_address(url)
    try:
        request = httpx2.Request("GET", url, headers=HEADERS)
    except (httpx2.InvalidURL, ValueError):
        raise _Refused from None
    return exchange(request, Wire(QUIET, seconds, address), max_bytes)


def _public_address(url: str) -> str:
    """The one address to connect to; every address of the name must be public, so none can be swapped in."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        userinfo = parts.username is not None or parts.password is not None
        if parts.scheme not in {"http", "https"} or port not in {80, 443} or userinfo or not parts.hostname:
            raise _Refused
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise _Refused from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise _Refused
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is global and no translator, tunnel, relay or multicast group (NT2)."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip.version == net.version and ip in net for net in TUNNELS)
