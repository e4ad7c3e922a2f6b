"""Access tokens, classic and stable: two families that never touch each other (wechat.md 1.1-1.3)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from sandbox import identifiers
from sandbox.clock import beijing_day
from sandbox.wechat import accounts, counters
from sandbox.wechat.endpoint import Call, Endpoint
from sandbox.wechat.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.wechat.accounts import Account
    from sandbox.wire import Json, Request
    from sandbox.world import World

LIFE = 7200
HAND_OVER = 300
FORCED_PER_DAY = 20
FORCED_GAP = 30
CLASSIC, STABLE = "classic", "stable"


def claimed_account(world: World, appid: str) -> Account:
    """Answer the account a token call names. Refuses with 41002 or 40013."""
    if not appid:
        raise Refusal(41002)
    account = accounts.find(world, appid)
    if account is None:
        raise Refusal(40013)
    return account


def check_secret(call: Call, secret: str) -> None:
    """Refuse unless the secret, the caller's address and the account's standing allow a token (wechat.md 1.3)."""
    account = call.account
    if not secret:
        raise Refusal(41004)
    if not hmac.compare_digest(secret.encode(), account.secret.encode()):
        raise Refusal(call.switch("wrong_secret_code"))
    if account.secret_frozen:
        raise Refusal(40243)
    if account.standing is accounts.Standing.FROZEN:
        raise Refusal(50007)
    address = call.request.address
    if not account.lets_in(address):
        raise Refusal(40164, f"invalid ip {address} ipv6 ::ffff:{address}, not in whitelist")
    if account.ip_unconfirmed:
        raise Refusal(89503)


def owner(world: World, token: str) -> str:
    """Answer the AppID a token was ever issued to, or an empty string."""
    row = world.store.row("SELECT account FROM tokens WHERE token = ?", token)
    return str(row["account"]) if row else ""


def check(world: World, request: Request) -> Account:
    """Answer the account of a request's token. Refuses with 41001, 40014, 40001 or 42001.

    A token retired or killed is "not the latest" (40001), one that reached its end is expired (42001).
    """
    token = request.query.get("access_token", "")
    if not token:
        raise Refusal(41001)
    row = world.store.row("SELECT * FROM tokens WHERE token = ?", token)
    account = accounts.find(world, row["account"]) if row else None
    if row is None or account is None:
        raise Refusal(world.switches.value("unknown_token_code"))
    now = world.clock.now()
    if row["dead_at"] is not None and now >= row["dead_at"]:
        raise Refusal(40001)
    if row["dead_at"] is None and now >= row["expires_at"]:
        raise Refusal(42001)
    return account


def kill(world: World, appid: str) -> int:
    """Invalidate every token of an account at once, as a secret reset does; answer how many were alive."""
    now = world.clock.now()
    return world.store.run(
        "UPDATE tokens SET dead_at = ? WHERE account = ? AND expires_at > ? AND (dead_at IS NULL OR dead_at > ?)",
        now, appid, now, now,
    )  # fmt: skip


def classic(call: Call) -> Json:
    """Issue a new token and retire the previous one; during the hand-over of 5 minutes both work (1.1)."""
    query = call.request.query
    _check_grant_type(query.get("grant_type", ""))
    check_secret(call, query.get("secret", ""))
    return _issue(call, CLASSIC, hand_over=HAND_OVER)


def stable(call: Call) -> Json:
    """Answer the current stable token, or a new one in its last 5 minutes or by force (1.2)."""
    _check_grant_type(call.body.get("grant_type", ""))
    check_secret(call, str(call.body.get("secret", "")))
    force = call.body.get("force_refresh", False)
    if not isinstance(force, bool):
        raise Refusal(47001)
    row = call.world.store.row(
        "SELECT * FROM tokens WHERE account = ? AND family = ? AND dead_at IS NULL AND expires_at >= ?",
        call.appid, STABLE, call.now + HAND_OVER,
    )  # fmt: skip
    if row is None:
        return _issue(call, STABLE, hand_over=HAND_OVER)
    if force and _may_force(call):
        return _issue(call, STABLE, hand_over=0)
    return {"access_token": row["token"], "expires_in": int(row["expires_at"] - call.now)}


def _check_grant_type(grant_type: str) -> None:
    if grant_type != "client_credential":
        raise Refusal(40002)


def _may_force(call: Call) -> bool:
    """Say whether a forced refresh happens now: 30 s apart, 20 a day; what the 21st gets is a switch."""
    last = counters.Counter(call.world, call.appid, "last forced refresh", "ever")
    today = counters.Counter(call.world, call.appid, "forced refresh", beijing_day(call.now))
    if call.now - last.used < FORCED_GAP:
        return False
    if today.used >= FORCED_PER_DAY:
        if call.switch("force_exhausted") == "refuse":
            raise Refusal(45009)
        return False
    today.add()
    last.set(int(call.now))
    return True


def _issue(call: Call, family: str, hand_over: int) -> Json:
    """Issue a token of a family. Every older one of the same family works for ``hand_over`` seconds more."""
    store, now, token = call.world.store, call.now, identifiers.access_token()
    store.run(
        "UPDATE tokens SET dead_at = ? WHERE account = ? AND family = ? AND expires_at > ?"
        " AND (dead_at IS NULL OR dead_at > ?)",
        now + hand_over, call.appid, family, now, now + hand_over,
    )  # fmt: skip
    store.run(
        "INSERT INTO tokens (token, account, family, expires_at) VALUES (?, ?, ?, ?)",
        token, call.appid, family, now + LIFE,
    )  # fmt: skip
    call.effect("token.issued", family=family)
    return {"access_token": token, "expires_in": LIFE}


ENDPOINTS = (
    Endpoint("GET", "/cgi-bin/token", classic, needs_token=False),
    Endpoint("POST", "/cgi-bin/stable_token", stable, needs_token=False, reads_json=True),
)
