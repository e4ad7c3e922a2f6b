"""What a module of endpoints declares, and what its functions are handed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.ledger import Effect
from sandbox.wechat.accounts import Account, Group
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world import World

OK: Json = {"errcode": 0, "errmsg": "ok"}
LONGEST_PAGE = 20
LARGEST_NUMBER = 10**15


@dataclass(frozen=True)
class Endpoint:
    """One line of the routing table.

    ``needs_token`` is false only for the calls that fetch tokens or bring the secret along. ``reads_json`` parses
    the body before ``answer`` is called.
    """

    method: str
    path: str
    answer: Callable[[Call], Json | Reply]
    group: Group = Group.BASIC
    needs_token: bool = True
    reads_json: bool = False


@dataclass
class Call:
    """A request that reached its endpoint; ``account`` is the caller's."""

    world: World
    request: Request
    account: Account
    body: Json = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)

    @property
    def appid(self) -> str:
        """The caller's AppID."""
        return self.account.appid

    @property
    def now(self) -> float:
        """The virtual time, seconds since 1970."""
        return self.world.clock.now()

    def switch(self, name: str) -> Any:
        """Answer a switch as it stands for the caller."""
        return self.world.switches.value(name, self.appid)

    def effect(self, kind: str, /, **details: Any) -> None:
        """Note for the ledger what was done."""
        self.effects.append(Effect(kind, details))

    def number(self, name: str, default: int | None = None) -> int:
        """Answer a number of the body, 0 or more; digits in a string are tolerated (4.6). Refuses with 40035."""
        value = self.body.get(name, default)
        if isinstance(value, str) and value.isascii() and value.isdecimal():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST_NUMBER:
            raise Refusal(40035)
        return value

    def page(self) -> tuple[int, int]:
        """Answer offset and count of a list call; count is 1..20, else 40035 (open question 20)."""
        offset, count = self.number("offset", 0), self.number("count", LONGEST_PAGE)
        if not 1 <= count <= LONGEST_PAGE:
            raise Refusal(40035)
        return offset, count

    def media_id(self) -> str:
        """Answer the body's media_id. Refuses with 41006 when it is missing, 40007 when it is no string."""
        value = self.body.get("media_id")
        if not value:
            raise Refusal(41006)
        if not isinstance(value, str):
            raise Refusal(40007)
        return value


def parse_body(request: Request, unicode_escapes: str) -> Json:
    r"""Answer the JSON object of a body, else refuse with 44002 or 47001.

    What becomes of ``\uXXXX`` is the switch ``unicode_escapes`` (open question 1): a JSON parser's reading, the
    escapes kept as they are written, or a refusal with 40033.
    """
    if not request.body:
        raise Refusal(44002)
    raw = request.body
    if b"\\u" in raw and unicode_escapes != "parse":
        if unicode_escapes == "refuse":
            raise Refusal(40033)
        raw = raw.replace(b"\\u", b"\\\\u")
    try:
        document = json.loads(raw.decode("utf-8"))
    except ValueError:
        raise Refusal(47001) from None
    if not isinstance(document, dict):
        raise Refusal(47001)
    return document
