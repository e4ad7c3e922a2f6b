"""Annual inspections (年检): rounds, accounts in a round, self-reports, passing clean ones together, results."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core import clock
from guanhao.core.verdicts import Refused, require
from guanhao.documents.issuing import as_word
from guanhao.documents.pdf import pdf
from guanhao.inspections import actions, checks, reporting, settling
from guanhao.inspections.models import Inspection
from guanhao.inspections.printing import sheet
from guanhao.inspections.terms import require_duty, terms_of
from guanhao.limiting.types import Use
from guanhao.web.answers import done, refused
from guanhao.web.forms.inspections import FailForm, ReportForm, RoundForm
from guanhao.web.limits import counts_as
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, said
from guanhao.web.work import inspection_pages as pages
from guanhao.web.work.stored import PDF, WORD, offered

MOST_REFUSALS = 5


@require_safe
def rounds(request: WebRequest) -> HttpResponse:
    """All rounds."""
    return answer(request, pages.round_list(request.viewer), pages.rounds(request.viewer))


@require_http_methods(["GET", "POST"])
def open_round(request: WebRequest) -> HttpResponse:
    """Open a round before the calendar does, or with other days."""
    viewer = request.viewer
    require(checks.may_run(viewer.person, require_duty(viewer.rulebook), viewer.rulebook))
    form = RoundForm(request.POST or None, initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_round(
                actor=viewer.actor, person=viewer.person, institution=viewer.institution, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("年检已开始，各单位会收到通知。"))
            return redirect("inspection_round", opened.pk)
    wrong = request.method == "POST"
    return render(request, "web/inspections/open.html", {"form": form}, status=422 if wrong else 200)


@require_safe
def round_page(request: WebRequest, pk: int) -> HttpResponse:
    """The accounts of a round with its progress."""
    viewer, opened = request.viewer, pages.round_of(request.viewer, pk)
    return answer(request, pages.inspection_list(viewer, opened), pages.rows_of(viewer, opened))


@require_POST
def pass_clean(request: WebRequest, pk: int) -> HttpResponse:
    """Pass the clean ones among the rows chosen: first shown, then, confirmed, each decided."""
    viewer, opened = request.viewer, pages.round_of(request.viewer, pk)
    chosen = pages.clean_steps(viewer, opened, request.POST.getlist("row"))
    if not request.POST.get("confirmed"):
        context = {"round": opened, "chosen": chosen, "asked": len(request.POST.getlist("row"))}
        return render(request, "web/inspections/pass.html", context)
    passed, denied = settling.pass_clean(
        actor=viewer.actor,
        person=viewer.person,
        steps=[step for _row, step in chosen],
        opinion=request.POST.get("opinion", "")[:500] or _("集中审核，无异常。"),
    )
    for one in denied[:MOST_REFUSALS]:
        refused(request, one)
    done(
        request,
        ngettext("已通过 %(n)d 个账号的本环节。", "已通过 %(n)d 个账号的本环节。", passed) % {"n": passed},
    )
    return redirect("inspection_round", pk)


@require_POST
def publish(request: WebRequest, pk: int) -> HttpResponse:
    """Publish the results."""
    viewer = request.viewer
    opened = pages.round_of(viewer, pk)
    try:
        actions.publish_results(actor=viewer.actor, person=viewer.person, opened=opened)
    except Refused as refusal:
        refused(request, refusal.denied)
        return redirect("inspection_round", pk)
    done(request, _("年检结果已公布。"))
    return redirect("inspection_results", pk)


@require_safe
def results(request: WebRequest, pk: int) -> HttpResponse:
    """The published results: everybody of the institution may read and export them."""
    opened = pages.published_round(request.viewer, pk)
    return answer(request, pages.result_list(opened), pages.result_rows(opened))


@require_safe
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One account in a round."""
    row = pages.row_of(request.viewer, pk)
    return render(request, "web/inspections/record.html", pages.record_context(request.viewer, row))


@counts_as(Use.EXPORT)
@require_safe
def as_pdf(request: WebRequest, pk: int) -> HttpResponse:
    """The inspection form as PDF, to be signed and sealed."""
    viewer, row = request.viewer, pages.row_of(request.viewer, pk)
    paper = sheet(actor=viewer.actor, person=viewer.person, inspection=row)
    return offered(pdf(paper), f"{pages.title_of(row)}.pdf", PDF)


@counts_as(Use.EXPORT)
@require_safe
def as_docx(request: WebRequest, pk: int) -> HttpResponse:
    """The inspection form as Word."""
    viewer, row = request.viewer, pages.row_of(request.viewer, pk)
    paper = sheet(actor=viewer.actor, person=viewer.person, inspection=row)
    return offered(as_word(paper), f"{pages.title_of(row)}.docx", WORD)


@require_POST
def report(request: WebRequest, pk: int) -> HttpResponse:
    """Keep what was filled in, or send it; a refusal comes back on the page with nothing typed lost."""
    viewer, row = request.viewer, pages.row_of(request.viewer, pk)
    form = ReportForm(checks.fields_of(terms_of(row)), request.POST)
    form.is_valid()
    sends = bool(request.POST.get("send"))
    take = reporting.submit if sends else reporting.save
    try:
        take(actor=viewer.actor, person=viewer.person, inspection=row, values=form.data_by_field())
    except Refused as refusal:
        return _again(request, row, form, refusal)
    done(request, _("已报送，请负责人签字盖章。") if sends else _("已保存。"))
    return redirect("inspection", pk)


def _again(request: WebRequest, row: Inspection, form: ReportForm, refusal: Refused) -> HttpResponse:
    context = pages.record_context(request.viewer, pages.row_of(request.viewer, row.pk), form)
    context["refused"] = refusal.denied
    return render(request, "web/inspections/record.html", context, status=422)


@require_POST
def take_back(request: WebRequest, pk: int) -> HttpResponse:
    """Take a report back that is under review."""
    viewer, row = request.viewer, pages.row_of(request.viewer, pk)
    reason = request.POST.get("reason", "")[:500]
    try:
        reporting.take_back(actor=viewer.actor, person=viewer.person, inspection=row, reason=reason)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已撤回，可以修改后重新报送。"))
    return redirect("inspection", pk)


@require_POST
def fail(request: WebRequest, pk: int) -> HttpResponse:
    """Fail an account that sent or mended nothing."""
    viewer, row = request.viewer, pages.row_of(request.viewer, pk)
    form = FailForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        settling.fail_absent(actor=viewer.actor, person=viewer.person, inspection=row, reason=reason)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已判为不合格。"))
    return redirect("inspection", pk)
