"""The only doors from the pages to rows: counts, lists and objects a viewer may see (anchors rule 8).

Out of sight and missing are one answer, 404 (TN1). In sight but not allowed is a `Refused` of the domain, 403.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.http import Http404

from guanhao.cases.models import Case, Step
from guanhao.cases.queries import StepQuerySet, kept_from
from guanhao.cases.visibility import Visibility
from guanhao.contents.models import Article
from guanhao.core import clock
from guanhao.core.counts import CountOf
from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared, given
from guanhao.exports.models import ExportJob
from guanhao.ledger.models import Checkpoint, Event
from guanhao.notices.models import Notice
from guanhao.people.models import Appointment, Delegation, Person, Unit
from guanhao.people.queries import PersonQuerySet, UnitQuerySet
from guanhao.publishing.models import PublishJob
from guanhao.publishing.queries import JobQuerySet, units_seen
from guanhao.registry.models import Account
from guanhao.registry.queries import AccountQuerySet
from guanhao.regulation.models import RulebookVersion
from guanhao.regulation.queries import versions
from guanhao.web.viewer import Viewer

NOBODYS = 0  # a key no row has, since nothing is unlike an empty list in SQL
M = TypeVar("M", bound=models.Model)


def one(queryset: models.QuerySet[M], **lookup: object) -> M:
    """The one row of what may be seen; `Http404` whether it is out of sight or does not exist."""
    row = queryset.filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def notices(viewer: Viewer) -> models.QuerySet[Notice]:
    """The viewer's own notices, newest first."""
    return Notice.objects.filter(person=viewer.person)


def exports(viewer: Viewer) -> models.QuerySet[ExportJob]:
    """The viewer's own exports; nobody sees another's."""
    return ExportJob.objects.of(viewer.person).offered()


@dataclass(frozen=True, slots=True)
class Counts:
    """What the frame of every page counts: decisions that wait, jobs that ask, notices not read."""

    waiting: int
    asks: int
    unread: int


def counts(viewer: Viewer) -> Counts:
    """The counts of the frame, in one query; a reading request asks once, and none where a page knew them already."""
    return remembered(("counts", viewer.person.pk), lambda: _counts(viewer))


def know_counts(viewer: Viewer, known: Counts) -> None:
    """Say what a page has counted anyway, so that its frame need not ask."""
    remembered(("counts", viewer.person.pk), lambda: known)


def _counting(asks: models.QuerySet[PublishJob]) -> models.QuerySet[Person, tuple[int, int, int]]:
    person, waiting = given("person"), free_for_given()
    unread = Notice.objects.filter(person=person, read_at__isnull=True)
    return Person.objects.filter(pk=person).values_list(CountOf(waiting), CountOf(asks), CountOf(unread))


def free_for_given() -> StepQuerySet:
    """The decisions that wait for somebody, for a prepared read that is asked with `freedom`."""
    return Step.objects.free_for(
        given("person"),
        entries=given("entries", many=True),
        left=given("left", many=True),
        day=given("day"),
        now=given("now"),
    )


def freedom(viewer: Viewer) -> dict[str, Any]:
    """Who the viewer is and what they must leave to others, at this moment."""
    entries, left = kept_from(viewer.person)
    return {"person": viewer.person, "entries": entries, "left": left or [NOBODYS],
            "day": clock.today(), "now": clock.now()}  # fmt: skip


_COUNTS_OF_ALL: Prepared[tuple[int, int, int]] = Prepared(lambda: _counting(PublishJob.objects.unsettled()))
_COUNTS: Prepared[tuple[int, int, int]] = Prepared(
    lambda: _counting(PublishJob.objects.unsettled().seen_from(given("units", many=True), given("person")))
)


def _counts(viewer: Viewer) -> Counts:
    if not viewer.person.active:
        return Counts(0, 0, unread(viewer).count())
    units = units_seen(viewer.person)
    if units is None:
        return Counts(*_COUNTS_OF_ALL.one(**freedom(viewer)))
    return Counts(*_COUNTS.one(**freedom(viewer), units=units))


def waiting(viewer: Viewer) -> StepQuerySet:
    """The decisions that wait for the viewer, in his own right or for somebody who delegated."""
    return Step.objects.waiting_for(viewer.person)


def unread(viewer: Viewer) -> models.QuerySet[Notice]:
    """The viewer's notices that were not read, newest first."""
    return notices(viewer).filter(read_at__isnull=True)


def unread_count(viewer: Viewer) -> int:
    """How many notices were not read."""
    return counts(viewer).unread


def waiting_count(viewer: Viewer) -> int:
    """How many decisions wait for the viewer."""
    return counts(viewer).waiting


def asks(viewer: Viewer) -> JobQuerySet:
    """The jobs that ask, by hand too, and those whose outcome is unknown meanwhile, among those the viewer sees."""
    return PublishJob.objects.visible_to(viewer.person).unsettled().order_by("due_at", "pk")


def ask_count(viewer: Viewer) -> int:
    """How many of them there are."""
    return counts(viewer).asks


def rulebook_versions(viewer: Viewer) -> models.QuerySet[RulebookVersion]:
    """Every version of the regulation the institution adopted; everybody may read the regulation."""
    return versions(viewer.institution).select_related("adopted_by")


def mark_read(rows: models.QuerySet[Notice], at: datetime) -> int:
    """Count notices as read; answers how many. Reading is not a change of state, so the ledger does not record it."""
    return rows.update(read_at=at)


def articles(viewer: Viewer) -> models.QuerySet[Article]:
    """The articles the viewer may see, the latest change first."""
    seen = Article.objects.visible_to(viewer.person)
    return _newest(seen).select_related("owner_unit", "account", "contributor")


def articles_within(visibility: Visibility) -> models.QuerySet[Article]:
    """The articles somebody may see, the latest change first; for prepared reads, without what belongs to them."""
    return _newest(Article.objects.within(visibility))


def _newest(rows: models.QuerySet[Article]) -> models.QuerySet[Article]:
    return rows.order_by("-changed_at")


def cases(viewer: Viewer) -> models.QuerySet[Case]:
    """The cases about articles that the viewer may see, the latest first, each with its furthest step (``reached``)."""
    return _reached(Case.objects.visible_to(viewer.person)).select_related("submitted_by")


def cases_within(visibility: Visibility) -> models.QuerySet[Case]:
    """The same of what somebody may see; for prepared reads, without what belongs to them."""
    return _reached(Case.objects.within(visibility))


def _reached(rows: models.QuerySet[Case]) -> models.QuerySet[Case]:
    steps = Step.objects.filter(case=models.OuterRef("pk"), opened_at__isnull=False).order_by("-position")
    return (
        rows.filter(subject_kind="article")
        .annotate(reached=models.Subquery(steps.values("pk")[:1]))
        .filter(reached__isnull=False)
        .order_by("-opened_at")
    )


def accounts(viewer: Viewer) -> AccountQuerySet:
    """The accounts the viewer may see."""
    return _by_platform(Account.objects.visible_to(viewer.person).select_related("owner_unit"))


def all_accounts() -> AccountQuerySet:
    """The accounts for whoever sees all; for prepared reads, without what belongs to them."""
    return _by_platform(Account.objects.all())


def accounts_from(units: Any, person: Any) -> AccountQuerySet:
    """The same for whoever sees those of their units and their own. Takes the places of the values too."""
    return _by_platform(Account.objects.seen_from(units, person))


def _by_platform(rows: AccountQuerySet) -> AccountQuerySet:
    return rows.order_by("platform", "name")


def people(viewer: Viewer) -> PersonQuerySet:  # noqa: ARG001 - the scope limits it; the view asks for the permission.
    """The people of the institution."""
    return everybody()


def everybody() -> PersonQuerySet:
    """The same, for prepared reads."""
    return Person.objects.order_by("name", "pk")


def people_with_posts(viewer: Viewer) -> PersonQuerySet:
    """The people with their present appointments as ``current``, in two more queries whatever their number."""
    current = Appointment.objects.on().select_related("unit")
    return people(viewer).prefetch_related(models.Prefetch("appointments", current, to_attr="current"))


def appointments(person: Person) -> models.QuerySet[Appointment]:
    """What a person holds and held, what runs now first."""
    return Appointment.objects.filter(person=person).select_related("unit").order_by("-since", "-pk")


def possible_deputies(viewer: Viewer) -> models.QuerySet[Person]:
    """Active people other than the viewer."""
    return Person.objects.active().exclude(pk=viewer.person.pk).order_by("name")


def delegations(person: Person) -> tuple[models.QuerySet[Delegation], models.QuerySet[Delegation]]:
    """The delegations a person gave and those held for others, the latest first."""
    rows = Delegation.objects.select_related("principal", "deputy").order_by("-since")
    return rows.filter(principal=person), rows.filter(deputy=person)


def events(viewer: Viewer) -> models.QuerySet[Event]:  # noqa: ARG001 - the scope limits it; the view asks for the permission.
    """The institution's ledger."""
    return Event.objects.select_related("detail")


def checkpoints(viewer: Viewer) -> models.QuerySet[Checkpoint]:  # noqa: ARG001 - as above.
    """The institution's checkpoints, the newest first."""
    return Checkpoint.objects.all()


def units(viewer: Viewer) -> UnitQuerySet:  # noqa: ARG001 - the scope limits it.
    """The units of the institution, closed ones included."""
    return Unit.objects.select_related("parent")


def seats_of(unit: Unit) -> models.QuerySet[Appointment]:
    """Who holds what in a unit today."""
    return (
        Appointment.objects.on().filter(unit=unit).select_related("person").order_by("post", "person__name")
    )
