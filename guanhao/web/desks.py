"""What lies on a desk: what waits for the viewer and by when, the day's pushes and gaps, the viewer's own articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Q,
    QuerySet,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import RowNumber

from guanhao.cases.models import Step
from guanhao.cases.visibility import USUAL, VisibilityShape, visibility_of
from guanhao.contents.models import Article, ArticleHand, Push, PushItem
from guanhao.contents.queries import PushQuerySet, units_planned_for
from guanhao.contents.types import ArticleState
from guanhao.contents.weekplan import gaps
from guanhao.core import clock
from guanhao.core.prepared import Family, Prepared, given
from guanhao.core.text import Text
from guanhao.notices.models import Notice
from guanhao.people.permissions import Permission
from guanhao.publishing.models import PublishJob
from guanhao.publishing.queries import JobQuerySet, units_seen
from guanhao.registry.models import Account
from guanhao.registry.queries import AccountQuerySet
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
    """One viewer's desk. ``gaps`` are working days without the push that is owed, today's and later ones.

    Of a day's pushes the next ones are shown first, since whoever runs many accounts could not read them all here.
    """

    today: date
    waiting: Pile
    asks: Pile
    returned: Pile
    own: Pile
    pushes: Pile
    tomorrow: Pile
    unplanned: Pile
    gaps: Pile
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
    waiting, asks, unread = _waiting(viewer), _asks(viewer), _pile_of(_UNREAD.all(person=viewer.person))
    access.know_counts(viewer, access.Counts(waiting.total, asks.total, unread.total))
    returned, own = _own(viewer)
    pushes, tomorrow = _pushes(viewer, today)
    return Desk(
        today=today,
        waiting=waiting,
        asks=asks,
        returned=returned,
        own=own,
        pushes=pushes,
        tomorrow=tomorrow,
        unplanned=_unplanned(viewer) if cared_for else Pile((), 0),
        gaps=_gaps(viewer, today, cared_for),
        owed=_owed(viewer),
        notices=unread.rows,
        unpublished=unpublished(viewer.institution) if viewer.may(Permission.CALENDAR_MANAGE) else (),
        still=standing_still(viewer),
    )


def _first(rows: QuerySet[Any], shown: int = SHOWN) -> QuerySet[Any]:
    """The first rows, each with how many there are; ``rows`` join nothing that would repeat them."""
    first: QuerySet[Any] = rows.annotate(in_all=Window(Count("pk")))[:shown]
    return first


def _whether(**condition: Any) -> Case:
    """A column that says whether a row fulfils it."""
    return Case(When(**condition, then=True), default=False, output_field=BooleanField())


def _pile_of(first: Sequence[Any]) -> Pile:
    return Pile(first, first[0].in_all if first else 0)


def _owed(viewer: Viewer) -> Pile:
    """The duties the viewer owes; how many more there are is only known to be some, which saves a query."""
    rows = owed_on_desk(viewer, SHOWN)
    return Pile(rows[:SHOWN], len(rows))


_UNREAD: Prepared[Notice] = Prepared(
    lambda: _first(Notice.objects.filter(person=given("person"), read_at__isnull=True), NOTICES)
)
_WAITING: Prepared[Step] = Prepared(
    lambda: _first(
        access.free_for_given()
        .select_related("case__owner_unit", "case__submitted_by")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
)
_ASKS_OF_ALL: Prepared[PublishJob] = Prepared(lambda: _first(_asking(PublishJob.objects.all())))
_ASKS: Prepared[PublishJob] = Prepared(
    lambda: _first(_asking(PublishJob.objects.seen_from(given("units", many=True), given("person"))))
)


def _waiting(viewer: Viewer) -> Pile:
    return _pile_of(_WAITING.all(**access.freedom(viewer)) if viewer.person.active else [])


def _asks(viewer: Viewer) -> Pile:
    units = units_seen(viewer.person)
    found = _ASKS_OF_ALL.all() if units is None else _ASKS.all(units=units, person=viewer.person)
    prefetch_related_objects(found, "items__revision__article")
    return _pile_of(found)


def _asking(jobs: JobQuerySet) -> QuerySet[PublishJob]:
    return jobs.unsettled().order_by("due_at", "pk").select_related("account")


def _own(viewer: Viewer) -> tuple[Pile, Pile]:
    """What the viewer offered or had a hand in and is not over: what came back, and the rest. One query."""
    rows = _OWN.all(person=viewer.person)
    return _pile_of([row for row in rows if row.came_back]), _pile_of(
        [row for row in rows if not row.came_back]
    )


def _of_ones_own() -> QuerySet[Any]:
    handled = ArticleHand.objects.filter(person=given("person")).values("article")
    mine = Article.objects.filter(Q(contributor=given("person")) | Q(pk__in=handled))
    came_back = _whether(state=ArticleState.RETURNED)
    latest = F("changed_at").desc()
    rows: QuerySet[Any] = (
        mine.defer("working")
        .filter(state__in=(ArticleState.RETURNED, *OPEN_STATES))
        .annotate(
            came_back=came_back,
            in_all=Window(Count("pk"), partition_by=came_back),
            place=Window(RowNumber(), partition_by=came_back, order_by=latest),
        )
        .filter(place__lte=SHOWN)
        .select_related("account")
        .order_by("-changed_at")
    )
    return rows


_OWN: Prepared[Any] = Prepared(_of_ones_own)


def _pushes(viewer: Viewer, today: date) -> tuple[Pile, Pile]:
    """Today's and tomorrow's: of each day the first of those to come, then of those that are past. One query."""
    if not viewer.person.active:
        return Pile((), 0), Pile((), 0)
    start = datetime.combine(today, time(), clock.CHINA)
    day = timedelta(days=1)
    asked = {"start": start, "midnight": start + day, "end": start + 2 * day, "now": clock.now()}
    units = units_planned_for(viewer.person)
    if units is None:
        found = _PUSHES_OF_ALL.all(**asked)
    else:
        found = _PUSHES.all(**asked, units=units, person=viewer.person)
    _know_titles(found)
    return _pile_of([push for push in found if not push.later]), _pile_of(
        [push for push in found if push.later]
    )


def _know_titles(pushes: Sequence[Any]) -> None:
    """Say of every push the titles of its articles, in their order."""
    titles: dict[int, list[str]] = defaultdict(list)
    for push, title in _TITLES.all(pushes=[push.pk for push in pushes]) if pushes else ():
        titles[push].append(title)
    for push in pushes:
        push.titles = titles[push.pk]


_TITLES: Prepared[tuple[int, str]] = Prepared(
    lambda: (
        PushItem.objects.filter(push__in=given("pushes", many=True), live=True)
        .order_by("push", "position")
        .values_list("push_id", "revision__article__title")
    )
)


def _due(pushes: PushQuerySet) -> QuerySet[Any]:
    later, past = _whether(due_at__gte=given("midnight")), _whether(due_at__lt=given("now"))
    rows: QuerySet[Any] = (
        pushes.annotate(
            later=later,
            in_all=Window(Count("pk"), partition_by=later),
            place=Window(RowNumber(), partition_by=later, order_by=[past, F("due_at"), F("pk")]),
        )
        .filter(place__lte=SHOWN)
        .order_by("due_at", "pk")
    )
    return rows.select_related("account")


def _of_the_days() -> PushQuerySet:
    return Push.objects.between(given("start"), given("end"))


_PUSHES_OF_ALL: Prepared[Any] = Prepared(lambda: _due(_of_the_days()))
_PUSHES: Prepared[Any] = Prepared(
    lambda: _due(_of_the_days().seen_from(given("units", many=True), given("person")))
)


def _cared_for(viewer: Viewer) -> list[Account]:
    """The accounts whose plan is the viewer's business: all for the office, else those of his units or given to him.

    Of each only its name, and what the duty to push depends on (`contents.facts`).
    """
    if viewer.may(Permission.PUBLISHING_SEE_ALL):
        return _ALL_CARED_FOR.all()
    return _CARED_FOR.all(own=viewer.standing.unit_ids, person=viewer.person)


def _ones_own_accounts() -> AccountQuerySet:
    theirs = Q(owner_unit_id__in=given("own", many=True)) | Q(manager=given("person"))
    return Account.objects.active().filter(theirs)


def _as_planned_for(accounts: AccountQuerySet) -> AccountQuerySet:
    known = ("platform", "kind", "name", "handle", "flagship", "owner_unit__kind")
    return accounts.select_related("owner_unit").only(*known).order_by("platform", "name")


_ALL_CARED_FOR: Prepared[Account] = Prepared(lambda: _as_planned_for(Account.objects.active()))
_CARED_FOR: Prepared[Account] = Prepared(lambda: _as_planned_for(_ones_own_accounts()))


@dataclass(frozen=True, slots=True)
class _Plan:
    """Whatever changes the statement of what is unplanned: which articles one sees, and of which accounts."""

    seen: VisibilityShape
    of_all: bool


def _unplanned(viewer: Viewer) -> Pile:
    """Approved articles for those accounts that have no place in the plan yet, the oldest first."""
    if not viewer.person.active:
        return Pile((), 0)
    seen = visibility_of(viewer.person)
    shape = _Plan(seen.shape, of_all=viewer.may(Permission.PUBLISHING_SEE_ALL))
    return _pile_of(_UNPLANNED.of(shape).all(**seen.said() | {"own": viewer.standing.unit_ids}))


def _without_a_place(shape: _Plan) -> QuerySet[Any]:
    accounts = Account.objects.active() if shape.of_all else _ones_own_accounts()
    found = Article.objects.within(shape.seen.places()).unplanned().filter(account__in=accounts.values("pk"))
    return _first(found.defer("working").select_related("account", "owner_unit").order_by("changed_at"))


_UNPLANNED: Family[_Plan, Any] = Family(
    _without_a_place,
    usual=[_Plan(shape, of_all=shape.everything) for shape in USUAL],
)


def _gaps(viewer: Viewer, today: date, accounts: list[Account]) -> Pile:
    """This week's gaps from today on, the nearest day first."""
    if not accounts:
        return Pile((), 0)
    monday = today - timedelta(days=today.weekday())
    found = [gap for gap in gaps(viewer.institution, monday, accounts) if gap.day >= today]
    found.sort(key=lambda gap: gap.day)
    return Pile(found[:SHOWN], len(found))
