"""Where a request goes: to a platform, to the control API, or to the pages the public sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import control, pages, platform
from sandbox.faults import BadFaultError
from sandbox.platforms import PLATFORMS
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


def answer(world: World, request: Request) -> Reply:
    """Answer any request. Raises only when the sandbox itself is wrong."""
    host = request.headers.get("host", "127.0.0.1")
    if _name(host) not in LOOPBACK_NAMES:
        return _plain(403, f"the sandbox answers to loopback names only, not to {host}")
    if request.path.startswith(control.PREFIX):
        return control.answer(world, request).finish()
    for each in PLATFORMS:
        if request.path.startswith(each.PREFIXES):
            return _run(world, each, request)
    return pages.answer(world, request).finish()


def _run(world: World, each: platform.Platform, request: Request) -> Reply:
    try:
        return platform.run(world, each, request)
    except BadFaultError as bad:
        return _plain(400, f"the header {platform.FAULT_HEADER}: {bad}")


def _name(host: str) -> str:
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _plain(status: int, text: str) -> Reply:
    return Reply(status=status, body=text.encode(), content_type="text/plain; charset=utf-8")
