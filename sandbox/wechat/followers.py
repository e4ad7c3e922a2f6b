"""Who follows an account: as many invented openids as the account says, always the same (wechat.md 10)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sandbox.clock import DAY
from sandbox.wechat.accounts import Account, Group
from sandbox.wechat.endpoint import Call, Endpoint
from sandbox.wechat.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.wire import Json

PAGE = 10_000
OPENID_CHARACTERS = 27


def openids(account: Account) -> list[str]:
    """Answer the followers of an account, oldest first."""
    return [_openid(account.appid, number) for number in range(account.followers)]


def listing(call: Call) -> Json:
    """Answer up to 10 000 followers after ``next_openid``; without any, ``data`` is left out."""
    everyone, after = openids(call.account), call.request.query.get("next_openid", "")
    if after and after not in everyone:
        raise Refusal(40003)
    begin = everyone.index(after) + 1 if after else 0
    page = everyone[begin : begin + PAGE]
    head: Json = {"total": len(everyone), "count": len(page), "next_openid": page[-1] if page else ""}
    return head | ({"data": {"openid": page}} if page else {})


def info(call: Call) -> Json:
    """Answer what is told about a follower: neither name nor picture. Refuses a stranger with 40003."""
    openid = call.request.query.get("openid", "")
    if openid not in openids(call.account):
        raise Refusal(40003)
    return {
        "subscribe": 1,
        "openid": openid,
        "language": call.request.query.get("lang", "zh_CN"),
        "subscribe_time": int(call.now - DAY),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 0,
        "qr_scene_str": "",
    }


def _openid(appid: str, number: int) -> str:
    return f"o{hashlib.sha256(f'{appid}/{number}'.encode()).hexdigest()[:OPENID_CHARACTERS]}"


ENDPOINTS = (
    Endpoint("GET", "/cgi-bin/user/get", listing, Group.USER),
    Endpoint("GET", "/cgi-bin/user/info", info, Group.USER),
)
