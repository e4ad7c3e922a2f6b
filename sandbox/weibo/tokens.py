"""Authorisations: codes, tokens, how they end and what is answered afterwards (weibo.md 2)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import identifiers
from sandbox.weibo import cancels, numbers
from sandbox.weibo.apps import APPS, App, State
from sandbox.weibo.endpoint import fields_of
from sandbox.weibo.refusals import Refusal
from sandbox.weibo.users import USERS, User

if TYPE_CHECKING:
    from sandbox.wire import Request
    from sandbox.world import World

MOST_TEST_USERS = 15
COVERED, REVOKED, WITHDRAWN = "covered", "revoked", "withdrawn"


@dataclass(frozen=True)
class Bearer:
    """Who a token speaks for."""

    app: App
    user: User


def value_of(request: Request) -> str:
    """Answer the token a request carries: in a field, or in the header ``Authorization: OAuth2`` (1)."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    return fields_of(request).get("access_token", "") or (credentials if scheme == "OAuth2" else "")


def find(world: World, token: str) -> sqlite3.Row | None:
    """Answer the row of a token that was ever issued, or nothing."""
    return world.store.row("SELECT * FROM weibo_tokens WHERE token = ?", token) if token else None


def owner(world: World, token: str) -> str:
    """Answer the uid a token was ever issued for, or an empty string."""
    row = find(world, token)
    return str(row["uid"]) if row else ""


def check(world: World, request: Request) -> Bearer:
    """Answer whom a request's token speaks for. Refuses with 10006, 21301, 21321, or the code of its end."""
    token = value_of(request)
    if not token:
        raise Refusal(21301 if request.method == "POST" else 10006)
    row = find(world, token)
    bearer = _bearer(world, row) if row else None
    if row is None or bearer is None:
        raise Refusal(21301 if request.method == "POST" else 21332)
    check_alive(world, row)
    app, uid = bearer.app, bearer.user.uid
    at_first_call = world.switches.value("weibo_sixteenth_user", app.app_key) == "first_call"
    if at_first_call and is_one_too_many(world, app, uid):
        raise Refusal(21321)
    return bearer


def check_alive(world: World, row: sqlite3.Row) -> None:
    """Refuse a token that has ended, with the code switched for its end."""
    if row["ended"]:
        raise Refusal(world.switches.value(f"weibo_{row['ended']}_code", row["app_key"]))
    if world.clock.now() >= row["expires_at"]:
        raise Refusal(world.switches.value("weibo_expired_code", row["app_key"]))


def is_one_too_many(world: World, app: App, uid: str) -> bool:
    """Say whether a user is beyond the 15 an unreviewed app may have (0)."""
    if app.state is State.REVIEWED:
        return False
    rows = world.store.rows(
        "SELECT uid FROM weibo_tokens WHERE app_key = ? GROUP BY uid ORDER BY MIN(number) LIMIT ?",
        app.app_key, MOST_TEST_USERS,
    )  # fmt: skip
    first = {row["uid"] for row in rows}
    return uid not in first and len(first) >= MOST_TEST_USERS


def issue_code(world: World, app: App, uid: str, scope: str) -> str:
    """Answer a new authorisation code for a user's consent."""
    code = identifiers.serial()
    world.store.run(
        "INSERT INTO weibo_codes (code, app_key, uid, redirect_uri, scope, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        code, app.app_key, uid, app.redirect_uri, scope, world.clock.now(),
    )  # fmt: skip
    return code


def redeem(world: World, app: App, code: str) -> sqlite3.Row:
    """Use a code up; answer its row. Refuses with 21325 what is unknown, used, too old or another app's."""
    now = world.clock.now()
    row = world.store.row("SELECT * FROM weibo_codes WHERE code = ? AND app_key = ?", code, app.app_key)
    life = world.switches.value("weibo_code_life", app.app_key)
    if row is None or row["used_at"] is not None or now >= row["created_at"] + life:
        raise Refusal(21325)
    world.store.run("UPDATE weibo_codes SET used_at = ? WHERE code = ?", now, code)
    return row


def issue(world: World, app: App, uid: str, scope: str = "") -> sqlite3.Row:
    """Issue a token; the user's previous one for the app is covered and dead, unless switched otherwise (2.2)."""
    if world.switches.value("weibo_old_token", app.app_key) == "covered":
        end(world, app.app_key, uid, COVERED)
    token, now = numbers.token(), world.clock.now()
    world.store.insert(
        "INSERT INTO weibo_tokens (token, app_key, uid, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        token, app.app_key, uid, scope, now, now + app.token_life(uid),
    )  # fmt: skip
    row = find(world, token)
    assert row is not None
    return row


def end(world: World, app_key: str, uid: str, how: str) -> int:
    """End every living token of a user for an app; answer how many there were."""
    return world.store.run(
        "UPDATE weibo_tokens SET ended = ? WHERE app_key = ? AND uid = ? AND ended = '' AND expires_at > ?",
        how, app_key, uid, world.clock.now(),
    )  # fmt: skip


def withdraw(world: World, app: App, uid: str) -> int:
    """Let a user withdraw on weibo.com: tokens end, and the app's cancel callback is called (2.5)."""
    ended = end(world, app.app_key, uid, WITHDRAWN)
    cancels.announce(world, app, uid)
    return ended


def has_authorised(world: World, app: App, uid: str) -> bool:
    """Say whether a user has a living authorisation for an app."""
    alive = world.store.number(
        "SELECT COUNT(*) FROM weibo_tokens WHERE app_key = ? AND uid = ? AND ended = '' AND expires_at > ?",
        app.app_key, uid, world.clock.now(),
    )  # fmt: skip
    return alive > 0


def _bearer(world: World, row: sqlite3.Row) -> Bearer | None:
    app, user = APPS.find(world, row["app_key"]), USERS.find(world, row["uid"])
    return Bearer(app, user) if app and user else None
