"""Answers that carry their reason: `Allowed` is true, `Denied` is false and says why and by which article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guanhao.core.text import Text


@dataclass(frozen=True, slots=True)
class Allowed:
    """A truthy answer."""

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """A falsy answer with the reason a person reads and the article (`ruian-16`) it rests on.

    ``article`` is empty only where the reason is not a rule of the institution (for example: not signed in).
    """

    reason: Text
    article: str = ""
    clause: str = ""

    def __bool__(self) -> Literal[False]:
        return False


Verdict = Allowed | Denied

ALLOWED = Allowed()


class Refused(Exception):  # noqa: N818 - it is an answer of the domain, not a malfunction.
    """An action was refused. Carries the `Denied` so that the page can show reason and citation."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied.reason.zh)
        self.denied = denied


class WrongState(Refused):
    """The thing is no longer in the state the action needs; somebody else was faster, or it is over."""


def require(verdict: Verdict) -> None:
    """Raise `Refused` unless the verdict allows."""
    if isinstance(verdict, Denied):
        raise Refused(verdict)
