"""Reposts (转发任务): the page, asking by hand, the workbook."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from guanhao.core.verdicts import Refused, require
from guanhao.duties.passing import call, may_call
from guanhao.limiting.types import Use
from guanhao.web.answers import done
from guanhao.web.excel import workbook
from guanhao.web.limits import counts_as
from guanhao.web.viewer import WebRequest, said
from guanhao.web.work import repost_pages as pages


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """Which pushes others were asked to pass on, and how many did."""
    return render(request, "web/duties/reposts.html", pages.reposts_context(request.viewer))


@require_http_methods(["GET", "POST"])
def new(request: WebRequest) -> HttpResponse:
    """Ask accounts to pass on something that went out (gpnu-19)."""
    viewer = request.viewer
    require(may_call(viewer.person, viewer.rulebook))
    form = pages.call_form(viewer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        job, accounts = pages.chosen(viewer, form)
        try:
            asked = call(actor=viewer.actor, person=viewer.person, job=job, accounts=accounts)
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            words = ngettext("已向 %d 个账号布置转发。", "已向 %d 个账号布置转发。", len(asked))
            done(request, words % len(asked))
            return redirect("reposts")
    status = 422 if form.errors else 200
    return render(request, "web/duties/repost_new.html", {"form": form}, status=status)


@counts_as(Use.EXPORT)
@require_safe
def export(request: WebRequest) -> HttpResponse:
    """Who was asked, who did, and with what proof, as a workbook; of one push where one is named."""
    heads, rows = pages.table(request.viewer, request.GET.get("origin", ""))
    return workbook(_("转发任务"), heads, rows)
