"""Words of the public directory. Nothing here has a place for a person: what is not in these values cannot be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from guanhao.core.text import Text


class Standing(StrEnum):
    """What the public may think of an account of the register."""

    OFFICIAL = "official"
    UNCONFIRMED = "unconfirmed"  # it missed its inspection
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Outcome(StrEnum):
    """The answer to "is this account yours?"."""

    OFFICIAL = "official"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class By(StrEnum):
    """What an account was recognised by. A name alone is no proof: anybody may take it on another platform or id."""

    ID = "id"
    LINK = "link"
    CODE = "code"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An account as the public sees it."""

    key: int
    platform: str
    platform_title: Text
    kind_title: Text
    name: str
    handle: str
    handle_title: Text
    address: str
    unit: str
    filing_number: str
    standing: Standing
    verified: bool
    verified_until: date | None
    inspected_on: date | None
    closed_on: date | None
    has_code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked, what it is, and what to beware of."""

    typed: str
    outcome: Outcome
    by: By | None = None
    entries: tuple[Entry, ...] = ()  # the accounts it is
    near: tuple[Entry, ...] = ()  # accounts in use whose names contain what was typed
    warning: Text | None = None  # why what was typed only looks like ours


@dataclass(frozen=True, slots=True)
class Open:
    """An institution whose directory is open."""

    institution_id: int
    key: str
    name: str
    hosts: tuple[str, ...]  # who may show the widget in a frame
    changed_at: datetime
