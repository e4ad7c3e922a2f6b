"""Invented figures of articles and followers: always the same for the same day, growing from day to day (wechat.md 11)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.clock import BEIJING
from sandbox.wechat import articles
from sandbox.wechat.articles import Channel

if TYPE_CHECKING:
    from sandbox.wechat.accounts import Account
    from sandbox.wechat.articles import Publication
    from sandbox.world import World

NOTIFIED = {Channel.MASS.value, Channel.CONSOLE_NOTIFIED.value}


@dataclass(frozen=True)
class Piece:
    """One article of one publication, as statistics count it; ``idx`` from 1."""

    publication: Publication
    idx: int

    @property
    def msgid(self) -> str:
        """The join key: message number and index from 1."""
        return f"{self.publication.msg_data_id}_{self.idx}"

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.publication.items[self.idx - 1]["article"]["title"])

    @property
    def day(self) -> date:
        """The day it was published on, in Beijing."""
        return day_of(self.publication.published_at)

    @property
    def notified(self) -> bool:
        """Whether followers were told."""
        return self.publication.channel in NOTIFIED

    def readers(self, until: date) -> int:
        """How many people had read it by the end of a day: half of all who ever will on the first, and so on."""
        days = (until - self.day).days + 1
        if days <= 0:
            return 0
        most = (400 if self.notified else 40) + drawn(self.publication.article_id, str(self.idx), below=200)
        return most - (most >> days)

    def readers_on(self, day: date) -> int:
        """How many read it on one day."""
        return self.readers(day) - self.readers(day - timedelta(days=1))


def pieces(world: World, account: str) -> list[Piece]:
    """Answer everything an account published, oldest first."""
    found = reversed(articles.every(world, account))
    return [Piece(each, idx) for each in found for idx in range(1, len(each.items) + 1)]


def day_of(moment: float) -> date:
    """The day in Beijing of a moment."""
    return datetime.fromtimestamp(moment, BEIJING).date()


def drawn(*parts: str, below: int) -> int:
    """Answer a number that looks random and is always the same for the same parts."""
    return int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:4], "big") % below


def followed_on(account: Account, day: date) -> tuple[int, int]:
    """Answer how many began and how many ceased to follow on a day."""
    come = drawn(account.appid, "come", day.isoformat(), below=6)
    return come, drawn(account.appid, "go", day.isoformat(), below=min(come, 3) + 1)


def followers_on(account: Account, day: date, yesterday: date) -> int:
    """Answer how many followed at the end of a day, counted back from now."""
    later = [day + timedelta(days=after) for after in range(1, (yesterday - day).days + 1)]
    return max(
        account.followers - sum(come - go for come, go in (followed_on(account, each) for each in later)), 0
    )
