"""Where an article is written: the page, its autosave, pictures, imports and preview (ui.md, pattern 4)."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.contents import actions
from guanhao.contents.content import Content
from guanhao.contents.guards import may_edit
from guanhao.core.verdicts import require
from guanhao.web import csp
from guanhao.web.answers import done
from guanhao.web.forms.articles import WorkingForm
from guanhao.web.viewer import WebRequest, said
from guanhao.web.work import access, imports, pictures
from guanhao.web.work.editing import editor_context, reasons_context, saved_fields
from guanhao.web.work.reading import as_read
from guanhao.web.work.scripts import answers_scripts, clock_time, invalid, refused


@require_safe
@csp.relaxed(style_src_attr="'unsafe-inline'", img_src="'self' data: blob:", frame_src="'self'")
def edit(request: WebRequest, pk: int) -> HttpResponse:
    """The editor. Articles carry ``style`` attributes, so this page allows them; scripts stay our own."""
    article = access.article(request.viewer, pk)
    require(may_edit(request.viewer.person, article))
    return render(request, "web/articles/edit.html", editor_context(request.viewer, article))


@require_POST
@answers_scripts
def save(request: WebRequest, pk: int) -> HttpResponse:
    """Autosave: keep the working copy, answer its serial and what the checks find in it now."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    form = WorkingForm(viewer, request.POST)
    if not form.is_valid():
        return invalid(form)
    try:
        fields = saved_fields(viewer, form)
        article = actions.save_working(actor=viewer.actor, person=viewer.person, article=article, **fields)
    except actions.SavedByOthers as refusal:
        return refused(request, refusal, serial=refusal.article.working_serial)
    findings = render_to_string("web/articles/part_reasons.html", reasons_context(viewer, article), request)
    return JsonResponse(
        {"serial": article.working_serial, "at": clock_time(article.changed_at), "findings": findings}
    )


@require_POST
def submit(request: WebRequest, pk: int) -> HttpResponse:
    """Hand the working copy in as a revision; a refusal comes back with its reasons."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    actions.submit(actor=viewer.actor, person=viewer.person, article=article)
    done(request, _("已提交。"))
    return redirect("article", pk)


@require_POST
@answers_scripts
def upload(request: WebRequest, pk: int) -> HttpResponse:
    """Store a picture and answer its address."""
    article = access.article(request.viewer, pk)
    require(may_edit(request.viewer.person, article))
    asset = imports.picture(request.viewer, request.FILES.get("file"))
    return JsonResponse({"url": pictures.address(request.viewer.institution.pk, asset.digest)})


@require_POST
@answers_scripts
def fetch(request: WebRequest, pk: int) -> HttpResponse:
    """Bring a picture of a pasted address into our own store (NT2) and answer its new address."""
    article = access.article(request.viewer, pk)
    require(may_edit(request.viewer.person, article))
    digest = imports.fetched(request.viewer, request.POST.get("address", ""))
    return JsonResponse({"url": pictures.address(request.viewer.institution.pk, digest)})


@require_POST
@answers_scripts
def bring(request: WebRequest, pk: int) -> HttpResponse:
    """Import HTML source or a Word file; answers what to insert and what was left out."""
    viewer = request.viewer
    article = access.article(viewer, pk)
    require(may_edit(viewer.person, article))
    brought = imports.brought(viewer, request.FILES.get("file"), request.POST.get("html", ""))
    html = pictures.shown(viewer.institution, brought.html)
    return JsonResponse(
        {"html": html, "title": brought.title, "notes": [said(note) for note in brought.notes]}
    )


@require_safe
@csp.relaxed(csp.PREVIEW)
def preview(request: WebRequest, pk: int) -> HttpResponse:
    """The working copy as a phone shows it, in a frame without scripts and without our origin (CF2)."""
    article = access.article(request.viewer, pk)
    content = Content.stored(article.working)
    return render(request, "web/work/phone.html", as_read(request.viewer, article, content))
