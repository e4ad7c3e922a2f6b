"""The institution's lists (词库): terms with import and dry run, entries, wordings that are no error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.lexicon import actions, restoring
from guanhao.people.permissions import Permission
from guanhao.web.answers import done
from guanhao.web.excel import workbook
from guanhao.web.forms.screening import EntryForm, TermForm, TermsFileForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work import lexicon_pages as pages


@require_safe
@needs(Permission.LEXICON_MANAGE)
def terms(request: WebRequest) -> HttpResponse:
    """The terms."""
    return answer(request, pages.term_list(request.viewer), pages.term_rows())


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def add_term(request: WebRequest) -> HttpResponse:
    """Enter one term; one of the same wording and family is replaced."""
    viewer = request.viewer
    form = TermForm(viewer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.take_terms(
            actor=viewer.actor, person=viewer.person, institution=viewer.institution, terms=[form.term()]
        )
        done(request, _("已收录，从下一次审查起生效。"))
        return redirect("terms")
    return render(request, "web/screening/add_term.html", {"form": form})


@require_POST
@needs(Permission.LEXICON_MANAGE)
def remove_terms(request: WebRequest) -> HttpResponse:
    """Take the chosen terms out."""
    viewer = request.viewer
    chosen = pages.chosen(pages.term_rows(), request.POST.getlist("row"))
    count = actions.remove_terms(
        actor=viewer.actor, person=viewer.person, institution=viewer.institution, terms=chosen
    )
    done(request, ngettext("已移除 %(n)d 条。", "已移除 %(n)d 条。", count) % {"n": count})
    return redirect("terms")


@require_POST
@needs(Permission.LEXICON_MANAGE)
def restore_terms(request: WebRequest) -> HttpResponse:
    """Put the chosen terms back."""
    return _put_back(request, pages.term_rows(), restoring.restore_terms, "terms")


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def upload_terms(request: WebRequest) -> HttpResponse:
    """Take a list as a file; it is checked before anything is taken."""
    form = TermsFileForm(request.viewer, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = pages.upload_of(form.cleaned_data)
        if upload is not None:
            return redirect("terms_check", pages.keep(request.viewer, upload))
        form.add_error("file", _("文件超过 20 MB。"))
    return render(request, "web/screening/import_terms.html", {"form": form})


@require_safe
@needs(Permission.LEXICON_MANAGE)
def template(request: WebRequest) -> HttpResponse:  # noqa: ARG001 - a view.
    """An empty sheet with our headings and one example."""
    heads = ["词语", "类别", "力度", "生效日期", "失效日期", "例外", "备注"]
    return workbook(_("词库导入模板"), heads, [["示例词", "", "提醒", "", "", "示例词汇编｜示例词典", ""]])


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def check_terms(request: WebRequest, token: str) -> HttpResponse:
    """The dry run: what would change, or every fault by its line; and the button that takes the list."""
    viewer = request.viewer
    upload = pages.kept(viewer, token)
    read = pages.with_family_keys(viewer, upload.read())
    context = pages.dry_run(viewer, read)
    if request.method == "POST" and context["change"] is not None:
        change = actions.take_terms(
            actor=viewer.actor,
            person=viewer.person,
            institution=viewer.institution,
            terms=read.terms,
            name=upload.name,
        )
        pages.forget(viewer, token)
        told = {"new": change.new, "replaced": len(change.replaced), "same": change.unchanged}
        done(request, _("导入完成：新增 %(new)d 条，更新 %(replaced)d 条，%(same)d 条没有变化。") % told)
        return redirect("terms")
    return render(request, "web/screening/check_terms.html", {**context, "name": upload.name})


@require_safe
@needs(Permission.LEXICON_MANAGE)
def entries(request: WebRequest) -> HttpResponse:
    """Entries beside the terms."""
    return answer(request, pages.entry_list(), pages.entry_rows())


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def add_entry(request: WebRequest) -> HttpResponse:
    """Enter a confusable, a leader, a wrong name, a shape, a protected name."""
    viewer = request.viewer
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_entry(
                actor=viewer.actor,
                person=viewer.person,
                institution=viewer.institution,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error("text", pages.sentence(refusal))
        else:
            done(request, _("已添加，从下一次审查起生效。"))
            return redirect("entries")
    return render(request, "web/screening/add_entry.html", {"form": form})


@require_POST
@needs(Permission.LEXICON_MANAGE)
def remove_entries(request: WebRequest) -> HttpResponse:
    """Take the chosen entries out."""
    viewer = request.viewer
    chosen = pages.chosen(pages.entry_rows(), request.POST.getlist("row"))
    for entry in chosen:
        actions.remove_entry(actor=viewer.actor, person=viewer.person, entry=entry)
    done(request, ngettext("已移除 %(n)d 条。", "已移除 %(n)d 条。", len(chosen)) % {"n": len(chosen)})
    return redirect("entries")


@require_POST
@needs(Permission.LEXICON_MANAGE)
def restore_entries(request: WebRequest) -> HttpResponse:
    """Put the chosen entries back."""
    return _put_back(request, pages.entry_rows(), restoring.restore_entries, "entries")


@require_safe
@needs(Permission.LEXICON_MANAGE)
def allowances(request: WebRequest) -> HttpResponse:
    """Wordings that are no error."""
    return answer(request, pages.allowance_list(), pages.allowance_rows())


@require_POST
@needs(Permission.LEXICON_MANAGE)
def remove_allowances(request: WebRequest) -> HttpResponse:
    """Take the chosen wordings off their lists."""
    viewer = request.viewer
    chosen = pages.chosen(pages.allowance_rows(), request.POST.getlist("row"))
    for allowance in chosen:
        actions.disallow(actor=viewer.actor, person=viewer.person, allowance=allowance)
    done(request, ngettext("已移除 %(n)d 条。", "已移除 %(n)d 条。", len(chosen)) % {"n": len(chosen)})
    return redirect("allowances")


@require_POST
@needs(Permission.LEXICON_MANAGE)
def restore_allowances(request: WebRequest) -> HttpResponse:
    """Put the chosen wordings back on their lists."""
    return _put_back(request, pages.allowance_rows(), restoring.restore_allowances, "allowances")


def _put_back(
    request: WebRequest, rows: QuerySet[Any], restore: Callable[..., int], listing: str
) -> HttpResponse:
    """Restore those of the removed rows that were chosen, say how many came back, and show what is in use."""
    viewer, chosen = request.viewer, pages.chosen_gone(rows, request.POST.getlist("row"))
    count = restore(actor=viewer.actor, person=viewer.person, rows=chosen)
    told = ngettext("已恢复 %(n)d 条。", "已恢复 %(n)d 条。", count) % {"n": count}
    done(request, told if count == len(chosen) else _("%(told)s其余的已经在用。") % {"told": told})
    return redirect(listing)
