"""Words of the platform contract: effect classes, classes of answers, capabilities (security §2.2, §2.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from guanhao.core.text import Text

MOST_KEPT = 8 * 1024  # of an answer's body, after secrets were removed (§2.3)


class Effect(StrEnum):
    """What a call does in the world; whether it may be repeated follows from this, never from the code path."""

    INVISIBLE = "I"
    KEYED = "Q"
    PUBLIC = "P"
    REMOVAL = "R"


class AnswerClass(StrEnum):
    """How an answer is classified. Everything not known for certain is unknown."""

    DONE = "done"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    REFUSED_TOKEN = "refused_token"  # noqa: S105 - a class of answers.
    REFUSED_LATER = "refused_later"


class Capability(StrEnum):
    """What an account may be able to do by API. Found by probing, never assumed (platform page §2)."""

    DRAFT = "draft"
    PUBLISH = "publish"
    MATERIAL = "material"
    MASS_SEND = "mass_send"
    COMMENT = "comment"
    MENU = "menu"
    USERS = "users"
    STATISTICS = "statistics"
    PROFILE = "profile"


class Period(StrEnum):
    """What an allowance is counted over, in Beijing time."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often a platform lets an account notify its followers."""

    number: int
    per: Period


@dataclass(frozen=True, slots=True)
class ChannelTraits:
    """One way out on a platform: what it needs, how many items go at once, whether followers are notified.

    ``allowances`` says, by the kind of account, how often followers may be notified; a kind that is not there has none
    that we know of.
    """

    channel: str
    needs: frozenset[Capability] = frozenset()
    most_items: int = 1
    notifies: bool = False
    allowances: Mapping[str, Allowance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of platform as data. ``connected`` says whether we speak its API; without it everything is by hand."""

    key: str
    title: Text
    channels: tuple[ChannelTraits, ...]
    connected: bool = False

    def channel(self, word: str) -> ChannelTraits | None:
        """The traits of a channel, or nothing where the platform has no such channel."""
        return next((traits for traits in self.channels if traits.channel == word), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A platform's classified answer.

    ``data`` holds what the reply said and may hold secrets, so it is left out of the representation; ``body`` is the
    reply for the record, secrets removed. ``why`` names the transport failure, where there was one; ``ours`` says what
    it was on our side that kept the call from being made.
    """

    call: str
    outcome: AnswerClass
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    body: str = field(default="", repr=False)
    http_status: int | None = None
    errcode: int | None = None
    errmsg: str = ""
    rid: str = ""
    why: str = ""
    ours: Text | None = None

    @property
    def done(self) -> bool:
        """Whether the platform did what it was asked."""
        return self.outcome is AnswerClass.DONE


class Said(Protocol):
    """What one code of a platform says: its sentence, and how many seconds to wait where it says "later"."""

    @property
    def text(self) -> Text:
        """The sentence a person reads."""
        ...

    @property
    def wait(self) -> int:
        """Seconds until the next try."""
        ...


def _unlisted(code: int | None) -> Text:
    return Text(zh=f"平台返回了代码 {code}。", en=f"The platform answered with the code {code}.")


@dataclass(frozen=True, slots=True)
class Codes:
    """A platform's table of codes, as the engine reads it: sentences and waits. Classes of answers are the client's."""

    meanings: Mapping[int, Said] = field(default_factory=dict)
    text_of: Callable[[int | None], Text] = _unlisted

    def wait_of(self, code: int | None, otherwise: timedelta) -> timedelta:
        """How long the platform wants one to wait; ``otherwise`` where the table does not know the code."""
        meaning = self.meanings.get(code or 0)
        return otherwise if meaning is None else timedelta(seconds=meaning.wait)

    def sentence(self, answer: Answer) -> Text:
        """Why a call brought nothing, in words."""
        if answer.ours is not None:
            return answer.ours
        if answer.outcome is AnswerClass.NOT_SENT:
            return Text(zh="暂时连接不上平台。", en="The platform cannot be reached at the moment.")
        if answer.errcode is None:
            return Text(zh="平台没有明确答复。", en="The platform gave no clear answer.")
        return self.text_of(answer.errcode)


_TOKEN_IN_TEXT = re.compile(
    r"""(["']?(?:access_token|refresh_token|secret|appsecret)["']?\s*[:=]\s*["']?)[^"'&\s,}]+""",
    re.IGNORECASE,
)


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given secrets and without anything that looks like a token, at most 8 KB (SE2)."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _TOKEN_IN_TEXT.sub(r"\1***", text)
    return text.encode()[:MOST_KEPT].decode(errors="ignore")
