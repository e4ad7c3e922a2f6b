"""Sightings (线索): names found on platforms, imported, judged with reasons, decided."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.people.permissions import Permission
from guanhao.screening.termfiles import BadTermFile
from guanhao.watch.sightings import decide_sighting, import_sightings, read_names
from guanhao.web.answers import done, refused
from guanhao.web.forms.sightings import DecideForm, NamesFileForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import sighting_pages as pages
from guanhao.web.work.scripts import form_refused

MOST_BYTES = 10 * 2**20


@require_safe
@needs(Permission.SIGHTING_MANAGE)
def listing(request: WebRequest) -> HttpResponse:
    """Sightings, the worst first."""
    return answer(request, pages.sighting_list(request.viewer), pages.rows())


@require_http_methods(["GET", "POST"])
@needs(Permission.SIGHTING_MANAGE)
def upload(request: WebRequest) -> HttpResponse:
    """Take names from a file; those that resemble ours become sightings."""
    viewer = request.viewer
    form = NamesFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            seen = read_names(file.name, file.read(MOST_BYTES))
        except BadTermFile as bad:
            for problem in bad.problems[: pages.SHOWN_FAULTS]:
                form.add_error("file", said(problem))
        else:
            brought = import_sightings(
                actor=viewer.actor,
                person=viewer.person,
                institution=viewer.institution,
                seen=seen,
                name=file.name,
            )
            told = {"read": brought.read, "new": brought.new, "known": brought.known}
            done(request, _("读入 %(read)d 个名称，新线索 %(new)d 条，已有 %(known)d 条。") % told)
            return redirect("sightings")
    return render(request, "web/screening/import_names.html", {"form": form})


@require_safe
@needs(Permission.SIGHTING_MANAGE)
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One sighting: what it looks like and why, and the decision."""
    return render(
        request, "web/screening/sighting.html", pages.record_context(request.viewer, pages.one_of(pk))
    )


@require_POST
@needs(Permission.SIGHTING_MANAGE)
def decide(request: WebRequest, pk: int) -> HttpResponse:
    """Say what it is."""
    viewer = request.viewer
    sighting = pages.one_of(pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return form_refused(request, form, "sighting", pk)
    values = form.cleaned_data
    try:
        decide_sighting(
            actor=viewer.actor,
            person=viewer.person,
            sighting=sighting,
            state=values["state"],
            note=values["note"],
        )
    except Refused as refusal:
        refused(request, refusal.denied)
        return redirect("sighting", pk)
    done(request, _("已认定。"))
    return redirect("sightings")
