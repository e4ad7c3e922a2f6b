"""The register's ledger in Excel: out in the registrar's order, and an existing one in: upload, dry run, import or nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanhao.core.verdicts import Refused
from guanhao.intake.actions import import_ledger
from guanhao.people import importing
from guanhao.people.permissions import Permission
from guanhao.web import imports
from guanhao.web.answers import done
from guanhao.web.peopleforms import UploadForm
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import ledger_pages as pages


@require_safe
def export(request: WebRequest) -> HttpResponse:
    """The accounts the person may see, in the registrar's column order."""
    return pages.ledger(request.viewer)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACCOUNT_MANAGE)
def upload(request: WebRequest) -> HttpResponse:
    """Take a ledger; a file that cannot be read is told at once."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sheet = pages.read(request.viewer, file.read(importing.MOST_BYTES + 1))
        except importing.BadSheet as bad:
            form.add_error("file", said(bad.sentence))
        else:
            return redirect("accounts_import_check", token=pages.keep(request.viewer, sheet, file.name))
    return render(request, "web/accounts/import.html", {"form": form})


@require_safe
@needs(Permission.ACCOUNT_MANAGE)
def template(request: WebRequest) -> HttpResponse:
    """An empty ledger with the registrar's headings and one example."""
    return pages.empty_ledger(request.viewer)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACCOUNT_MANAGE)
def check(request: WebRequest, token: str) -> HttpResponse:
    """The columns as remembered, guessed or chosen; every fault; the button that imports once there is none."""
    viewer, denied = request.viewer, None
    sheet = imports.kept(viewer, token)
    mapping = pages.mapping_of(request.POST if request.method == "POST" else request.GET, sheet)
    if request.method == "POST":
        try:
            report = import_ledger(
                actor=viewer.actor,
                institution=viewer.institution,
                sheet=sheet,
                mapping=mapping,
                name=pages.name_of(viewer, token),
            )
        except Refused as refusal:
            denied = refusal.denied
        else:
            imports.forget(viewer, token)
            done(request, _("导入完成：%d 个账号已登记。") % len(report.entries))
            return redirect("accounts")
    context = pages.shown(viewer, token, sheet, mapping) | {"denied": denied}
    return render(
        request, "web/accounts/import_check.html", context, status=422 if denied is not None else 200
    )


@require_safe
@needs(Permission.ACCOUNT_MANAGE)
def faults(request: WebRequest, token: str) -> HttpResponse:
    """The same ledger with the faults beside its rows, to be mended and uploaded again."""
    sheet = imports.kept(request.viewer, token)
    return pages.faulty_ledger(request.viewer, sheet, pages.mapping_of(request.GET, sheet))
