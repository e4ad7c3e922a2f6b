"""Who follows an account: as many invented openids as the account says, always the same (wechat.md 10)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sandbox.clock import DAY
from sandbox.wechat import accounts
from sandbox.wechat.accounts import Account, Group
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World

PAGE = 10_000
OPENID_CHARACTERS = 27
MOST_ASKED, MOST_BLACKLISTED = 100, 20


def openids(account: Account) -> list[str]:
    """Answer everybody who ever followed an account, oldest first."""
    return [_openid(account.appid, number) for number in range(account.followers)]


def following(world: World, account: Account) -> list[str]:
    """Answer who follows an account now, oldest first."""
    gone = set(_kept(world, "unfollowed", account.appid))
    return [openid for openid in openids(account) if openid not in gone]


def follow(world: World, account: Account, openid: str, *, again: bool) -> None:
    """Let a follower leave, or come back."""
    gone = [each for each in _kept(world, "unfollowed", account.appid) if each != openid]
    _keep(world, "unfollowed", account.appid, gone if again else [*gone, openid])


def listing(call: Call) -> Json:
    """Answer up to 10 000 followers after ``next_openid``; without any, ``data`` is left out."""
    return _paged(following(call.world, call.account), call.request.query.get("next_openid", ""))


def info(call: Call) -> Json:
    """Answer what is told about a follower: neither name nor picture."""
    query = call.request.query
    return _described(call, query.get("openid", ""), query.get("lang", "zh_CN"))


def infos(call: Call) -> Json:
    """Answer what is told about up to 100 people. Refuses more with 40032 (open question 30)."""
    asked = call.body.get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= MOST_ASKED:
        raise Refusal(40032)
    found = [one if isinstance(one, dict) else {} for one in asked]
    return {
        "user_info_list": [
            _described(call, str(one.get("openid", "")), str(one.get("lang", "zh_CN"))) for one in found
        ]
    }


def tags(call: Call) -> Json:
    """Answer the groups one may send to. Everybody is in each of them."""
    people = len(following(call.world, call.account))
    return {"tags": [{"id": tag, "name": f"标签{tag}", "count": people} for tag in call.account.tags]}


def blacklist(call: Call) -> Json:
    """Answer up to 10 000 blacklisted people after ``begin_openid``."""
    return _paged(_kept(call.world, "blacklist", call.appid), str(call.body.get("begin_openid", "")))


def add_to_blacklist(call: Call) -> Json:
    """Blacklist up to 20 people; whoever is on the list stays there."""
    chosen, listed = _chosen(call), _kept(call.world, "blacklist", call.appid)
    _keep(call.world, "blacklist", call.appid, [*listed, *(each for each in chosen if each not in listed)])
    call.effect("blacklist.added", count=len(chosen))
    return OK


def take_from_blacklist(call: Call) -> Json:
    """Take up to 20 people from the blacklist."""
    chosen = set(_chosen(call))
    left = [each for each in _kept(call.world, "blacklist", call.appid) if each not in chosen]
    _keep(call.world, "blacklist", call.appid, left)
    call.effect("blacklist.removed", count=len(chosen))
    return OK


def _chosen(call: Call) -> list[str]:
    chosen = call.body.get("openid_list")
    if not isinstance(chosen, list) or not 1 <= len(chosen) <= MOST_BLACKLISTED:
        raise Refusal(40032)
    for openid in chosen:
        _require(call, str(openid))
    return [str(openid) for openid in chosen]


def _require(call: Call, openid: str) -> None:
    """Refuse an openid of another account, or of nobody, as the switches say (open question 30)."""
    if openid in openids(call.account):
        return
    foreign = any(openid in openids(account) for account in accounts.every(call.world))
    raise Refusal(int(call.switch("foreign_openid_code" if foreign else "unknown_openid_code")))


def _described(call: Call, openid: str, language: str) -> Json:
    _require(call, openid)
    if openid not in following(call.world, call.account):
        return {"subscribe": 0, "openid": openid}
    return {
        "subscribe": 1,
        "openid": openid,
        "language": language,
        "subscribe_time": int(call.now - DAY),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 0,
        "qr_scene_str": "",
    }


def _paged(everyone: list[str], after: str) -> Json:
    if after and after not in everyone:
        raise Refusal(40003)
    begin = everyone.index(after) + 1 if after else 0
    page = everyone[begin : begin + PAGE]
    head: Json = {"total": len(everyone), "count": len(page), "next_openid": page[-1] if page else ""}
    return head | ({"data": {"openid": page}} if page else {})


def _kept(world: World, what: str, appid: str) -> list[str]:
    row = world.store.row("SELECT value FROM memo WHERE name = ?", f"{what} {appid}")
    people: list[str] = json.loads(row["value"]) if row else []
    return people


def _keep(world: World, what: str, appid: str, people: list[Any]) -> None:
    world.store.run(
        "INSERT OR REPLACE INTO memo (name, value) VALUES (?, ?)", f"{what} {appid}", json.dumps(people)
    )


def _openid(appid: str, number: int) -> str:
    return f"o{hashlib.sha256(f'{appid}/{number}'.encode()).hexdigest()[:OPENID_CHARACTERS]}"


ENDPOINTS = (
    Endpoint("GET", "/cgi-bin/user/get", listing, Group.USER),
    Endpoint("GET", "/cgi-bin/user/info", info, Group.USER),
    Endpoint("POST", "/cgi-bin/user/info/batchget", infos, Group.USER, reads_json=True),
    Endpoint("GET", "/cgi-bin/tags/get", tags, Group.USER),
    Endpoint("POST", "/cgi-bin/tags/members/getblacklist", blacklist, Group.USER, reads_json=True),
    Endpoint("POST", "/cgi-bin/tags/members/batchblacklist", add_to_blacklist, Group.USER, reads_json=True),
    Endpoint(
        "POST", "/cgi-bin/tags/members/batchunblacklist", take_from_blacklist, Group.USER, reads_json=True
    ),
)
