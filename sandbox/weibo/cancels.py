"""The cancel callback: an app is told, unsigned and once, that a user withdrew (weibo.md 2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sandbox import outgoing
from sandbox.weibo.apps import APPS, App

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World

FORM = "application/x-www-form-urlencoded"


def announce(world: World, app: App, uid: str) -> None:
    """Queue the callback of an app that has one."""
    if app.cancel_callback:
        world.store.insert(
            "INSERT INTO weibo_cancels (app_key, uid, auth_end) VALUES (?, ?, ?)",
            app.app_key, uid, int(world.clock.now()),
        )  # fmt: skip


def deliver(world: World) -> bool:
    """Make one callback that waits; say whether there was one. The call itself happens outside every lock."""
    with world.store.transaction():
        row = world.store.row("SELECT * FROM weibo_cancels WHERE answer IS NULL ORDER BY number")
        if row is None:
            return False
        # Noted before it is made: a stop in between loses it, as a platform without repeats does.
        _note(world, row["number"], "lost")
        app = APPS.find(world, row["app_key"])
        method = world.switches.value("weibo_cancel_method", row["app_key"])
    if app is None or not app.cancel_callback:
        return True
    query = urlencode({"source": row["app_key"], "uid": row["uid"], "auth_end": row["auth_end"]})
    status, text = _call(method, app.cancel_callback, query)
    with world.store.transaction():
        _note(world, row["number"], f"{status} {text[:200]}")
    return True


def is_pending(world: World) -> bool:
    """Say whether any callback still waits."""
    return bool(world.store.number("SELECT COUNT(*) FROM weibo_cancels WHERE answer IS NULL"))


def listing(world: World) -> list[Json]:
    """Answer all callbacks with the answers they got."""
    return [dict(row) for row in world.store.rows("SELECT * FROM weibo_cancels ORDER BY number")]


def _call(method: str, address: str, query: str) -> tuple[int, str]:
    if method == "POST":
        return outgoing.request("POST", address, query.encode(), FORM)
    joint = "&" if "?" in address else "?"
    return outgoing.request("GET", f"{address}{joint}{query}", b"", FORM)


def _note(world: World, number: int, answer: str) -> None:
    world.store.run("UPDATE weibo_cancels SET answer = ? WHERE number = ?", answer, number)
