"""An account's calls in rows: each is noted before it is made, so that workers together cannot overspend (weibo.md §6).

`spend` locks the account's row for one short transaction: PostgreSQL by the row, SQLite by the database. The arithmetic
is `platforms.weibo.budget`'s. Calls that were refused, or never left us, stay noted: nobody knows what the platform
counts (open question 42).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.platforms.weibo.budget import LIMITS, Made, Purpose, free_at, left_today
from guanhao.platforms.weibo.calls import Call
from guanhao.registry.models import Account, PlatformCall
from guanhao.steps.clock import database_now

KEPT = timedelta(days=2)  # longer than any window


class NoBudget(Exception):  # noqa: N818 - states the fact.
    """The account's calls are used up for this purpose until ``again_at``."""

    def __init__(self, again_at: datetime, *, writes: bool) -> None:
        self.again_at = again_at
        self.sentence = _sentence(again_at, writes=writes)
        super().__init__(self.sentence.en)


@dataclass(frozen=True, slots=True)
class Spent:
    """What an account's page shows: today's calls, the writes of the last hour, and the limits of both."""

    today: int
    a_day: int
    writes: int
    an_hour: int


def spend(account: Account, call: Call, purpose: Purpose) -> None:
    """Note a call, if it may be made now.

    Raises:
        NoBudget: not before the instant it names.
    """
    with transaction.atomic():
        _lock(account)
        now = database_now()
        again_at = free_at(purpose, writes=call.writes, made=_made(account, now), now=now)
        if again_at > now:
            raise NoBudget(again_at, writes=call.writes)
        _note(account, call, purpose, now)


def note(account: Account, call: Call, purpose: Purpose) -> None:
    """Note a call that is made whatever was spent: authorising, asking what a token is, giving it back."""
    _note(account, call, purpose, database_now())


def spent(account: Account) -> Spent:
    """How much of the account's calls is used."""
    now = database_now()
    made = _made(account, now)
    hour = [one for one in made if one.writes and one.at > now - timedelta(hours=1)]
    return Spent(
        LIMITS.calls_a_day - left_today(made, now), LIMITS.calls_a_day, len(hour), LIMITS.writes_an_hour
    )


def forget_old(now: datetime) -> int:
    """Delete notes that no window reaches any more; in the institution in scope."""
    return int(PlatformCall.objects.filter(at__lt=now - KEPT).delete()[0])


def _lock(account: Account) -> None:
    Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)


def _made(account: Account, now: datetime) -> list[Made]:
    recent = PlatformCall.objects.filter(account=account, at__gt=now - KEPT)
    return [Made(at, writes) for at, writes in recent.values_list("at", "writes")]


def _note(account: Account, call: Call, purpose: Purpose, now: datetime) -> None:
    PlatformCall.objects.create(
        institution_id=account.institution_id,
        account=account,
        at=now,
        name=call.name,
        purpose=purpose.value,
        writes=call.writes,
    )


def _sentence(again_at: datetime, *, writes: bool) -> Text:
    when = again_at.astimezone(clock.CHINA).strftime("%m-%d %H:%M")
    if writes:
        return Text(
            zh=f"微博接口次数已用完，最早 {when} 可以再发。",
            en=f"Weibo's calls are used up; it can go out from {when}.",
        )
    return Text(
        zh=f"微博接口次数已用完，最早 {when} 再核对。",
        en=f"Weibo's calls are used up; it is looked up from {when}.",
    )
