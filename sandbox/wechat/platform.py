"""The gate every call passes: address, method, token, standing, grant, quota, body; then its endpoint.

The order of these checks is undocumented (open question 11); this one is what callers report most often.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.platform import Performed
from sandbox.wechat import articles, counters, events, examples, mass_jobs, publishing, tokens
from sandbox.wechat.accounts import Account, Standing
from sandbox.wechat.control import ACTIONS as ARRANGING
from sandbox.wechat.endpoint import Call, Endpoint, parse_body
from sandbox.wechat.refusals import Refusal, worded
from sandbox.wechat.routing import ENDPOINTS
from sandbox.wechat.visitors import ACTIONS as VISITING
from sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

__all__ = [
    "ACTIONS", "PREFIXES", "add_examples", "deliver", "identify", "is_pending", "perform", "refused", "settle",
    "visible",
]  # fmt: skip

ACTIONS = ARRANGING | VISITING
PREFIXES = ("/cgi-bin/", "/datacube/")


def settle(world: World) -> None:
    """Let happen what is due by now."""
    publishing.settle(world)
    mass_jobs.settle(world)


def identify(world: World, request: Request) -> str:
    """Answer the AppID a request belongs to as far as it can be told, for faults and the ledger; never refuses."""
    token = request.query.get("access_token", "")
    return tokens.owner(world, token) if token else _claimed_appid(request)


def refused(world: World, errcode: int) -> Reply:
    """Answer a bare errcode, as a fault wants it."""
    return Reply(document=worded(Refusal(errcode), world.switches.value("error_tail")))


def perform(world: World, request: Request) -> Performed:
    """Do what a request asks, or refuse it. A refused call changes nothing but its quota."""
    appid = ""
    try:
        endpoint = _endpoint(request)
        account = _account(world, request, endpoint)
        appid = account.appid
        call = Call(world, request, account)
        _spend(call, endpoint)
        with world.store.all_or_nothing():
            reply = _answer(call, endpoint)
    except Refusal as refusal:
        tail = world.switches.value("error_tail", appid)
        return Performed(Reply(document=worded(refusal, tail)), [])
    return Performed(reply, call.effects)


def deliver(world: World) -> bool:
    """Push one event that is due; say whether there was one."""
    return events.deliver_due(world)


def is_pending(world: World) -> bool:
    """Say whether anything will happen by itself: a task ending, an event to push."""
    return publishing.is_pending(world) or mass_jobs.is_pending(world) or events.is_pending(world)


def visible(world: World, account: str) -> list[Json]:
    """Answer the articles the public can see now, newest first, of one account or of all."""
    return [
        publication.described(world, idx)
        for publication in articles.every(world, account)
        for idx, item in enumerate(publication.items, 1)
        if item["end"] is None
    ]


def add_examples(world: World) -> None:
    """Create the example accounts that are not there."""
    examples.ensure(world)


def _endpoint(request: Request) -> Endpoint:
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        raise Refusal(40066)
    if request.method != endpoint.method:
        raise Refusal(43001 if endpoint.method == "GET" else 43002)
    return endpoint


def _account(world: World, request: Request, endpoint: Endpoint) -> Account:
    if not endpoint.needs_token:
        return tokens.claimed_account(world, _claimed_appid(request))
    account = tokens.check(world, request)
    if account.standing is not Standing.NORMAL:
        raise Refusal(account.standing.value)
    material_for = world.switches.value("material_for", account.appid)
    grant = account.grant(endpoint.group, world.clock.now(), material_for)
    if grant.value:
        raise Refusal(grant.value)
    return account


def _spend(call: Call, endpoint: Endpoint) -> None:
    counters.check(call, endpoint.path)
    if call.switch("refused_calls_count"):
        counters.spend(call, endpoint.path)


def _answer(call: Call, endpoint: Endpoint) -> Reply:
    if endpoint.reads_json:
        call.body = parse_body(call.request, call.switch("unicode_escapes"))
    answer = endpoint.answer(call)
    if not call.switch("refused_calls_count"):
        counters.spend(call, endpoint.path)
    return answer if isinstance(answer, Reply) else Reply(document=dict(answer))


def _claimed_appid(request: Request) -> str:
    appid = request.query.get("appid") or _json_object(request).get("appid", "")
    return appid if isinstance(appid, str) else ""


def _json_object(request: Request) -> Json:
    try:
        document = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
