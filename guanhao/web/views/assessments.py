"""影响评估 (PIPL 55, 56): written, changed until concluded, printed, kept (PD7)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.people.permissions import Permission
from guanhao.privacy import assessments as actions
from guanhao.web import access
from guanhao.web.answers import done
from guanhao.web.forms.assessments import ConclusionForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import assessment_pages as pages

MANAGE = Permission.INCIDENT_MANAGE


@require_safe
@needs(MANAGE)
def listing(request: WebRequest) -> HttpResponse:
    """All of them, the latest first."""
    return answer(request, pages.assessment_list(), pages.assessments(request.viewer))


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def new(request: WebRequest) -> HttpResponse:
    """Begin one."""
    viewer, form = request.viewer, pages.assessment_form(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.open_assessment(actor=viewer.actor, person=viewer.person, assessed=form.assessed())
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("评估已登记，结论前可以随时修改。"))
            return redirect("assessment", row.pk)
    return render(request, "web/privacy/assessment_edit.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def edit(request: WebRequest, pk: int) -> HttpResponse:
    """Write it anew."""
    viewer = request.viewer
    row = access.one(pages.assessments(viewer), pk=pk)
    form = pages.assessment_form(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(actor=viewer.actor, person=viewer.person, row=row, assessed=form.assessed())
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("评估已保存。"))
            return redirect("assessment", pk)
    return render(request, "web/privacy/assessment_edit.html", {"form": form, "row": row})


@require_safe
@needs(MANAGE)
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One, with its conclusion."""
    row = access.one(pages.assessments(request.viewer), pk=pk)
    return render(request, "web/privacy/assessment.html", pages.assessment_context(request.viewer, row))


@require_safe
@needs(MANAGE)
def printed(request: WebRequest, pk: int) -> HttpResponse:
    """The report, for printing and signing."""
    row = access.one(pages.assessments(request.viewer), pk=pk)
    return render(request, "web/privacy/assessment_print.html", pages.assessment_context(request.viewer, row))


@require_POST
@needs(MANAGE)
def conclude(request: WebRequest, pk: int) -> HttpResponse:
    """Say what follows; it does not change afterwards."""
    viewer = request.viewer
    row = access.one(pages.assessments(viewer), pk=pk)
    form = ConclusionForm(request.POST)
    if form.is_valid():
        try:
            actions.conclude(actor=viewer.actor, person=viewer.person, row=row, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("已作出结论，保存不少于三年。"))
            return redirect("assessment", pk)
    context = pages.assessment_context(viewer, row, form)
    return render(request, "web/privacy/assessment.html", context)
