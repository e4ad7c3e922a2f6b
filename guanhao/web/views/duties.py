"""Duties (待办义务): what I owe, what is owed to me, what is late; reporting one as done, waiving one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.duties import actions
from guanhao.duties.types import Report
from guanhao.web.answers import done, refused
from guanhao.web.forms.duties import ReportForm, WaiveForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest
from guanhao.web.work import duty_pages as pages
from guanhao.web.work.scripts import form_refused


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """Duties, the most urgent first."""
    return answer(
        request, pages.duty_list(request.viewer), pages.rows(request.viewer, request.GET.get("origin", ""))
    )


@require_safe
def record(request: WebRequest, key: str) -> HttpResponse:
    """One duty: who owes it, by when, why, and what became of it."""
    viewer = request.viewer
    return render(request, "web/duties/duty.html", pages.duty_context(viewer, pages.duty_of(viewer, key)))


@require_POST
def report(request: WebRequest, key: str) -> HttpResponse:
    """Say that it was done."""
    viewer, form = request.viewer, ReportForm(request.POST)
    duty = pages.duty_of(viewer, key)
    if not form.is_valid():
        return form_refused(request, form, "duty", key)
    told = Report(person=viewer.person, note=form.cleaned_data["note"], link=form.cleaned_data["link"])
    try:
        actions.report(actor=viewer.actor, duty=duty, report=told)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已登记办结。"))
    return redirect("duty", key)


@require_POST
def waive(request: WebRequest, key: str) -> HttpResponse:
    """Waive it, with a reason."""
    viewer, form = request.viewer, WaiveForm(request.POST)
    duty = pages.duty_of(viewer, key)
    if not form.is_valid():
        return form_refused(request, form, "duty", key)
    try:
        actions.waive(actor=viewer.actor, person=viewer.person, duty=duty, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已免除。"))
    return redirect("duty", key)
