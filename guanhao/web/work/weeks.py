"""A week as a grid: days with their windows shaded, pushes in lanes, gaps with their article (ui.md, pattern 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from guanhao.calendars.working import days_between
from guanhao.contents.models import Push
from guanhao.core import clock

FIRST_HOUR = 6  # what goes out earlier is drawn at the upper edge, with its time
LENGTH_MINUTES = 45  # how tall a push is drawn
_DAY = 24 * 60
_SHOWN = _DAY - FIRST_HOUR * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """A lawful stretch of a day, in per cent of the grid's height."""

    top: float
    height: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A push on the grid. ``left`` and ``width`` are per cent of the day's column."""

    push: Push
    title: str
    more: int
    at: str
    top: float
    left: float
    width: float
    movable: bool


@dataclass(slots=True, kw_only=True)
class DayColumn:
    """One day."""

    day: date
    working: bool
    name: str
    today: bool
    shades: list[Shade] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Week:
    """Which week, and how to get to its neighbours."""

    monday: date

    @classmethod
    def of(cls, text: str) -> Week:
        """The week of a day written ``2026-11-20``; this week for anything else."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = clock.today()
        return cls(day - timedelta(days=day.weekday()))

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> date:
        """A day of the week before."""
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        """A day of the week after."""
        return self.monday + timedelta(days=7)

    @property
    def days(self) -> Iterable[date]:
        """Its seven days."""
        return days_between(self.monday, self.sunday)

    @property
    def begins(self) -> datetime:
        """Its first instant, in China."""
        return datetime.combine(self.monday, time(), clock.CHINA)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return self.begins + timedelta(days=7)


def height_at(moment: time) -> float:
    """Where a time of day stands on the grid, in per cent from the top."""
    minutes = moment.hour * 60 + moment.minute - FIRST_HOUR * 60
    return round(max(0, minutes) * 100 / _SHOWN, 3)


def shade(start: time, end: time) -> Shade:
    """A stretch of the day as the grid draws it; midnight as its end means the end of the day."""
    top = height_at(start)
    bottom = height_at(end) if end > start else 100.0
    return Shade(top=top, height=round(bottom - top, 3), label=f"{start:%H:%M}–{end:%H:%M}")


def hours() -> list[tuple[str, float]]:
    """The lines of the grid: every second hour with its height."""
    return [(f"{hour:02d}:00", height_at(time(hour))) for hour in range(FIRST_HOUR, 24, 2)]


def in_lanes(pushes: Sequence[Push], movable: Iterable[int]) -> list[Card]:
    """The pushes of one day side by side where they would cover each other."""
    may_move = set(movable)
    cards: list[Card] = []
    for cluster in _clusters(sorted(pushes, key=lambda push: (push.due_at, push.pk))):
        share = 100 / len(cluster)
        for lane, push in enumerate(cluster):
            cards.append(
                _card(push, left=round(lane * share, 3), width=round(share, 3), movable=push.pk in may_move)
            )
    return cards


def _clusters(pushes: Iterable[Push]) -> Iterable[list[Push]]:
    """Runs of pushes of which each begins before the one before it is over."""
    cluster: list[Push] = []
    for push in pushes:
        if cluster and push.due_at - cluster[-1].due_at >= timedelta(minutes=LENGTH_MINUTES):
            yield cluster
            cluster = []
        cluster.append(push)
    if cluster:
        yield cluster


def _card(push: Push, *, left: float, width: float, movable: bool) -> Card:
    items = list(push.items.all())
    local = push.due_at.astimezone(clock.CHINA)
    return Card(
        push=push,
        title=items[0].revision.article.title if items else "",
        more=max(0, len(items) - 1),
        at=f"{local:%Y-%m-%dT%H:%M}",
        top=height_at(local.time()),
        left=left,
        width=width,
        movable=movable,
    )
