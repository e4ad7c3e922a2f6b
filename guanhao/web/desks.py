"""What lies on a desk: what waits for the viewer and by when, the day's pushes and gaps, the viewer's own articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from guanhao.cases.models import Step
from guanhao.contents.models import Article, Push
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
    """The desk of a viewer; a fixed number of queries."""
    today, cared_for = clock.today(), _cared_for(viewer)
    return Desk(
        today=today,
        waiting=_pile(_waiting(viewer)),
        asks=_pile(_asks(viewer)),
        returned=_pile(_own(viewer).filter(state=ArticleState.RETURNED)),
        own=_pile(_own(viewer).filter(state__in=OPEN_STATES)),
        pushes=_pushes(viewer, today),
        tomorrow=_pushes(viewer, today + timedelta(days=1)),
        unplanned=_pile(_unplanned(viewer, cared_for)),
        gaps=_gaps(viewer, today, cared_for),
        owed=_owed(viewer),
        notices=list(access.notices(viewer).filter(read_at__isnull=True)[:5]),
        unpublished=unpublished(viewer.institution) if viewer.may(Permission.CALENDAR_MANAGE) else (),
        still=standing_still(viewer),
    )


def _pile(rows: QuerySet[Any]) -> Pile:
    return Pile(list(rows[:SHOWN]), rows.count())


def _owed(viewer: Viewer) -> Pile:
    """The duties the viewer owes; how many more there are is only known to be some, which saves a query."""
    rows = owed_on_desk(viewer, SHOWN)
    return Pile(rows[:SHOWN], len(rows))


def _waiting(viewer: Viewer) -> QuerySet[Step]:
    steps = Step.objects.waiting_for(viewer.person)
    return steps.select_related("case__owner_unit", "case__submitted_by").order_by(
        F("due_at").asc(nulls_last=True), "pk"
    )


def _asks(viewer: Viewer) -> QuerySet[PublishJob]:
    return access.asks(viewer).select_related("account").prefetch_related("items__revision__article")


def _own(viewer: Viewer) -> QuerySet[Article]:
    """Articles the viewer offered or had a hand in."""
    mine = Q(contributor=viewer.person) | Q(hands__person=viewer.person)
    return Article.objects.filter(mine).select_related("account").order_by("-changed_at").distinct()


def _pushes(viewer: Viewer, day: date) -> list[Push]:
    start = datetime.combine(day, time(), clock.CHINA)
    rows = Push.objects.visible_to(viewer.person).between(start, start + timedelta(days=1))
    return list(rows.with_items().order_by("due_at"))


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
