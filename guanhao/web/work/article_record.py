"""What an article's record shows: state, the one next action, route, versions, findings, files, pushes, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.applications.drafting import may_begin
from guanhao.applications.types import Kind
from guanhao.cases.models import Step
from guanhao.contents import guards
from guanhao.contents.attaching import may_attach
from guanhao.contents.following import chain_of, may_follow
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState
from guanhao.web.forms.articles import AttachmentForm, ClassesForm
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import access
from guanhao.web.work import article_reads as reads
from guanhao.web.work.consent_pages import of_article as consents_of
from guanhao.web.work.history import Entry, history_of
from guanhao.web.work.reasons import grouped, handled_before, marked_errors, reasons_of
from guanhao.web.work.route import stops_of


@dataclass(frozen=True, slots=True)
class NextAction:
    """The one thing to do now: a page to open, or an address to post to."""

    label: str
    address: str
    post: bool = False


def article_context(viewer: Viewer, article: Article) -> dict[str, Any]:
    """The record of one article."""
    step = reads.waiting_in(viewer, article.case_id)
    return {
        "article": article,
        "next": next_action(viewer, article, step),
        "stops": stops_of(article.case) if article.case else [],
        "step": step,
        "revisions": reads.REVISIONS.all(article=article),
        **_findings(viewer, article),
        "attachments": reads.ATTACHMENTS.all(article=article),
        "attachment_form": AttachmentForm(viewer) if may_attach(viewer.person, article) else None,
        "classes_form": ClassesForm(viewer) if article.state == ArticleState.IN_REVIEW else None,
        **authorisations_of(viewer, article),
        **consents_of(viewer, article),
        "chain": chain_of(article),
        "may_follow": article.state == ArticleState.PUBLISHED and bool(may_follow(viewer.person, article)),
        "may_withdraw": bool(guards.may_withdraw(viewer.person, article)),
        "places": reads.PLACES.all(article=article),
        "links": reads.LINKS.all(article=article),
        "words": words_of(viewer, article),
        "entries": _history(viewer, article),
    }


def _findings(viewer: Viewer, article: Article) -> dict[str, Any]:
    """What was found in the current revision, what was done about it, which errors were confirmed."""
    revision = article.current
    if revision is None:
        return {"reasons": []}
    revision.article = article  # known already, so nobody need ask for it
    errors = marked_errors(revision)
    reasons = reasons_of(viewer, revision, errors)
    return {
        "reasons": reasons,
        "groups": grouped(reasons),
        "handled": handled_before(revision),
        "errors": errors,
    }


def authorisations_of(viewer: Viewer, article: Article) -> dict[str, Any]:
    """What was authorised by its route and for which version, what is being asked for, whether it may be asked for now."""
    given, asked = reads.AUTHORISATIONS.all(article=article), reads.ASKED.all(article=article)
    may_ask = not asked and may_begin(
        viewer.person, Kind.AUTHORISE, article.owner_unit, article.account, article
    )
    book = viewer.rulebook.content_classes
    return {
        "authorisations": [
            (one, "、".join(said(book[key].title) for key in one.covers if key in book)) for one in given
        ],
        "asked_authorisations": asked,
        "may_ask_authorisation": bool(may_ask),
    }


def _history(viewer: Viewer, article: Article) -> list[Entry]:
    """What happened to the article, its cases, its pushes and their jobs."""
    return history_of(
        viewer,
        ("article", [article.pk]),
        ("case", reads.CASES.all(article=article.pk)),
        ("push", reads.PUSHES.all(article=article)),
        ("job", reads.JOBS.all(article=article)),
    )


def next_action(viewer: Viewer, article: Article, step: Step | None) -> NextAction | None:
    """What the viewer should do with the article now; nothing when it waits for others. ``step`` waits for the viewer."""
    if step is not None:
        return NextAction(_("去审批"), reverse("review_step", args=[step.pk]))
    if guards.may_edit(viewer.person, article):
        label = _("按意见修改") if article.state == ArticleState.RETURNED else _("继续写")
        return NextAction(label, reverse("article_edit", args=[article.pk]))
    if article.state == ArticleState.APPROVED and article.current_id and access.may_plan(viewer, article):
        return NextAction(_("排期"), reverse("schedule", args=[article.current_id]))
    over = article.state in {ArticleState.REJECTED, ArticleState.WITHDRAWN}
    if over and guards.is_of_the_hands(viewer.person, article):
        return NextAction(_("另起一稿"), reverse("article_duplicate", args=[article.pk]), post=True)
    return None


def words_of(viewer: Viewer, article: Article) -> dict[str, Any]:
    """The article's keys in the rulebook's words."""
    book = viewer.rulebook
    named = [
        book.content_classes[key].title for key in article.content_classes if key in book.content_classes
    ]
    category = book.categories.get(article.category)
    column = book.columns.get(article.column)
    return {
        "category": said(category.title) if category else "",
        "column": said(column.title) if column else "",
        "classes": [said(title) for title in named],
    }
