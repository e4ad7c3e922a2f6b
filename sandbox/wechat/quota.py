"""Asking for and clearing quotas (wechat.md 1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.clock import MINUTE, beijing_day, beijing_month
from sandbox.wechat import counters, tokens
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.wire import Json

CLEAR_ALL_PER_MONTH = 10
CLEAR_ONE_PER_MONTH = 50


def get(call: Call) -> Json:
    """Answer the daily and per-minute limits of one endpoint and what is left. Refuses a path that is none."""
    path = _path(call)
    allowed, used = counters.limits(call.world, call.appid, path), counters.today(call, path).used
    rate = {"call_count": allowed.per_minute, "refresh_second": MINUTE}
    quota = {"daily_limit": allowed.daily, "used": used, "remain": max(0, allowed.daily - used)}
    return OK | {"quota": quota, "rate_limit": rate}


def clear_one(call: Call) -> Json:
    """Reset the daily counter of one endpoint; 50 times a month, then 45009 (the code is open question 15)."""
    path = _path(call)
    month = counters.Counter(call.world, call.appid, "clear one quota", beijing_month(call.now))
    if month.used >= CLEAR_ONE_PER_MONTH:
        raise Refusal(45009)
    month.add()
    counters.today(call, path).set(0)
    call.effect("quota.cleared", cgi_path=path)
    return OK


def clear_all(call: Call) -> Json:
    """Reset all daily counters of the caller, whose AppID must be repeated in the body; 10 times a month."""
    if call.body.get("appid") != call.appid:
        raise Refusal(40013)
    return _clear(call)


def clear_all_with_secret(call: Call) -> Json:
    """Reset all daily counters by AppID and secret, without a token, from the same monthly pot."""
    tokens.check_secret(call, str(call.body.get("appsecret", "")))
    return _clear(call)


def _clear(call: Call) -> Json:
    month = counters.Counter(call.world, call.appid, "clear all quotas", beijing_month(call.now))
    if month.used >= CLEAR_ALL_PER_MONTH:
        raise Refusal(48006)
    month.add()
    call.world.store.run(
        "DELETE FROM counters WHERE account = ? AND period = ? AND name LIKE '/%'",
        call.appid,
        beijing_day(call.now),
    )
    call.effect("quota.cleared", cgi_path="*")
    return OK


def _path(call: Call) -> str:
    path = call.body.get("cgi_path")
    if not isinstance(path, str) or not path.startswith("/"):
        raise Refusal(40035)
    return path


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/openapi/quota/get", get, reads_json=True),
    Endpoint("POST", "/cgi-bin/openapi/quota/clear", clear_one, reads_json=True),
    Endpoint("POST", "/cgi-bin/clear_quota", clear_all, reads_json=True),
    Endpoint("POST", "/cgi-bin/clear_quota/v2", clear_all_with_secret, needs_token=False, reads_json=True),
)
