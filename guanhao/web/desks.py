"""What lies on a desk: what waits for the viewer and by when, the day's pushes and gaps, the viewer's own articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from guanhao.cases.models import Step
from guanhao.contents.models import Article, ArticleHand, Push
from guanhao.contents.types import ArticleState
from guanhao.contents.weekplan import Gap, gaps
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.notices.models import Notice
from guanhao.people.permissions import Permission
from guanhao.publishing.models import PublishJob
from guanhao.registry.models import Account
from guanhao.web import access
from guanhao.web.almanac import unpublished
from guanhao.web.viewer import Viewer
from guanhao.web.work.duty_pages import owed_on_desk
from guanhao.web.work.pulse_page import standing_still

SHOWN = 8
NOTICES = 5
OPEN_STATES = (ArticleState.DRAFT, ArticleState.IN_REVIEW, ArticleState.APPROVED, ArticleState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Pile:
    """The first rows of something, and how many there are in all."""

    rows: Sequence[Any]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One viewer's desk. ``gaps`` are working days without the push that is owed, today's and later ones."""

    today: date
    waiting: Pile
    asks: Pile
    returned: Pile
    own: Pile
    pushes: Sequence[Push]
    tomorrow: Sequence[Push]
    unplanned: Pile
    gaps: Sequence[Gap]
    owed: Pile
    notices: Sequence[Notice]
    unpublished: tuple[int, ...]
    still: Sequence[Text]

    @property
    def clear(self) -> bool:
        """Whether nothing waits for the viewer."""
        return not (self.waiting.total or self.asks.total or self.returned.total or self.owed.total)


def of(viewer: Viewer) -> Desk:
    """The desk of a viewer; a fixed number of queries, and what it counts the frame need not count again."""
    today, cared_for = clock.today(), _cared_for(viewer)
    waiting, asks, unread = (
        _pile(_waiting(viewer)),
        _pile(_asks(viewer)),
        _pile(access.unread(viewer), NOTICES),
    )
    access.know_counts(viewer, access.Counts(waiting.total, asks.total, unread.total))
    returned, own = _own(viewer)
    pushes = _pushes(viewer, today)
    return Desk(
        today=today,
        waiting=waiting,
        asks=asks,
        returned=returned,
        own=own,
        pushes=[push for push in pushes if _day(push) == today],
        tomorrow=[push for push in pushes if _day(push) != today],
        unplanned=_pile(_unplanned(viewer, cared_for)),
        gaps=_gaps(viewer, today, cared_for),
        owed=_owed(viewer),
        notices=unread.rows,
        unpublished=unpublished(viewer.institution) if viewer.may(Permission.CALENDAR_MANAGE) else (),
        still=standing_still(viewer),
    )


def _pile(rows: QuerySet[Any], shown: int = SHOWN) -> Pile:
    """The first rows and how many there are, in one query; ``rows`` join nothing that would repeat them."""
    first = list(rows.annotate(in_all=Window(Count("pk")))[:shown])
    return Pile(first, first[0].in_all if first else 0)


def _owed(viewer: Viewer) -> Pile:
    """The duties the viewer owes; how many more there are is only known to be some, which saves a query."""
    rows = owed_on_desk(viewer, SHOWN)
    return Pile(rows[:SHOWN], len(rows))


def _waiting(viewer: Viewer) -> QuerySet[Step]:
    return (
        access.waiting(viewer)
        .select_related("case__owner_unit", "case__submitted_by")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def _asks(viewer: Viewer) -> QuerySet[PublishJob]:
    return access.asks(viewer).select_related("account").prefetch_related("items__revision__article")


def _own(viewer: Viewer) -> tuple[Pile, Pile]:
    """What the viewer offered or had a hand in and is not over: what came back, and the rest. One query."""
    handled = ArticleHand.objects.filter(article=OuterRef("pk"), person=viewer.person)
    mine = Article.objects.filter(Q(contributor=viewer.person) | Q(Exists(handled)))
    came_back = Case(When(state=ArticleState.RETURNED, then=True), default=False, output_field=BooleanField())
    latest = F("changed_at").desc()
    rows: QuerySet[Any] = (
        mine.filter(state__in=(ArticleState.RETURNED, *OPEN_STATES))
        .annotate(
            came_back=came_back,
            in_all=Window(Count("pk"), partition_by=came_back),
            place=Window(RowNumber(), partition_by=came_back, order_by=latest),
        )
        .filter(place__lte=SHOWN)
        .select_related("account")
        .order_by("-changed_at")
    )
    halves = ([row for row in rows if row.came_back], [row for row in rows if not row.came_back])
    returned, rest = (Pile(half, half[0].in_all if half else 0) for half in halves)
    return returned, rest


def _pushes(viewer: Viewer, today: date) -> list[Push]:
    """Today's and tomorrow's."""
    start = datetime.combine(today, time(), clock.CHINA)
    rows = Push.objects.visible_to(viewer.person).between(start, start + timedelta(days=2))
    return list(rows.with_items().order_by("due_at"))


def _day(push: Push) -> date:
    return push.due_at.astimezone(clock.CHINA).date()


def _cared_for(viewer: Viewer) -> list[Account]:
    """The accounts whose plan is the viewer's business: all for the office, else those of his units or given to him."""
    accounts = access.accounts(viewer).active()
    if not viewer.may(Permission.PUBLISHING_SEE_ALL):
        own = Q(owner_unit_id__in=viewer.standing.unit_ids) | Q(manager=viewer.person)
        accounts = accounts.filter(own)
    return list(accounts)


def _unplanned(viewer: Viewer, accounts: list[Account]) -> QuerySet[Article]:
    """Approved articles for those accounts that have no place in the plan yet, the oldest first."""
    rows = Article.objects.visible_to(viewer.person).unplanned().filter(account__in=accounts)
    return rows.select_related("account", "owner_unit").order_by("changed_at")


def _gaps(viewer: Viewer, today: date, accounts: list[Account]) -> list[Gap]:
    """This week's gaps from today on."""
    if not accounts:
        return []
    monday = today - timedelta(days=today.weekday())
    found = gaps(viewer.institution, monday, accounts)
    return [gap for gap in found if gap.day >= today]
