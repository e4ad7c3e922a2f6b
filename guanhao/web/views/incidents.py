"""安全事件: opened, followed against the clock, printed, closed (PD7)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core import clock
from guanhao.core.verdicts import Refused
from guanhao.people.permissions import Permission
from guanhao.privacy import incidents as actions
from guanhao.web import access
from guanhao.web.answers import attempt, done
from guanhao.web.forms.incidents import ReportedForm, WordsForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import incident_pages as pages

MANAGE = Permission.INCIDENT_MANAGE


@require_safe
@needs(MANAGE)
def listing(request: WebRequest) -> HttpResponse:
    """What happened, the latest first; open ones on the first tab."""
    return answer(request, pages.incident_list(), pages.incidents(request.viewer))


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def new(request: WebRequest) -> HttpResponse:
    """Open one."""
    viewer = request.viewer
    form = pages.facts_form(viewer, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_incident(actor=viewer.actor, person=viewer.person, facts=form.facts())
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("事件已登记，报告时限开始计时。"))
            return redirect("incident", opened.pk)
    return render(request, "web/privacy/incident_edit.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def edit(request: WebRequest, pk: int) -> HttpResponse:
    """Write down what is known by now."""
    viewer = request.viewer
    incident = access.one(pages.incidents(viewer), pk=pk)
    form = pages.facts_form(viewer, incident, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_facts(
                actor=viewer.actor, person=viewer.person, incident=incident, facts=form.facts()
            )
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("事件情况已更新。"))
            return redirect("incident", pk)
    return render(request, "web/privacy/incident_edit.html", {"form": form, "incident": incident})


@require_safe
@needs(MANAGE)
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One, with its clock."""
    incident = access.one(pages.incidents(request.viewer), pk=pk)
    return render(request, "web/privacy/incident.html", pages.incident_context(request.viewer, incident))


@require_safe
@needs(MANAGE)
def printed(request: WebRequest, pk: int) -> HttpResponse:
    """The report, for printing and signing."""
    incident = access.one(pages.incidents(request.viewer), pk=pk)
    context = pages.incident_context(request.viewer, incident)
    return render(request, "web/privacy/incident_report.html", context)


@require_POST
@needs(MANAGE)
def reported(request: WebRequest, pk: int) -> HttpResponse:
    """A report was made, or is not needed."""
    viewer = request.viewer
    report = pages.report_of(viewer, pk)
    form = ReportedForm(request.POST, prefix=f"r{pk}")
    values: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    words = values.get("words", "")
    common: dict[str, Any] = {
        "actor": viewer.actor,
        "person": viewer.person,
        "report": report,
        "words": words,
    }
    if "not_needed" in request.POST:
        act = partial(actions.report_not_needed, **common)
    else:
        made_at = values.get("made_at") or clock.now()
        act = partial(actions.report_made, made_at=made_at, whom=values.get("whom", ""), **common)
    attempt(request, act, _("已登记。"))
    return redirect("incident", report.incident_id)


@require_POST
@needs(MANAGE)
def measure(request: WebRequest, pk: int) -> HttpResponse:
    """Something was done about it."""
    viewer = request.viewer
    incident = access.one(pages.incidents(viewer), pk=pk)
    act = partial(actions.add_measure, actor=viewer.actor, person=viewer.person, incident=incident)
    attempt(request, partial(act, words=_typed(request)), _("措施已记录。"))
    return redirect("incident", pk)


@require_POST
@needs(MANAGE)
def close(request: WebRequest, pk: int) -> HttpResponse:
    """Close it with what was learnt."""
    viewer = request.viewer
    incident = access.one(pages.incidents(viewer), pk=pk)
    act = partial(actions.close_incident, actor=viewer.actor, person=viewer.person, incident=incident)
    attempt(request, partial(act, lessons=_typed(request)), _("事件已结案，保存三年。"))
    return redirect("incident", pk)


def _typed(request: WebRequest) -> str:
    form = WordsForm(request.POST)
    return str(form.cleaned_data["words"]) if form.is_valid() else ""
