"""What a self-test finds, line by line (platform page §2)."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.core.text import Text
from guanhao.platforms.types import Capability
from guanhao.registry.tokens import NoToken
from guanhao.registry.types import CapabilityState

CONNECTION = Text(zh="连接与凭证", en="Connection and token")
WORKS = Text(zh="可用。", en="It works.")


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. ``copy`` is what the person has to take to the console, such as an address for the allow-list."""

    title: Text
    state: CapabilityState
    sentence: Text
    code: int | None = None
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """What one probe brought."""

    capability: Capability
    line: Line
    errcode: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a platform's test found: lines about the connection, then one per probe.

    ``needed`` are the capabilities without which nothing is published by API; ``connected`` whether there is a token;
    ``kind`` the account's, in the register's words, where the platform tells it.
    """

    lines: tuple[Line, ...]
    probed: tuple[Probed, ...] = ()
    needed: frozenset[Capability] = frozenset()
    connected: bool = True
    kind: str = ""

    @property
    def ok(self) -> bool:
        """Whether the account can be published to by API."""
        granted = {one.capability for one in self.probed if one.line.state == CapabilityState.GRANTED}
        return self.connected and granted >= self.needed


@dataclass(frozen=True, slots=True)
class Report:
    """What a self-test found, in the order it asked; ``ok`` says whether the account can be published to by API."""

    lines: tuple[Line, ...]
    ok: bool


def without_token(trouble: NoToken) -> Found:
    """Nothing could be asked, because there is no token."""
    state = CapabilityState.REFUSED if trouble.lasting else CapabilityState.UNKNOWN
    line = Line(CONNECTION, state, trouble.sentence, trouble.code, trouble.copy)
    return Found((line,), connected=False)
