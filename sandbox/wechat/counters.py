"""Counters per account that turn with the minute, the Beijing day or the month, and the limits on calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.clock import beijing_day, minute_of
from sandbox.wechat.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.wechat.endpoint import Call
    from sandbox.world import World

# Historical defaults (wechat.md 1.5); an account's own limits are set through the control API.
DAILY_LIMITS = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/material/add_material": 5_000,
    "/cgi-bin/media/upload": 5_000,
    "/cgi-bin/material/get_material": 10_000,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/delete": 10,
    "/cgi-bin/message/mass/preview": 100,
}
LIMITS_PER_MINUTE = {"/cgi-bin/message/mass/sendall": 60}
DEFAULT_DAILY_LIMIT = 100_000
DEFAULT_PER_MINUTE = 10_000


@dataclass(frozen=True)
class Limits:
    """How often one endpoint may be called."""

    daily: int
    per_minute: int


@dataclass(frozen=True)
class Counter:
    """One count of one account in one period."""

    world: World
    account: str
    name: str
    period: str

    @property
    def used(self) -> int:
        """The count so far."""
        return self.world.store.number(
            "SELECT used FROM counters WHERE account = ? AND name = ? AND period = ?",
            self.account, self.name, self.period,
        )  # fmt: skip

    def add(self) -> None:
        """Count one more."""
        self.world.store.run(
            "INSERT INTO counters (account, name, period, used) VALUES (?, ?, ?, 1)"
            " ON CONFLICT (account, name, period) DO UPDATE SET used = used + 1",
            self.account, self.name, self.period,
        )  # fmt: skip

    def set(self, used: int) -> None:
        """Put the count to a number."""
        self.world.store.run(
            "INSERT OR REPLACE INTO counters (account, name, period, used) VALUES (?, ?, ?, ?)",
            self.account, self.name, self.period, used,
        )  # fmt: skip


def limits(world: World, account: str, path: str) -> Limits:
    """Answer the limits of an endpoint for an account."""
    row = world.store.row("SELECT * FROM quotas WHERE account = ? AND path = ?", account, path)
    daily = row["daily"] if row else None
    per_minute = row["per_minute"] if row else None
    return Limits(
        DAILY_LIMITS.get(path, DEFAULT_DAILY_LIMIT) if daily is None else daily,
        LIMITS_PER_MINUTE.get(path, DEFAULT_PER_MINUTE) if per_minute is None else per_minute,
    )


def today(call: Call, path: str) -> Counter:
    """Answer the counter of an endpoint for the current Beijing day."""
    return Counter(call.world, call.appid, path, beijing_day(call.now))


def check(call: Call, path: str) -> None:
    """Refuse with 45009 or 45011 when the day's or the minute's calls of an endpoint are used up."""
    allowed = limits(call.world, call.appid, path)
    if today(call, path).used >= allowed.daily:
        raise Refusal(45009)
    if _this_minute(call, path).used >= allowed.per_minute:
        raise Refusal(45011)


def spend(call: Call, path: str) -> None:
    """Count one call of an endpoint."""
    today(call, path).add()
    _this_minute(call, path).add()


def _this_minute(call: Call, path: str) -> Counter:
    return Counter(call.world, call.appid, path, minute_of(call.now))
