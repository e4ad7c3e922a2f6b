"""What a module of Weibo endpoints declares, and what its functions are handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.ledger import Effect
from sandbox.weibo import refusals
from sandbox.weibo.apps import App, Right
from sandbox.weibo.refusals import Refusal
from sandbox.weibo.users import User
from sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world import World

GET, POST = frozenset({"GET"}), frozenset({"POST"})
EITHER = GET | POST
MOST_DIGITS = 18


@dataclass(frozen=True)
class Endpoint:
    """One line of the routing table; ``kind`` is what a call counts as: read, post, comment, oauth."""

    methods: frozenset[str]
    path: str
    answer: Callable[[Call], Json | Reply]
    right: Right = Right.READ
    kind: str = "read"

    @property
    def writes(self) -> bool:
        """Whether it changes what others see."""
        return self.kind in {"post", "comment"}


@dataclass
class Call:
    """A request that reached its endpoint, by an app for a user; ``fields`` are those of its query and its form."""

    world: World
    request: Request
    app: App
    user: User
    fields: dict[str, str] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)

    @property
    def uid(self) -> str:
        """The authorising user's id."""
        return self.user.uid

    @property
    def now(self) -> float:
        """The virtual time, seconds since 1970."""
        return self.world.clock.now()

    def switch(self, name: str) -> Any:
        """Answer a switch as it stands for the user."""
        return self.world.switches.value(name, self.uid)

    def effect(self, kind: str, /, **details: Any) -> None:
        """Note for the ledger what was done."""
        self.effects.append(Effect(kind, details))

    def text(self, name: str) -> str:
        """Answer a field, empty where it is not given."""
        return self.fields.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """Answer a number, 0 or more. Refuses with 10008."""
        return _number(self.fields.get(name) or str(default))

    def numbers(self, name: str, missing: int, most: int) -> list[int]:
        """Answer a comma list of ids. Refuses with ``missing`` when there is none, with 20009 beyond ``most``."""
        values = [value for value in self.text(name).split(",") if value]
        if not values:
            raise Refusal(missing)
        if len(values) > most:
            raise Refusal(20009)
        return [_number(value) for value in values]

    def refused(self, errcode: int) -> Reply:
        """Answer an error without undoing what was done: 20032 is one with an effect."""
        return refusals.reply(self.world, Refusal(errcode), self.request.path, self.uid)


def _number(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or len(value) > MOST_DIGITS:
        raise Refusal(10008)
    return int(value)


def fields_of(request: Request) -> dict[str, str]:
    """Answer the fields of query and form together."""
    return request.query | request.fields()
