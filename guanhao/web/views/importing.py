"""People from Excel in three steps: upload, say which column is what and see every fault, import all or nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanhao.core.verdicts import Denied, Refused
from guanhao.people import importing
from guanhao.people.permissions import Permission
from guanhao.web import imports
from guanhao.web.answers import done
from guanhao.web.excel import workbook
from guanhao.web.peopleforms import UploadForm
from guanhao.web.viewer import WebRequest, needs, said


@require_http_methods(["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def upload(request: WebRequest) -> HttpResponse:
    """Take a spreadsheet; a file that cannot be read is told at once."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = importing.read(form.cleaned_data["file"].read())
        except importing.BadSheet as bad:
            form.add_error("file", said(bad.sentence))
        else:
            return redirect("check_import", token=imports.keep(request.viewer, sheet))
    return render(request, "web/people/import.html", {"form": form})


@require_safe
@needs(Permission.PEOPLE_MANAGE)
def template(request: WebRequest) -> HttpResponse:  # noqa: ARG001 - a view.
    """An empty sheet with our headings and one example."""
    head, *rows = importing.template_rows()
    return workbook(_("人员导入模板"), head, rows)


@require_http_methods(["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def check(request: WebRequest, token: str) -> HttpResponse:
    """The columns as guessed or chosen, every fault by row, and the button that imports once there is none."""
    sheet = imports.kept(request.viewer, token)
    query = request.POST if request.method == "POST" else request.GET
    mapping = imports.mapping_of(query, sheet) or importing.guess_mapping(sheet)
    report = importing.check(sheet, mapping, imports.posts(request.viewer))
    denied: Denied | None = None
    if request.method == "POST" and report.clean:
        try:
            people, posts = importing.apply(
                actor=request.viewer.actor, institution=request.viewer.institution, report=report
            )
        except Refused as refusal:
            denied = refusal.denied
        else:
            imports.forget(request.viewer, token)
            done(
                request,
                _("导入完成：新增 %(people)d 人、%(posts)d 项任职。") % {"people": people, "posts": posts},
            )
            return redirect("people")
    context = imports.shown(sheet, mapping, report) | {"denied": denied}
    return render(request, "web/people/check_import.html", context)
