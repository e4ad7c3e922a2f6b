"""Entries beside the terms, many at once: a file, its dry run, its import."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanhao.lexicon.entering import take_entries
from guanhao.lexicon.entryfiles import COLUMNS, template_rows
from guanhao.people.permissions import Permission
from guanhao.web.answers import done
from guanhao.web.excel import workbook
from guanhao.web.forms.screening import EntriesFileForm
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work import entry_import as pages
from guanhao.web.work.lexicon_pages import MOST_BYTES


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def upload(request: WebRequest) -> HttpResponse:
    """Take entries as a file; it is checked before anything is taken."""
    form = EntriesFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MOST_BYTES:
            form.add_error("file", _("文件超过 20 MB。"))
        else:
            kept = pages.EntryUpload(file.name, form.cleaned_data["kind"], file.read())
            return redirect("entries_check", pages.keep(request.viewer, kept))
    return render(request, "web/screening/import_entries.html", {"form": form})


@require_safe
@needs(Permission.LEXICON_MANAGE)
def template(request: WebRequest) -> HttpResponse:  # noqa: ARG001 - a view.
    """A sheet with our headings and an example of the usual kinds."""
    heads = [words[0] for words in COLUMNS.values()]
    return workbook(_("条目导入模板"), heads, list(template_rows()))


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def check(request: WebRequest, token: str) -> HttpResponse:
    """The dry run: what would change, or every fault by its line; and the button that takes the file."""
    viewer = request.viewer
    kept = pages.kept(viewer, token)
    read = kept.read()
    context = pages.dry_run(read)
    if request.method == "POST" and context["change"] is not None:
        change = take_entries(
            actor=viewer.actor,
            person=viewer.person,
            institution=viewer.institution,
            entries=read.entries,
            name=kept.name,
        )
        pages.forget(viewer, token)
        told = {"new": change.new, "replaced": len(change.replaced), "same": change.unchanged}
        done(request, _("导入完成：新增 %(new)d 条，更新 %(replaced)d 条，%(same)d 条没有变化。") % told)
        return redirect("entries")
    return render(request, "web/screening/check_entries.html", {**context, "name": kept.name})
