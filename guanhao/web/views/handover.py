"""Handing over (工作交接): one page per leaving person with what they hold, owe, answer for and have in hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.core.verdicts import Refused, require
from guanhao.handover import actions, checks
from guanhao.people.models import Person
from guanhao.web import access
from guanhao.web.answers import done, refused
from guanhao.web.forms.handover import HeirForm, SignForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.viewer import WebRequest
from guanhao.web.work.handover_pages import handover_context, open_handover, running


@require_http_methods(["GET", "POST"])
def handover(request: WebRequest, pk: int) -> HttpResponse:
    """The checklist; posting begins the handover."""
    viewer = request.viewer
    person = access.one(access.people(viewer), pk=pk)
    require(checks.may_see(open_handover(person), person, viewer.person))
    if request.method == "POST":
        actions.begin(actor=viewer.actor, by=viewer.person, person=person)
        done(request, _("工作交接已开始。"))
        return redirect("handover", pk)
    return _page(request, person)


def _page(request: WebRequest, person: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    context = handover_context(request, person) | more
    return render(request, "web/people/handover.html", context, status=status)


@require_POST
def heir(request: WebRequest, pk: int) -> HttpResponse:
    """Name who takes one line on."""
    viewer = request.viewer
    person = access.one(access.people(viewer), pk=pk)
    require(checks.may_run(viewer.person))
    form = HeirForm(person, request.POST)
    if not form.is_valid():
        return _page(request, person, denied_line=_("请选择接手人。"), status=422)
    try:
        actions.name_heir(
            actor=viewer.actor, by=viewer.person, handover=running(person),
            name=form.cleaned_data["item"], heir=form.cleaned_data["person"],
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, person, denied=refusal.denied, status=422)
    done(request, _("接手人已指定。"))
    return redirect("handover", pk)


@require_POST
def sign(request: WebRequest, pk: int) -> HttpResponse:
    """Sign the list as it stands."""
    viewer = request.viewer
    person = access.one(access.people(viewer), pk=pk)
    found = running(person)
    require(checks.may_see(found, person, viewer.person))
    form = SignForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        actions.sign(actor=viewer.actor, by=viewer.person, handover=found, note=note)
    except Refused as refusal:
        return _page(request, person, denied=refusal.denied, status=422)
    done(request, _("已签字。"))
    return redirect("handover", pk)


@require_POST
def finish(request: WebRequest, pk: int) -> HttpResponse:
    """Carry it out, freshly authenticated, or break it off."""
    viewer = request.viewer
    person = access.one(access.people(viewer), pk=pk)
    require(checks.may_run(viewer.person))
    found = running(person)
    if "drop" in request.POST:
        actions.drop(actor=viewer.actor, by=viewer.person, handover=found)
        done(request, _("已取消交接，此人留任。"))
        return redirect("handover", pk)
    if not is_fresh(request):
        return redirect(confirm_first(request.path.removesuffix("finish/")))
    try:
        actions.complete(actor=viewer.actor, by=viewer.person, handover=found)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("交接完成，%s 已离开。") % person.name)
    return redirect("handover", pk)
