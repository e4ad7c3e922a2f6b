"""How often an account may still notify its followers, counted over every send known to us (wechat.md §6).

The numbers are the platform's, kept as data in `platforms.registry`. What the platform itself says when a send comes
(45028) counts more than our count: it knows of sends made on its console that nobody told us about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from guanhao.contents.types import Channel
from guanhao.core.clock import CHINA
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.platforms.registry import platform_of
from guanhao.platforms.types import Allowance, Period
from guanhao.publishing.models import HandReport, PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry.models import Account

_WENT_OUT = (JobState.PUBLISHED, JobState.REMOVED)
_NEVER = (JobState.CANCELLED, JobState.REJECTED)


@dataclass(frozen=True, slots=True)
class Standing:
    """An allowance in the day or month of one instant: how many sends are out, and how many more are planned."""

    allowance: Allowance
    at: datetime
    sent: int
    planned: int

    @property
    def taken(self) -> int:
        """Sends that are out or planned."""
        return self.sent + self.planned

    @property
    def full(self) -> bool:
        """Whether one more would be one too many."""
        return self.taken >= self.allowance.number


def allowance_of(account: Account, channel: str) -> Allowance | None:
    """The account's allowance on the channel; nothing where the channel has none, or the account's kind is not known."""
    traits = platform_of(account.platform).channel(channel)
    return traits.allowances.get(account.kind) if traits else None


def standing(
    account: Account, channel: str, at: datetime, *, instead_of: PublishJob | None = None
) -> Standing | None:
    """How the allowance stands in the period of an instant, leaving out the job that is to be moved."""
    allowance = allowance_of(account, channel)
    if allowance is None:
        return None
    begins, ends = _period(allowance.per, at)
    jobs = PublishJob.objects.filter(_notifying(account), account=account).exclude(state__in=_NEVER)
    jobs = jobs.annotate(moment=Coalesce("published_at", "due_at")).filter(
        moment__gte=begins, moment__lt=ends
    )
    if instead_of is not None:
        jobs = jobs.exclude(pk=instead_of.pk)
    states = list(jobs.values_list("state", flat=True))
    sent = sum(state in _WENT_OUT for state in states)
    return Standing(allowance, at, sent, len(states) - sent)


def may_plan(
    account: Account, channel: str, at: datetime, *, instead_of: PublishJob | None = None
) -> Verdict:
    """Whether one more send may be planned for an instant. The account is locked, so that two planners cannot both be the last.

    Called in the transaction that plans.
    """
    if allowance_of(account, channel) is None:
        return ALLOWED
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    stands = standing(account, channel, at, instead_of=instead_of)
    return Denied(_full(stands)) if stands is not None and stands.full else ALLOWED


def _full(stands: Standing) -> Text:
    local, number = stands.at.astimezone(CHINA), stands.allowance.number
    if stands.allowance.per is Period.DAY:
        return Text(
            zh=f"{local:%m-%d} 的群发次数（{number} 次）已用完或已排满。请改到别的日子，或改为不通知粉丝的发布。",
            en=f"The {number} mass send of {local:%m-%d} is taken. Choose another day, or publish without notifying followers.",
        )
    return Text(
        zh=f"{local:%Y-%m} 的群发次数（每位粉丝 {number} 次）已用完或已排满。请改到下个月，或改为不通知粉丝的发布。",
        en=f"The {number} mass sends of {local:%Y-%m} are taken. Choose next month, or publish without notifying followers.",
    )


def _notifying(account: Account) -> Q:
    """Jobs that notify followers: by their channel, or by hand where the report says so."""
    channels = [traits.channel for traits in platform_of(account.platform).channels if traits.notifies]
    by_hand = Exists(HandReport.objects.filter(job=OuterRef("pk"), notified=True))
    return Q(channel__in=channels) | (Q(channel=Channel.BY_HAND) & Q(by_hand))


def _period(per: Period, at: datetime) -> tuple[datetime, datetime]:
    day = at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    if per is Period.DAY:
        return day, day + timedelta(days=1)
    month = day.replace(day=1)
    return month, (month + timedelta(days=32)).replace(day=1)
