"""What an article's record asks the database, put together once (`core.prepared`)."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField
from django.http import Http404

from guanhao.applications.models import Application
from guanhao.cases.models import Case, Step
from guanhao.cases.visibility import USUAL, VisibilityShape, visibility_of
from guanhao.contents.models import Article, Attachment, Authorisation, PushItem, Revision
from guanhao.core.prepared import Family, Prepared, given
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.web import access
from guanhao.web.viewer import Viewer

_SHOWN_WITH = ("contributor", "owner_unit", "account__owner_unit", "current", "case")
_ARTICLE: Family[VisibilityShape, Article] = Family(
    lambda shape: (
        Article.objects.within(shape.places()).filter(pk=given("pk")).select_related(*_SHOWN_WITH)[:1]
    ),
    usual=USUAL,
)
_WAITING: Prepared[Step] = Prepared(
    lambda: access.free_for_given().filter(case=given("case")).order_by("pk")[:1]
)

REVISIONS: Prepared[Revision] = Prepared(
    lambda: (
        Revision.objects.filter(article=given("article"))
        .defer("content")
        .select_related("created_by")
        .order_by("-number")
    )
)
PLACES: Prepared[PushItem] = Prepared(
    lambda: PushItem.objects.filter(revision__article=given("article"), live=True).select_related(
        "push__account"
    )
)
LINKS: Prepared[JobItem] = Prepared(
    lambda: JobItem.objects.filter(revision__article=given("article")).exclude(url="")
)
ATTACHMENTS: Prepared[Attachment] = Prepared(
    lambda: (
        Attachment.objects.filter(article=given("article")).select_related("asset", "added_by").order_by("pk")
    )
)
AUTHORISATIONS: Prepared[Authorisation] = Prepared(
    lambda: (
        Authorisation.objects.filter(article=given("article"))
        .select_related("revision")
        .defer("revision__content")
        .order_by("pk")
    )
)
ASKED: Prepared[Application] = Prepared(
    lambda: Application.objects.open().filter(article=given("article")).order_by("pk")
)
CASES: Prepared[int] = Prepared(
    lambda: Case.objects.about("article", given("article")).values_list("pk", flat=True)
)
PUSHES: Prepared[int] = Prepared(
    lambda: PushItem.objects.filter(revision__article=given("article")).values_list("push", flat=True)
)
JOBS: Prepared[int] = Prepared(
    lambda: (
        PublishJob.objects.filter(items__revision__article=given("article"))
        .distinct()
        .values_list("pk", flat=True)
    )
)


def seen_article(viewer: Viewer, pk: int) -> Article:
    """One article with what its pages show of it; 404 where it is out of sight."""
    found: Any = None
    if viewer.person.active and pk <= BigIntegerField.MAX_BIGINT:  # an address may name any number
        seen = visibility_of(viewer.person)
        found = _ARTICLE.of(seen.shape).first(**seen.said(), pk=pk)
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def waiting_in(viewer: Viewer, case: int | None) -> Step | None:
    """The step of a case that waits for the viewer, in their own right or for somebody who delegated."""
    if case is None or not viewer.person.active:
        return None
    return _WAITING.first(**access.freedom(viewer), case=case)
