"""The gate every Weibo call passes: address, method, token, the app's standing and grant, limits, the user's standing.

The order of these checks is undocumented; a call refused by one of them changes nothing but the count of calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform import Performed
from sandbox.weibo import accounts, authorising, cancels, examples, limits, posts, refusals, tokens
from sandbox.weibo.control import ACTIONS
from sandbox.weibo.endpoint import Call, Endpoint, fields_of
from sandbox.weibo.refusals import Refusal
from sandbox.weibo.routing import ENDPOINTS
from sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

__all__ = [
    "ACTIONS", "PREFIXES", "add_examples", "deliver", "identify", "is_pending", "perform", "refused", "settle",
    "visible",
]  # fmt: skip

PREFIXES = ("/2/", "/oauth2/")
deliver, is_pending, settle = cancels.deliver, cancels.is_pending, posts.settle
visible, add_examples = posts.visible, examples.ensure


def identify(world: World, request: Request) -> str:
    """Answer the uid a request's token was issued for, else the app key it claims; never refuses."""
    fields = fields_of(request)
    return tokens.owner(world, tokens.value_of(request)) or fields.get("client_id", "")


def refused(world: World, errcode: int) -> Reply:
    """Answer a bare error code, as a fault wants it."""
    return refusals.reply(world, Refusal(errcode))


def perform(world: World, request: Request) -> Performed:
    """Do what a request asks, or refuse it."""
    try:
        if request.path in _TOKENLESS:
            return _without_token(world, request)
        call, endpoint = _admitted(world, request)
        with world.store.all_or_nothing():
            answer = endpoint.answer(call)
    except Refusal as refusal:
        return Performed(refusals.reply(world, refusal, request.path, identify(world, request)))
    if not call.switch("weibo_refused_calls_count"):
        limits.spend(call, endpoint.kind)
    return Performed(answer if isinstance(answer, Reply) else Reply(document=answer), call.effects)


def _without_token(world: World, request: Request) -> Performed:
    with world.store.all_or_nothing():
        done = _TOKENLESS[request.path](world, request)
        if all(done.spent_by):
            limits.note(world, limits.Spent(*done.spent_by, request.address, limits.OAUTH))
    return Performed(done.reply, done.effects)


def _token_info(world: World, request: Request) -> authorising.Done:
    document: Json = accounts.token_info(world, request)
    spent_by = (str(document["appkey"]), str(document["uid"]))
    return authorising.Done(Reply(document=document), [], spent_by)


_TOKENLESS = {
    authorising.AUTHORISE: authorising.authorise,
    authorising.ACCESS_TOKEN: authorising.access_token,
    accounts.TOKEN_INFO: _token_info,
}


def _admitted(world: World, request: Request) -> tuple[Call, Endpoint]:
    endpoint = ENDPOINTS.get(request.path)
    if endpoint is None:
        raise Refusal(10020)
    if request.method not in endpoint.methods:
        raise Refusal(10021)
    bearer = tokens.check(world, request)
    call = Call(world, request, bearer.app, bearer.user, fields_of(request))
    limits.check(call, endpoint)
    if call.switch("weibo_refused_calls_count"):
        limits.spend(call, endpoint.kind)
    _check_standing(call, endpoint)
    return call, endpoint


def _check_standing(call: Call, endpoint: Endpoint) -> None:
    grant = call.app.grant(endpoint.right)
    if grant.value:
        raise Refusal(grant.value)
    if endpoint.writes and call.user.standing.value:
        raise Refusal(call.user.standing.value)
