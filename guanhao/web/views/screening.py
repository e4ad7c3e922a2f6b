"""The test box and the file check: any text, the rulebook's checks of words, nothing stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.web.excel import workbook
from guanhao.web.forms.screening import FileForm, TextForm
from guanhao.web.viewer import WebRequest, said
from guanhao.web.work import textchecks


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def box(request: WebRequest) -> HttpResponse:
    """Paste a text, see what the checks would say of it."""
    form = TextForm(request.POST or None)
    lines: list[textchecks.Line] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            lines = textchecks.lines_of(request.viewer, form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error("text", said(refusal.denied.reason))
    return _page(request, form=form, lines=lines)


@require_POST
def upload(request: WebRequest) -> HttpResponse:
    """Check a file; its findings are kept for an hour, itself not at all."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines = textchecks.lines_of(request.viewer, textchecks.file_text(file))
        except Refused as refusal:
            form.add_error("file", said(refusal.denied.reason))
        else:
            return redirect("screening_result", textchecks.keep(request.viewer, file.name, lines))
    return _page(request, file_form=form, status=422)


@require_safe
def result(request: WebRequest, token: str) -> HttpResponse:
    """What was found in a file, as a page or a workbook."""
    name, lines = textchecks.kept(request.viewer, token)
    if request.GET.get("format") == "xlsx":
        heads, rows = textchecks.table(request.viewer, lines)
        return workbook(_("审查结果"), heads, rows)
    context = {"name": name, "lines": lines, "groups": textchecks.grouped(lines)}
    return render(request, "web/screening/result.html", context)


def _page(
    request: WebRequest,
    *,
    form: TextForm | None = None,
    file_form: FileForm | None = None,
    lines: list[textchecks.Line] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form or TextForm(),
        "file_form": file_form or FileForm(),
        "lines": lines,
        "groups": textchecks.grouped(lines or ()),
    }
    return render(request, "web/screening/box.html", context, status=status)
