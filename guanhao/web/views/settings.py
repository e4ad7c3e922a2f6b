"""Settings: the institution as the system knows it, its working days and terms, its units."""

from __future__ import annotations

from typing import Any

from django.conf import settings as installation
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.contents import days
from guanhao.core import clock
from guanhao.core.verdicts import Denied, Refused
from guanhao.people import actions
from guanhao.people.permissions import Permission
from guanhao.web import access, almanac, unittree
from guanhao.web.answers import done, refused
from guanhao.web.peopleforms import DayForm, FunctionForm, TermForm, UnitForm
from guanhao.web.viewer import WebRequest, needs


@require_safe
@needs(Permission.PEOPLE_SEE)
def institution(request: WebRequest) -> HttpResponse:
    """The institution: names, the rulebook in force, who carries which function, what holds for sessions."""
    context = {
        "functions": unittree.functions(request.viewer.rulebook),
        "unpublished": almanac.unpublished(request.viewer.institution),
        "idle": installation.SESSION_COOKIE_AGE // 3600,
        "absolute": installation.SESSION_ABSOLUTE_SECONDS // 3600,
    }
    return render(request, "web/settings/institution.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.PEOPLE_SEE)
def calendar_days(request: WebRequest) -> HttpResponse:
    """The year's holidays, make-up days and own days; a form for one own day and one for a term."""
    year = almanac.year_of(request.GET.get("year", ""))
    day, term = DayForm(), TermForm()
    denied: Denied | None = None
    if request.method == "POST":
        day, term, denied = _day_or_term(request)
        if denied is None and not (day.errors or term.errors):
            return redirect(f"{request.path}?year={year}")
    context = {
        "almanac": almanac.of(request.viewer, year),
        "day_form": day,
        "term_form": term,
        "denied": denied,
    }
    return render(request, "web/settings/days.html", context)


def _day_or_term(request: WebRequest) -> tuple[DayForm, TermForm, Denied | None]:
    """Save whichever of the two forms was sent."""
    who: dict[str, Any] = {
        "actor": request.viewer.actor,
        "person": request.viewer.person,
        "institution": request.viewer.institution,
    }
    is_term = "starts" in request.POST
    form: Any = TermForm(request.POST) if is_term else DayForm(request.POST)
    denied = None
    if form.is_valid():
        try:
            (days.set_term if is_term else days.set_day)(**who, **form.values())
        except Refused as refusal:
            denied = refusal.denied
        else:
            done(request, _("校历已保存。"))
    return (DayForm(), form, denied) if is_term else (form, TermForm(), denied)


@require_POST
@needs(Permission.CALENDAR_MANAGE)
def clear_day(request: WebRequest, day: str) -> HttpResponse:
    """Take the institution's own word on a day back."""
    viewer = request.viewer
    when = almanac.day_of(day)
    days.clear_day(actor=viewer.actor, person=viewer.person, institution=viewer.institution, day=when)
    done(request, _("已恢复为法定安排。"))
    return redirect("calendar_days")


@require_safe
@needs(Permission.PEOPLE_SEE)
def units(request: WebRequest) -> HttpResponse:
    """The unit tree with kinds, functions and heads."""
    context = {"tree": unittree.tree(request.viewer.rulebook), "form": UnitForm(viewer=request.viewer)}
    return render(request, "web/settings/units.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.UNIT_MANAGE)
def add_unit(request: WebRequest) -> HttpResponse:
    """Add a unit to the tree."""
    form = UnitForm(request.POST or None, viewer=request.viewer)
    denied = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_unit(
                actor=request.viewer.actor, institution=request.viewer.institution, **form.cleaned_data
            )
        except Refused as refusal:
            denied = refusal.denied
        else:
            done(request, _("已新设单位“%s”。") % form.cleaned_data["name"])
            return redirect("units")
    return render(request, "web/settings/add_unit.html", {"form": form, "denied": denied})


@require_safe
@needs(Permission.PEOPLE_SEE)
def unit(request: WebRequest, pk: int) -> HttpResponse:
    """One unit: its people, its accounts, what it carries."""
    found = access.one(access.units(request.viewer), pk=pk)
    context = {
        "unit": found,
        "kind": unittree.kind_title(found, request.viewer.rulebook),
        "seats": access.seats_of(found),
        "children": found.children.open(),
        "form": FunctionForm(viewer=request.viewer),
    }
    return render(request, "web/settings/unit.html", context)


@require_POST
@needs(Permission.UNIT_MANAGE)
def give_function(request: WebRequest, pk: int) -> HttpResponse:
    """Let a unit carry a function of the rulebook."""
    found = access.one(access.units(request.viewer), pk=pk)
    form = FunctionForm(request.POST, viewer=request.viewer)
    if form.is_valid():
        actions.give_function(actor=request.viewer.actor, unit=found, function=form.cleaned_data["function"])
        done(request, _("职能已指定。"))
    return redirect("unit", pk=pk)


@require_POST
@needs(Permission.UNIT_MANAGE)
def close_unit(request: WebRequest, pk: int) -> HttpResponse:
    """Close a unit as of today."""
    found = access.one(access.units(request.viewer), pk=pk)
    try:
        actions.close_unit(actor=request.viewer.actor, unit=found, on=clock.today())
    except Refused as refusal:
        refused(request, refusal.denied)
        return redirect("unit", pk=pk)
    done(request, _("“%s”已撤销。") % found.name)
    return redirect("units")
