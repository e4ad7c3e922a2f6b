"""Addresses of the platform, and what it says about the account (wechat.md 1.4, 2.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.clock import DAY
from sandbox.wechat.accounts import Account, Group, Principal, Type
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.wire import Json

YEAR = 365 * DAY
CHINA = 1017
ACTIONS = {"dns": ("dns",), "ping": ("ping",), "all": ("dns", "ping")}
OPERATORS = frozenset({"CHINANET", "UNICOM", "CAP", "DEFAULT"})
RID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")


def callback_addresses(call: Call) -> Json:
    """Answer where pushes come from: plain addresses and networks, all of this machine."""
    del call
    return {"ip_list": ["127.0.0.1", "127.0.0.0/25"]}


def basic_info(call: Call) -> Json:
    """Answer what the platform knows about the account."""
    account = call.account
    return OK | {
        "appid": account.appid,
        "account_type": 1 if account.type is Type.SUB else 2,
        "principal_type": list(Principal).index(account.principal),
        "principal_name": account.principal_name,
        "realname_status": 1,
        "wx_verify_info": _verification(account, call.now),
        "signature_info": {"signature": account.signature, "modify_used_count": 0, "modify_quota": 5},
        "head_image_info": {"head_image_url": account.avatar, "modify_used_count": 0, "modify_quota": 5},
        "nickname_info": {"nickname": account.name, "modify_used_count": 0, "modify_quota": 2},
        "registered_country": CHINA,
    }


def check_callback(call: Call) -> Json:
    """Answer how the platform reaches the account's server: names resolved, packages lost (1.4)."""
    action, operator = call.body.get("action"), call.body.get("check_operator", "DEFAULT")
    if action not in ACTIONS or operator not in OPERATORS:
        raise Refusal(40035)
    shown = "UNICOM" if operator in {"DEFAULT", "CAP"} else operator
    dns = [{"ip": "127.0.0.1", "real_operator": shown}]
    ping = [{"ip": "127.0.0.1", "from_operator": shown, "package_loss": "0%", "time": "23.079ms"}]
    wanted = ACTIONS[str(action)]
    return {name: value for name, value in (("dns", dns), ("ping", ping)) if name in wanted}


def look_up_request(call: Call) -> Json:
    """Answer what became of a request of the last seven days by the rid of its refusal (1.5)."""
    rid = call.body.get("rid")
    if not isinstance(rid, str) or not RID.fullmatch(rid):
        raise Refusal(76002)
    row = call.world.store.row(
        "SELECT * FROM ledger WHERE account = ? AND at > ? AND response LIKE ?",
        call.appid, call.now - 7 * DAY, f"%rid: {rid}%",
    )  # fmt: skip
    if row is None:
        raise Refusal(76001)
    told = {
        "invoke_time": int(row["at"]),
        "cost_in_ms": 1,
        "request_url": row["path"],
        "request_body": row["decisive"],
        "response_body": row["response"],
        "client_ip": "127.0.0.1",
    }
    return OK | {"request": told}


def _verification(account: Account, now: float) -> Json:
    verified = account.is_verified(now)
    ends = account.verified_until or now + YEAR
    review = {
        "annual_review": True,
        "annual_review_begin_time": int(ends - YEAR),
        "annual_review_end_time": int(ends),
    }
    return {"qualification_verify": verified, "naming_verify": verified} | (review if verified else {})


ENDPOINTS = (
    Endpoint("GET", "/cgi-bin/getcallbackip", callback_addresses),
    Endpoint("GET", "/cgi-bin/get_api_domain_ip", callback_addresses),
    Endpoint("POST", "/cgi-bin/callback/check", check_callback, reads_json=True),
    Endpoint("POST", "/cgi-bin/openapi/rid/get", look_up_request, reads_json=True),
    Endpoint("GET", "/cgi-bin/account/getaccountbasicinfo", basic_info, Group.ACCOUNT_INFO),
)
