"""Reads of articles and pushes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast

from guanhao.cases.models import Case
from guanhao.cases.visibility import Visibility, visibility_of
from guanhao.contents.types import ArticleState, ContributorKind, PushState, RescreeningState
from guanhao.core.counts import of_each
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below

if TYPE_CHECKING:
    from guanhao.contents.models import Article, LinkState, Push, Rescreening

ITEMS = (
    "items__revision__article__owner_unit",
    "items__revision__article__account__owner_unit",
    "items__revision__article__case__rulebook",
)
IN_A_UNITS_NAME = (ContributorKind.UNIT, ContributorKind.OFFICE)


class ArticleQuerySet(models.QuerySet["Article"]):
    """Articles of the institution in scope."""

    def visible_to(self, person: Person) -> ArticleQuerySet:
        """One's own and those one had a hand in; those of one's units and the units below; those whose case one may see.

        Drafts of individuals are theirs alone. An administrator sees nothing by virtue of that role (K12). A constant
        number of queries.
        """
        if not person.active:
            return self.none()
        return self.within(visibility_of(person))

    def within(self, visibility: Visibility) -> ArticleQuerySet:
        """As `visible_to`, where what an active person may see is known, or only its places are."""
        return self.filter(
            Q(contributor=visibility.person)
            | Q(owner_unit__in=visibility.units, contributor_kind__in=IN_A_UNITS_NAME)
            | (_touching(visibility) if visibility.shape.much else _touched(visibility))
        )

    def unplanned(self) -> ArticleQuerySet:
        """Approved ones that have no place in a push yet."""
        return self.filter(state=ArticleState.APPROVED)


def units_planned_for(person: Person) -> frozenset[int] | None:
    """The units whose pushes the person sees; nothing for whoever sees all."""
    held = standing(person)
    if {Permission.PUBLISHING_SEE_ALL, Permission.ARTICLE_SEE_ALL} & held.permissions:
        return None
    return with_units_below(held.unit_ids)


class PushQuerySet(models.QuerySet["Push"]):
    """Pushes of the institution in scope."""

    def between(self, start: datetime, end: datetime) -> PushQuerySet:
        """Pushes due from ``start`` (inclusive) to ``end`` (exclusive) that were not cancelled."""
        return self.filter(due_at__gte=start, due_at__lt=end).exclude(state=PushState.CANCELLED)

    def visible_to(self, person: Person) -> PushQuerySet:
        """Those of the accounts of one's units and the units below, one's own plans, and those that carry one's articles.

        All for whoever sees all publishing. A constant number of queries.
        """
        if not person.active:
            return self.none()
        units = units_planned_for(person)
        return self if units is None else self.seen_from(units, person)

    def seen_from(self, units: Any, person: Any) -> PushQuerySet:
        """Those of the units' accounts and articles, and one's own. Takes the places of the values too.

        Whatever limits the pushes beforehand limits also where those that carry one's articles are looked for.
        """
        return self.filter(
            Q(account__owner_unit__in=units)
            | Q(planned_by=person)
            | Q(pk__in=self._carrying_articles_of(person, units).values("pk"))
        )

    def with_items(self) -> PushQuerySet:
        """With their items, revisions and articles, for `Push.live_items`."""
        return self.select_related("account__owner_unit", "planned_by").prefetch_related(*ITEMS)

    def _carrying_articles_of(self, person: Any, units: Any) -> models.QuerySet[Push]:
        mine = Q(items__revision__article__contributor=person)
        ours = Q(
            items__revision__article__owner_unit__in=units,
            items__revision__article__contributor_kind__in=IN_A_UNITS_NAME,
        )
        return self.filter(mine | ours, items__live=True)


def _touched(visibility: Visibility) -> Q:
    """Articles among those the person had a hand in, or whose cases, past or present, they may see."""
    cases = Case.objects.within(visibility).filter(subject_kind="article")
    subjects = cases.annotate(article_key=Cast("subject_id", models.BigIntegerField())).values("article_key")
    hands = apps.get_model("contents", "ArticleHand").objects.filter(person=visibility.person)
    return Q(pk__in=hands.values("article")) | Q(pk__in=subjects)


def _touching(visibility: Visibility) -> Q:
    """The same, asked of each article (`cases.visibility.decided_much`)."""
    hands = apps.get_model("contents", "ArticleHand").objects.filter(
        of_each(), person=visibility.person, article=OuterRef("pk")
    )
    cases = Case.objects.within(visibility).filter(
        of_each(), subject_kind="article", subject_id=Cast(OuterRef("pk"), models.CharField(max_length=60))
    )
    return Q(Exists(cases)) | Q(Exists(hands))


class LinkQuerySet(models.QuerySet["LinkState"]):
    """Addresses of the institution in scope."""

    def waiting(self) -> LinkQuerySet:
        """Those a worker has still to try."""
        return self.filter(waiting=True)


class RescreeningQuerySet(models.QuerySet["Rescreening"]):
    """Re-screenings of the institution in scope."""

    def running(self) -> RescreeningQuerySet:
        """Those that go on by themselves."""
        return self.filter(state=RescreeningState.RUNNING)

    def alive(self) -> RescreeningQuerySet:
        """Those that are not over."""
        return self.filter(state__in=(RescreeningState.RUNNING, RescreeningState.PAUSED))
