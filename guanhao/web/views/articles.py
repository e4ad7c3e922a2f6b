"""Articles (稿件): the list, offering one, the record and the small acts on it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.applications import actions as applications
from guanhao.contents import actions, following
from guanhao.contents.diff import compare as differences
from guanhao.web import csp
from guanhao.web.answers import done, go
from guanhao.web.forms.articles import AttachmentForm, ClassesForm, OfferForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access, imports
from guanhao.web.work.article_list import article_list, articles_in_sight
from guanhao.web.work.article_record import article_context
from guanhao.web.work.scripts import form_refused


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """The list with its tabs and filters."""
    viewer = request.viewer
    return answer(request, article_list(viewer), articles_in_sight(viewer))


@require_http_methods(["GET", "POST"])
def offer(request: WebRequest) -> HttpResponse:
    """Begin an article: title, in whose name, for which account; the rest is filled in beside the text."""
    viewer = request.viewer
    form = OfferForm(viewer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.name()
        article = actions.create_article(
            actor=viewer.actor,
            person=viewer.person,
            account=form.cleaned_data["account"],
            unit=name.unit,
            kind=name.kind,
            content={"title": form.cleaned_data["title"]},
        )
        return redirect("article_edit", article.pk)
    return render(request, "web/articles/offer.html", {"form": form})


@require_safe
@csp.relaxed(frame_src="'self'")
def record(request: WebRequest, pk: int) -> HttpResponse:
    """The record: state, the one next action, route, versions, findings, files, history."""
    article = access.article(request.viewer, pk)
    return render(request, "web/articles/record.html", article_context(request.viewer, article))


@require_safe
def compare(request: WebRequest, pk: int) -> HttpResponse:
    """Two versions word by word; the last two where the address names none."""
    article = access.article(request.viewer, pk)
    older, newer = access.two_revisions(article, request.GET.get("from", ""), request.GET.get("to", ""))
    context = {"article": article, "older": older, "newer": newer, "changes": differences(older, newer)}
    return render(request, "web/articles/compare.html", context)


@require_POST
def withdraw(request: WebRequest, pk: int) -> HttpResponse:
    """Take the article back."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    reason = request.POST.get("reason", "")[:500]
    actions.withdraw(actor=viewer.actor, person=viewer.person, article=article, reason=reason)
    done(request, _("已撤回。"))
    return go(request, "article", pk)


@require_POST
def duplicate(request: WebRequest, pk: int) -> HttpResponse:
    """Begin a new draft from an article that was rejected or withdrawn."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    again = actions.offer_again(actor=viewer.actor, person=viewer.person, article=article)
    return redirect("article_edit", again.pk)


@require_POST
def follow(request: WebRequest, pk: int) -> HttpResponse:
    """Begin a correction of what was published, or its publication again."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    how = request.POST.get("how", "")
    again = following.follow(actor=viewer.actor, person=viewer.person, article=article, how=how)
    done(request, _("已从原稿另起一稿，须重新审批。"))
    return redirect("article_edit", again.pk)


@require_POST
def mark_classes(request: WebRequest, pk: int) -> HttpResponse:
    """Mark what the content turns out to be; the route may grow a step (AP7)."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    form = ClassesForm(viewer, request.POST)
    if not form.is_valid():
        return form_refused(request, form, "article", pk)
    classes = form.cleaned_data["content_classes"]
    actions.mark_classes(actor=viewer.actor, person=viewer.person, article=article, classes=classes)
    done(request, _("已标注，审批流程已按新的属性调整。"))
    return go(request, "article", pk)


@require_POST
def authorisation(request: WebRequest, pk: int) -> HttpResponse:
    """Begin to ask for the authorisation the article lacks; the form follows (gpnu-9, xartvu-11)."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    application = applications.authorisation(actor=viewer.actor, person=viewer.person, article=article)
    return redirect("application_edit", application.pk)


@require_POST
def attach(request: WebRequest, pk: int) -> HttpResponse:
    """Hang a file on the article, such as an authorisation."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    form = AttachmentForm(viewer, request.POST, request.FILES)
    if not form.is_valid():
        return form_refused(request, form, "article", pk)
    values = form.cleaned_data
    actions.attach(
        actor=viewer.actor,
        person=viewer.person,
        article=article,
        asset=imports.document(viewer, values["file"]),
        kind=values["kind"],
        issued_by=values["issued_by"],
        covers=values["covers"],
    )
    done(request, _("附件已添加。"))
    return go(request, "article", pk)
