"""The control API under /_sandbox/: arrange the world before a test, look at it afterwards. See docs/sandbox.md.

GET reads, POST acts; arguments are the query of a GET and the JSON object of a POST. A mistake is answered with a
sentence naming it, and nothing is changed. What belongs to one platform is declared in that platform's package.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox import platform
from sandbox.arguments import Actions, Arguments, BadRequestError, NotThereError
from sandbox.faults import Fault
from sandbox.platforms import PLATFORMS
from sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

PREFIX = "/_sandbox/"


def answer(world: World, request: Request) -> Reply:
    """Answer a control call: 200, or 404 for what is not there, 400 for a mistake."""
    action = ACTIONS.get((request.method, request.path.removeprefix(PREFIX)))
    if action is None:
        names = [f"{method} {PREFIX}{name}" for method, name in ACTIONS]
        return Reply(status=404, document={"error": "no such control call", "calls": names})
    try:
        arguments = Arguments(_values(request))
        with world.store.transaction():
            platform.settle_all(world, PLATFORMS)
            return Reply(document=action(world, arguments))
    except NotThereError as missing:
        return Reply(status=404, document={"error": str(missing)})
    except ValueError as mistake:
        return Reply(status=400, document={"error": str(mistake)})


def _values(request: Request) -> Json:
    if request.method == "GET":
        return dict(request.query)
    try:
        document = json.loads(request.body or b"{}")
    except ValueError:
        raise BadRequestError("the body is no JSON") from None
    if not isinstance(document, dict):
        raise BadRequestError("the body is a JSON object")
    return document


def _health(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return {"sandbox": True, "base_url": world.base_url, "clock": world.clock.describe()}


def _reset(world: World, arguments: Arguments) -> Json:
    arguments.only("examples")
    world.store.reset()
    if arguments.flag("examples"):
        for each in PLATFORMS:
            each.add_examples(world)
    return {"examples": arguments.flag("examples")}


def _clock(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return world.clock.describe()


def _set_clock(world: World, arguments: Arguments) -> Json:
    arguments.only("freeze", "advance", "resume", "rate")
    freeze = arguments.values.get("freeze")
    if freeze is not None:
        world.clock.freeze(None if freeze is True else float(freeze))
    if arguments.flag("resume"):
        world.clock.resume(arguments.seconds("rate") or 1.0)
    world.clock.advance(arguments.seconds("advance"))
    platform.settle_all(world, PLATFORMS)
    return world.clock.describe()


def _faults(world: World, arguments: Arguments) -> Json:
    arguments.only()
    return {"faults": world.faults.describe()}


def _add_fault(world: World, arguments: Arguments) -> Json:
    return {"id": world.faults.add(Fault.parse(arguments.values))}


def _clear_faults(world: World, arguments: Arguments) -> Json:
    arguments.only()
    world.faults.clear()
    return {"faults": []}


def _switches(world: World, arguments: Arguments) -> Json:
    arguments.only("account")
    return {"switches": world.switches.describe(arguments.text("account", ""))}


def _set_switches(world: World, arguments: Arguments) -> Json:
    account = arguments.text("account", "")
    values = arguments.without("account")
    world.switches.set(values, account)
    return {name: world.switches.value(name, account) for name in values}


def _ledger(world: World, arguments: Arguments) -> Json:
    arguments.only("account", "path", "effect", "since")
    account, path = arguments.text("account", ""), arguments.text("path", "")
    effect, since = arguments.text("effect", ""), arguments.number("since")
    return {"entries": world.ledger.entries(account=account, path=path, effect=effect, since=since)}


def _public(world: World, arguments: Arguments) -> Json:
    arguments.only("account", "since")
    account = arguments.text("account", "")
    effects = world.ledger.public_effects(account=account, since=arguments.number("since"))
    return {
        "articles": [item for each in PLATFORMS for item in each.visible(world, account)],
        "effects": effects,
    }


ACTIONS: Actions = {
    ("GET", "health"): _health,
    ("POST", "reset"): _reset,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("POST", "faults/clear"): _clear_faults,
    ("GET", "switches"): _switches,
    ("POST", "switches"): _set_switches,
    ("GET", "ledger"): _ledger,
    ("GET", "public"): _public,
}
for _each in PLATFORMS:
    ACTIONS |= _each.ACTIONS
