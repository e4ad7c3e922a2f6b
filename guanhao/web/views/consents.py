"""使用同意: noted on an article, given or declined later, withdrawn, and what was published dealt with (PD2, PIPL 15, 25, 31)."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.contents.models import Article
from guanhao.core.verdicts import Refused, require
from guanhao.people.permissions import Permission
from guanhao.privacy import checks, consenting, retracting
from guanhao.web import access
from guanhao.web.answers import attempt, done, go
from guanhao.web.forms.consents import GivenForm, SettledForm, ShownForm
from guanhao.web.lists import answer as list_answer
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import access as articles
from guanhao.web.work import consent_pages as pages
from guanhao.web.work import stored
from guanhao.web.work.scripts import form_refused


@require_safe
@needs(Permission.CONSENT_MANAGE)
def listing(request: WebRequest) -> HttpResponse:
    """What persons agreed to, what is missing, what is to be dealt with."""
    return list_answer(request, pages.consent_list(), pages.consents(request.viewer))


@require_http_methods(["GET", "POST"])
def show(request: WebRequest, pk: int) -> HttpResponse:
    """Note whom an article shows, and how they agreed."""
    viewer, article = request.viewer, articles.article(request.viewer, pk)
    require(checks.may_note_consents(viewer.person, article))
    form = ShownForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        paper = pages.stored_paper(request, form)
        if form.is_valid() and _shown(request, form, article, paper):
            done(request, _("已登记。"))
            return redirect("article", pk)
    return render(request, "web/privacy/consent_new.html", {"form": form, "article": article})


def _shown(request: WebRequest, form: ShownForm, article: Article, paper: int | None) -> bool:
    viewer = request.viewer
    try:
        consenting.show(
            actor=viewer.actor, person=viewer.person, article=article, shown=form.shown(), agreed=form.agreed(paper)
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, said(refusal.denied.reason))
        return False
    return True


@require_POST
def show_again(request: WebRequest, pk: int) -> HttpResponse:
    """Let an article rest on a consent given for the whole account."""
    viewer, article = request.viewer, articles.article(request.viewer, pk)
    chosen = request.POST.get("consent", "")
    if not chosen.isdecimal():
        raise Http404
    consent = access.one(consenting.standing_for(article), pk=int(chosen[:18]))
    act = partial(
        consenting.show_again, actor=viewer.actor, person=viewer.person, article=article, consent=consent
    )
    attempt(request, act, _("已登记。"))
    return go(request, "article", pk)


@require_POST
def take_off(request: WebRequest, pk: int) -> HttpResponse:
    """The article no longer shows the person."""
    viewer, row = request.viewer, access.one(pages.portrayals(request.viewer), pk=pk)
    act = partial(consenting.take_off, actor=viewer.actor, person=viewer.person, portrayal=row)
    attempt(request, act, _("已从稿件取下。"))
    return go(request, "article", row.article_id)


@require_safe
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One consent, with where it is used and what is to be done."""
    row = access.one(pages.consents(request.viewer), pk=pk)
    return render(request, "web/privacy/consent.html", pages.consent_context(request.viewer, row))


@require_safe
def paper(request: WebRequest, pk: int) -> HttpResponseBase:
    """The signed paper, as a download, for who keeps the consent (CF5)."""
    row = access.one(pages.consents(request.viewer), pk=pk)
    require(checks.may_keep_consent(request.viewer.person, row))
    if row.paper is None:
        raise Http404
    return stored.download(row.paper)


@require_POST
def give(request: WebRequest, pk: int) -> HttpResponse:
    """Note that they agreed after all."""
    viewer, row = request.viewer, access.one(pages.consents(request.viewer), pk=pk)
    require(checks.may_keep_consent(viewer.person, row))
    form = GivenForm(request.POST, request.FILES)
    if form.is_valid():
        agreed = form.agreed(pages.stored_paper(request, form))
        try:
            consenting.give(actor=viewer.actor, person=viewer.person, consent=row, agreed=agreed)
        except Refused as refusal:
            if not form.errors:
                form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("已登记同意。"))
            return redirect("consent", pk)
    context = pages.consent_context(viewer, row) | {"form": form}
    return render(request, "web/privacy/consent.html", context, status=422)


@require_POST
def decline(request: WebRequest, pk: int) -> HttpResponse:
    """Note that they said no."""
    viewer, row = request.viewer, access.one(pages.consents(request.viewer), pk=pk)
    act = partial(consenting.decline, actor=viewer.actor, person=viewer.person, consent=row)
    attempt(request, act, _("已记下不同意，稿件不能带着这项内容发布。"))
    return redirect("consent", pk)


@require_POST
def withdraw(request: WebRequest, pk: int) -> HttpResponse:
    """Take a consent back for somebody who said so by letter or in person."""
    viewer, row = request.viewer, access.one(pages.consents(request.viewer), pk=pk)
    reason = request.POST.get("reason", "")
    act = partial(retracting.withdraw, actor=viewer.actor, person=viewer.person, consent=row, reason=reason)
    attempt(request, act, _("已撤回。未发布的不再发布，已发布的须处置。"))
    return redirect("consent", pk)


@require_POST
def settle(request: WebRequest, pk: int) -> HttpResponse:
    """Say what was done about something published."""
    viewer, row = request.viewer, access.one(pages.portrayals(request.viewer), pk=pk)
    require(checks.may_settle_portrayal(viewer.person, row.consent))
    form = SettledForm(request.POST)
    if not form.is_valid():
        return form_refused(request, form, "consent", row.consent_id)
    how, words = form.cleaned_data["settled_how"], form.cleaned_data["words"]
    act = partial(
        retracting.settle, actor=viewer.actor, person=viewer.person, portrayal=row, how=how, words=words
    )
    attempt(request, act, _("已登记处置。"))
    return redirect("consent", row.consent_id)


@require_POST
def answer_mine(request: WebRequest, pk: int) -> HttpResponse:
    """The viewer's own yes or no."""
    viewer, row = request.viewer, access.one(pages.mine(request.viewer), pk=pk)
    yes = request.POST.get("answer") == "yes"
    act = partial(consenting.answer, actor=viewer.actor, person=viewer.person, consent=row, yes=yes)
    attempt(request, act, _("已同意，可以随时撤回。") if yes else _("已记下您不同意。"))
    return redirect("my_data")


@require_POST
def withdraw_mine(request: WebRequest, pk: int) -> HttpResponse:
    """Take one's own consent back."""
    viewer, row = request.viewer, access.one(pages.mine(request.viewer), pk=pk)
    reason = request.POST.get("reason", "")
    act = partial(retracting.withdraw, actor=viewer.actor, person=viewer.person, consent=row, reason=reason)
    attempt(request, act, _("已撤回同意。未发布的不再发布，已发布的由办公室处置。"))
    return redirect("my_data")
