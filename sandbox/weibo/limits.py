"""How often may be called: a user's calls a day and writes an hour, an address's calls an hour (weibo.md 6)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.weibo.apps import APPS
from sandbox.weibo.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.weibo.endpoint import Call, Endpoint
    from sandbox.world import World

HOUR, DAY = 3_600, 86_400
BEIJING_AHEAD = 8 * HOUR
REFUSED, OAUTH = "refused", "oauth"


@dataclass(frozen=True)
class Spent:
    """One call that counts: by which app, for whom, from where, of which kind."""

    app_key: str
    uid: str
    address: str
    kind: str


def check(call: Call, endpoint: Endpoint) -> None:
    """Refuse with the code of a blocked app, or with 10022, 10023, or the one switched for too many writes."""
    if call.app.blocked:
        raise Refusal(call.switch("weibo_blocked_code"))
    if endpoint.kind == OAUTH and not call.switch("weibo_oauth_counts"):
        return
    if by_address(call) >= call.switch("weibo_calls_an_hour_by_address"):
        raise _over(call, 10022)
    if today(call) >= call.switch("weibo_calls_a_day"):
        raise _over(call, 10023)
    if endpoint.writes and writes(call, endpoint) >= call.switch("weibo_writes_an_hour"):
        raise _over(call, call.switch("weibo_too_many_writes_code"))


def spend(call: Call, kind: str) -> None:
    """Count one call."""
    note(call.world, Spent(call.app.app_key, call.uid, call.request.address, kind))


def note(world: World, spent: Spent) -> None:
    """Write a call down."""
    world.store.insert(
        "INSERT INTO weibo_calls (at, app_key, uid, address, kind) VALUES (?, ?, ?, ?, ?)",
        world.clock.now(), spent.app_key, spent.uid, spent.address, spent.kind,
    )  # fmt: skip


def block_over_use(world: World, app_key: str, most: int) -> None:
    """Block an app for all APIs once it went on calling beyond its limits ``most`` times in an hour (weibo.md 6)."""
    app = APPS.find(world, app_key)
    refused = world.store.number(
        "SELECT COUNT(*) FROM weibo_calls WHERE app_key = ? AND kind = ? AND at > ?",
        app_key, REFUSED, world.clock.now() - HOUR,
    )  # fmt: skip
    if app and most and refused >= most:
        APPS.keep(world, APPS.changed(app, {"blocked": True}))


def today(call: Call) -> int:
    """Answer the user's calls since midnight in Beijing."""
    return sum(_of_user(call, kind, day_began(call.now)) for kind in _counted(call))


def day_began(moment: float) -> float:
    """Answer the midnight in Beijing before a moment."""
    return (moment + BEIJING_AHEAD) // DAY * DAY - BEIJING_AHEAD


def writes(call: Call, endpoint: Endpoint) -> int:
    """Answer the user's writes of this hour, comments among them as switched."""
    kinds = {"post", "comment"} if call.switch("weibo_comments_are_writes") else {endpoint.kind}
    return sum(_of_user(call, kind, _hour_began(call)) for kind in kinds)


def by_address(call: Call) -> int:
    """Answer the calls of this hour from the caller's address."""
    return sum(
        call.world.store.number(
            "SELECT COUNT(*) FROM weibo_calls WHERE address = ? AND at >= ? AND kind = ?",
            call.request.address,
            _hour_began(call),
            kind,
        )
        for kind in _counted(call)
    )


def _counted(call: Call) -> tuple[str, ...]:
    return ("read", "post", "comment", *((OAUTH,) if call.switch("weibo_oauth_counts") else ()))


def _of_user(call: Call, kind: str, since: float) -> int:
    app_key = call.app.app_key if call.switch("weibo_limits_per") == "user_and_app" else ""
    return call.world.store.number(
        "SELECT COUNT(*) FROM weibo_calls WHERE uid = ? AND at >= ? AND kind = ? AND ? IN ('', app_key)",
        call.uid, since, kind, app_key,
    )  # fmt: skip


def _hour_began(call: Call) -> float:
    if call.switch("weibo_hour") == "clock":
        return call.now // HOUR * HOUR
    # What happened exactly an hour ago counts no more.
    return math.nextafter(call.now - HOUR, math.inf)


def _over(call: Call, errcode: int) -> Refusal:
    spend(call, REFUSED)
    block_over_use(call.world, call.app.app_key, call.switch("weibo_block_after"))
    return Refusal(errcode)
