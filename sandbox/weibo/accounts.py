"""What a token says about itself, how it is given back, and how much may still be called (weibo.md 2.3, 2.4, 2.6)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.clock import BEIJING
from sandbox.weibo import limits, tokens
from sandbox.weibo.apps import Right
from sandbox.weibo.endpoint import EITHER, GET, Call, Endpoint
from sandbox.weibo.refusals import Refusal
from sandbox.wire import Json

if TYPE_CHECKING:
    import sqlite3

    from sandbox.wire import Request
    from sandbox.world import World

TOKEN_INFO = "/oauth2/get_token_info"  # noqa: S105 - an address


def token_info(world: World, request: Request) -> Json:
    """Answer a token's owner and its remaining seconds, negative once it expired (2.3).

    One that was covered, revoked or withdrawn gets the error of its end; it is the one call an expired token may make.
    """
    row: sqlite3.Row | None = tokens.find(world, tokens.value_of(request))
    if row is None or request.method != "POST":
        raise Refusal(21332 if request.method == "POST" else 21323)
    if row["ended"]:
        tokens.check_alive(world, row)
    return {
        "uid": int(row["uid"]),
        "appkey": int(row["app_key"]),
        "scope": row["scope"] or None,
        "create_at": int(row["created_at"]),
        "expire_in": int(row["expires_at"] - world.clock.now()),
    }


def revoke(call: Call) -> Json:
    """End the user's authorisation (2.4)."""
    tokens.end(call.world, call.app.app_key, call.uid, tokens.REVOKED)
    call.effect("token.revoked", uid=call.uid)
    return {"result": "true"}


def get_uid(call: Call) -> Json:
    """Answer whose token it is."""
    return {"uid": call.uid}


def rate_limit_status(call: Call) -> Json:
    """Answer what is left; the call counts like any other (2.6)."""
    limit, written = call.switch("weibo_calls_a_day"), call.switch("weibo_writes_an_hour")
    midnight = limits.day_began(call.now) + limits.DAY
    by_address = call.switch("weibo_calls_an_hour_by_address")
    write = Endpoint(GET, "", get_uid, kind="post")
    return {
        "api_rate_limits": [
            {
                "api": "/statuses/share",
                "limit": written,
                "limit_time_unit": "HOURS",
                "remaining_hits": max(written - limits.writes(call, write), 0),
            }
        ],
        "ip_limit": by_address,
        "limit_time_unit": "HOURS",
        "remaining_ip_hits": max(by_address - limits.by_address(call), 0),
        "remaining_user_hits": max(limit - limits.today(call), 0),
        "reset_time": datetime.fromtimestamp(midnight, BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "reset_time_in_seconds": int(midnight - call.now),
        "user_limit": limit,
    }


ENDPOINTS = (
    Endpoint(EITHER, "/oauth2/revokeoauth2", revoke, Right.BASIC, "oauth"),
    Endpoint(GET, "/2/account/get_uid.json", get_uid, Right.BASIC),
    Endpoint(GET, "/2/account/rate_limit_status.json", rate_limit_status, Right.BASIC),
)
