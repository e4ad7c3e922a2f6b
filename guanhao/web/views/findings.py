"""What people do about findings: writers in the editor (answered to scripts), reviewers on the page of a decision."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.contents import actions
from guanhao.contents.models import Article
from guanhao.limiting.types import Use
from guanhao.web.answers import done, go
from guanhao.web.excel import workbook
from guanhao.web.forms.articles import SettleForm
from guanhao.web.forms.review import ErrorForm
from guanhao.web.limits import counts_as
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access
from guanhao.web.work.editing import reasons_context
from guanhao.web.work.findingtable import findings_table
from guanhao.web.work.scripts import answers_scripts, form_refused

MOST_TITLE = 40  # of an article in a file's name


@require_safe
@counts_as(Use.EXPORT)
def table(request: WebRequest, pk: int) -> HttpResponse:
    """What was found in a revision and what became of it, as a workbook."""
    viewer = request.viewer
    revision = access.revision(viewer, pk)
    title = _("审查记录_%(title)s_第%(number)s版") % {
        "title": revision.article.title[:MOST_TITLE],
        "number": revision.number,
    }
    return workbook(title, *findings_table(viewer, revision))


@require_POST
@answers_scripts
def handle(request: WebRequest, pk: int) -> HttpResponse:
    """Note what a writer did about a finding; answers the findings as they are now, for the serial they belong to."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    actions.handle(
        actor=viewer.actor,
        person=viewer.person,
        article=article,
        fingerprint=request.POST.get("finding", "")[:80],
        state=request.POST.get("state", ""),
        reason=request.POST.get("reason", "")[:500],
    )
    return _findings(request, access.article(viewer, pk))


@require_POST
@answers_scripts
def take_back(request: WebRequest, pk: int) -> HttpResponse:
    """Count a finding that was ignored as open again."""
    viewer = request.viewer
    handling = access.handling(viewer, pk)
    actions.take_back(actor=viewer.actor, person=viewer.person, handling=handling)
    return _findings(request, access.article(viewer, handling.article_id))


@require_POST
def settle(request: WebRequest, pk: int) -> HttpResponse:
    """Let a finding pass, let it be, or say that it is no error; with a reason."""
    viewer = request.viewer
    finding = access.finding(viewer, pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return form_refused(request, form, "article", finding.revision.article_id)
    values = form.cleaned_data
    actions.settle_finding(
        actor=viewer.actor,
        person=viewer.person,
        finding=finding,
        reason=values["reason"],
        state=values["state"],
    )
    done(request, _("已处理。"))
    return go(request, "article", finding.revision.article_id)


@require_POST
def confirm(request: WebRequest, pk: int) -> HttpResponse:
    """Confirm that what a check found is an error (ruian-20)."""
    viewer = request.viewer
    finding = access.finding(viewer, pk)
    actions.confirm_finding(actor=viewer.actor, person=viewer.person, finding=finding)
    done(request, _("已认定为差错。"))
    return go(request, "article", finding.revision.article_id)


@require_POST
def mark_error(request: WebRequest, pk: int) -> HttpResponse:
    """Mark an error no check found."""
    viewer = request.viewer
    revision = access.revision(viewer, pk)
    form = ErrorForm(viewer, request.POST)
    if not form.is_valid():
        return form_refused(request, form, "article", revision.article_id)
    error = actions.Error(**form.cleaned_data)
    actions.mark_error(actor=viewer.actor, person=viewer.person, revision=revision, error=error)
    done(request, _("已记为差错。"))
    return go(request, "article", revision.article_id)


@require_POST
def withdraw_error(request: WebRequest, pk: int) -> HttpResponse:
    """Take a confirmed error back."""
    viewer = request.viewer
    mark = access.error(viewer, pk)
    actions.withdraw_error(actor=viewer.actor, person=viewer.person, mark=mark)
    done(request, _("已撤销认定。"))
    return go(request, "article", mark.revision.article_id)


def _findings(request: WebRequest, article: Article) -> JsonResponse:
    html = render_to_string(
        "web/articles/part_reasons.html", reasons_context(request.viewer, article), request
    )
    return JsonResponse({"serial": article.working_serial, "findings": html})
