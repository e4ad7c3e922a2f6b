"""How an account's few calls are shared out: a hundred a day, thirty writes an hour (weibo.md §6). Arithmetic only.

Whoever makes the calls keeps a note of each and asks here first; refused calls are noted, too, since nobody knows
whether they count (open question 42). The platform gives no reliable figures of its own while a call is planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from guanhao.core.clock import CHINA

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Purpose(StrEnum):
    """What a call is for, most urgent first."""

    PUBLISH = "publish"
    VERIFY = "verify"
    COMMENTS = "comments"
    STATISTICS = "statistics"


# How many of the day's calls each purpose leaves to the more urgent ones: twenty are publishing's (§6), half of them
# for the posts themselves, half for looking whether they are there.
_LEFT_ALONE = {Purpose.PUBLISH: 0, Purpose.VERIFY: 10, Purpose.COMMENTS: 20, Purpose.STATISTICS: 30}


@dataclass(frozen=True, slots=True)
class Limits:
    """The platform's limits for one account, and what each purpose leaves alone of the day's calls."""

    calls_a_day: int = 100
    writes_an_hour: int = 30
    left_alone: Mapping[Purpose, int] = field(default_factory=lambda: MappingProxyType(_LEFT_ALONE))


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made: when (aware), and whether it was a write."""

    at: datetime
    writes: bool = False


def free_at(
    purpose: Purpose, *, writes: bool, made: Iterable[Made], now: datetime, limits: Limits = LIMITS
) -> datetime:
    """The earliest moment a call may be made, ``now`` where it may be made at once.

    The day is Beijing's; the hour is any sixty minutes, which is never laxer than the clock's (open question 42).
    """
    notes = tuple(made)
    by_day = _day_is_free(purpose, notes, now, limits)
    return max(by_day, _hour_is_free(notes, now, limits)) if writes else by_day


def left_today(made: Iterable[Made], now: datetime, limits: Limits = LIMITS) -> int:
    """How many calls the day still has."""
    return max(limits.calls_a_day - _made_today(made, now), 0)


def _day_is_free(purpose: Purpose, made: tuple[Made, ...], now: datetime, limits: Limits) -> datetime:
    if left_today(made, now, limits) > limits.left_alone[purpose]:
        return now
    return (_midnight(now) + _DAY).astimezone(now.tzinfo)


def _hour_is_free(made: tuple[Made, ...], now: datetime, limits: Limits) -> datetime:
    recent = sorted(call.at for call in made if call.writes and call.at > now - _HOUR)
    over = len(recent) - limits.writes_an_hour
    return recent[over] + _HOUR if over >= 0 else now


def _made_today(made: Iterable[Made], now: datetime) -> int:
    began = _midnight(now)
    return sum(began <= call.at for call in made)


def _midnight(now: datetime) -> datetime:
    return now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
