"""What a platform is to the rest of the sandbox: the same four functions for each, and one way to run a request."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sandbox.faults import Strikes, When
from sandbox.ledger import Effect, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.arguments import Actions
    from sandbox.wire import Json, Reply, Request
    from sandbox.world import World

FAULT_HEADER = "x-sandbox-fault"


@dataclass(frozen=True)
class Performed:
    """A platform's answer, and what it did for it."""

    reply: Reply
    effects: list[Effect] = field(default_factory=list)


class Platform(Protocol):
    """One platform; a module with these names fits."""

    PREFIXES: tuple[str, ...]
    ACTIONS: Actions

    def settle(self, world: World) -> None:
        """Let happen what is due by now."""

    def identify(self, world: World, request: Request) -> str:
        """Answer the account a request belongs to, or an empty string."""

    def refused(self, world: World, errcode: int) -> Reply:
        """Answer a bare error code in the platform's shape."""

    def perform(self, world: World, request: Request) -> Performed:
        """Do what a request asks, or refuse it."""

    def deliver(self, world: World) -> bool:
        """Push one event that is due; say whether there was one."""

    def is_pending(self, world: World) -> bool:
        """Say whether anything will happen by itself: a task ending, an event to push."""

    def visible(self, world: World, account: str) -> list[Json]:
        """Answer what the public can see now, of one account or of all."""

    def add_examples(self, world: World) -> None:
        """Create accounts to try things with."""


def settle_all(world: World, platforms: Iterable[Platform]) -> None:
    """Let happen what is due by now, on every platform."""
    for platform in platforms:
        platform.settle(world)


def run(world: World, platform: Platform, request: Request) -> Reply:
    """Run one request with the faults that strike it, and write it into the ledger with its effects.

    Effect and ledger entry are one transaction: the ledger never claims what did not happen, nor hides what did.
    Waiting happens outside it, so that a slow call holds nobody else up.
    """
    with world.store.transaction():
        account = platform.identify(world, request)
        strikes = world.faults.take(request.path, account, request.headers.get(FAULT_HEADER, ""))
    time.sleep(strikes.seconds(When.BEFORE))
    with world.store.transaction():
        platform.settle(world)
        performed = _perform(world, platform, request, strikes)
        account = platform.identify(world, request)
        world.ledger.record(Entry(request, account, performed.effects, strikes.names, performed.reply))
    time.sleep(strikes.seconds(When.AFTER))
    return performed.reply


def _perform(world: World, platform: Platform, request: Request, strikes: Strikes) -> Performed:
    def refuse(errcode: int) -> Reply:
        return platform.refused(world, errcode)

    prevented = strikes.prevented(refuse)
    performed = Performed(prevented) if prevented else platform.perform(world, request)
    return Performed(strikes.distorted(performed.reply, refuse), performed.effects)
