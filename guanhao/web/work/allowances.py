"""How often an account may still notify its followers, in the words of the planning and push pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from guanhao.contents.types import Channel
from guanhao.core import clock
from guanhao.platforms.registry import platform_of
from guanhao.platforms.types import Period
from guanhao.publishing import allowance
from guanhao.registry.models import Account


@dataclass(frozen=True, slots=True)
class Count:
    """One line: what is counted (今日群发), how it stands (0/1), whether it is full, and what is planned of it."""

    label: str
    figure: str
    full: bool
    planned: int


def count_of(account: Account, at: datetime) -> Count | None:
    """The account's mass sends in the period of an instant; nothing where the platform or its kind has no allowance."""
    channel = notifying(account)
    stands = allowance.standing(account, channel, at) if channel else None
    if stands is None:
        return None
    local = at.astimezone(clock.CHINA)
    if stands.allowance.per is Period.MONTH:
        label = _("本月群发") if (local.year, local.month) == _month() else _("%s 群发") % f"{local:%Y-%m}"
    else:
        label = _("今日群发") if local.date() == clock.today() else _("%s 群发") % f"{local:%m-%d}"
    return Count(label, f"{stands.sent}/{stands.allowance.number}", stands.full, stands.planned)


def notifying(account: Account) -> str:
    """The channel on which the account's followers are notified; empty where its platform has none."""
    channels = platform_of(account.platform).channels
    return next((traits.channel for traits in channels if traits.notifies), "")


def counts_notices(account: Account) -> bool:
    """Whether a publication by hand may count against an allowance."""
    return bool(notifying(account))


def notifies(account: Account, channel: str) -> bool:
    """Whether a push on the channel notifies followers."""
    return channel == notifying(account) and channel != Channel.BY_HAND


def _month() -> tuple[int, int]:
    return clock.today().year, clock.today().month
