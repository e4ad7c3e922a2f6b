"""Addresses of the platform, and what it says about the account (wechat.md 1.4, 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.clock import DAY
from sandbox.wechat.accounts import Account, Group, Principal, Type
from sandbox.wechat.endpoint import OK, Call, Endpoint

if TYPE_CHECKING:
    from sandbox.wire import Json

YEAR = 365 * DAY
CHINA = 1017


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
        "signature_info": {"signature": "沙箱中的公众号", "modify_used_count": 0, "modify_quota": 5},
        "head_image_info": {"head_image_url": "", "modify_used_count": 0, "modify_quota": 5},
        "nickname_info": {"nickname": account.name, "modify_used_count": 0, "modify_quota": 2},
        "registered_country": CHINA,
    }


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
    Endpoint("GET", "/cgi-bin/account/getaccountbasicinfo", basic_info, Group.ACCOUNT_INFO),
)
