"""Re-screening what was published (全库复查): begun, watched, paused, resumed; its hits by account."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.contents import rescreening
from guanhao.core.verdicts import Refused
from guanhao.people.permissions import Permission
from guanhao.web.answers import done, refused
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work import rescreening_pages as pages


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def listing(request: WebRequest) -> HttpResponse:
    """All re-screenings; posting begins one."""
    viewer = request.viewer
    if request.method == "POST":
        try:
            row = rescreening.start(actor=viewer.actor, person=viewer.person, institution=viewer.institution)
        except Refused as refusal:
            refused(request, refusal.denied)
            return redirect("rescreenings")
        done(request, _("复查已开始，在后台进行。"))
        return redirect("rescreening", row.pk)
    return answer(request, pages.rescreening_list(), pages.rows(), **pages.archive_facts(viewer))


@require_safe
@needs(Permission.LEXICON_MANAGE)
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One re-screening: how far it is, how long it still takes, and what it found."""
    row = pages.one_of(pk)
    return answer(request, pages.hit_list(row), pages.hits(row), **pages.facts(row))


@require_safe
@needs(Permission.LEXICON_MANAGE)
def progress(request: WebRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked again while it runs; once it no longer does, the page is loaded with its hits."""
    facts = pages.facts(pages.one_of(pk))
    response = render(request, "web/screening/part_progress.html", facts)
    if not facts["running"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs(Permission.LEXICON_MANAGE)
def pause(request: WebRequest, pk: int) -> HttpResponse:
    """Let it rest."""
    return _moved(request, pk, rescreening.pause)


@require_POST
@needs(Permission.LEXICON_MANAGE)
def resume(request: WebRequest, pk: int) -> HttpResponse:
    """Go on where it rested."""
    return _moved(request, pk, rescreening.resume)


@require_POST
@needs(Permission.LEXICON_MANAGE)
def stop(request: WebRequest, pk: int) -> HttpResponse:
    """End a paused one."""
    return _moved(request, pk, rescreening.stop)


def _moved(request: WebRequest, pk: int, act: Callable[..., None]) -> HttpResponse:
    viewer = request.viewer
    try:
        act(actor=viewer.actor, person=viewer.person, rescreening=pages.one_of(pk))
    except Refused as refusal:
        refused(request, refusal.denied)
    return redirect("rescreening", pk)
