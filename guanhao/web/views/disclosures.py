"""依法调取: prepared by one, approved by another, fetched and delivered by the two (PD6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.contents.assets import MOST_DOCUMENT, store_document
from guanhao.core.verdicts import Refused
from guanhao.exports.files import path_of
from guanhao.limiting.types import Use
from guanhao.people.permissions import Permission
from guanhao.privacy import disclosures as actions
from guanhao.web import access
from guanhao.web.answers import attempt, done
from guanhao.web.forms.disclosures import DeliveryForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.limits import counts_as
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import disclosure_pages as pages
from guanhao.web.work import stored

MANAGE = Permission.DISCLOSURE_MANAGE


@require_safe
@needs(MANAGE)
def listing(request: WebRequest) -> HttpResponse:
    """What was asked for."""
    return answer(request, pages.disclosure_list(), pages.disclosures(request.viewer))


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def new(request: WebRequest) -> HttpResponse:
    """Prepare one."""
    viewer = request.viewer
    form = pages.disclosure_form(viewer, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["scan"]
        who: dict[str, Any] = {"actor": viewer.actor, "person": viewer.person}
        try:
            scan = store_document(data=file.read(MOST_DOCUMENT + 1), name=file.name, **who)
            asked = form.asked(pages.account_of(viewer, form.cleaned_data["account"]))
            row = actions.prepare(instrument=form.instrument(scan), asked=asked, **who)
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("已登记，等待另一人批准。"))
            return redirect("disclosure", row.pk)
    return render(request, "web/privacy/disclosure_new.html", {"form": form})


@require_safe
@needs(MANAGE)
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One, with who decided and where the file is."""
    row = access.one(pages.disclosures(request.viewer), pk=pk)
    return render(request, "web/privacy/disclosure.html", pages.disclosure_context(request.viewer, row))


@require_safe
@needs(MANAGE)
def scan(request: WebRequest, pk: int) -> HttpResponseBase:
    """The instrument's scan, always as a download (CF5)."""
    return stored.download(access.one(pages.disclosures(request.viewer), pk=pk).instrument)


@require_POST
@needs(MANAGE)
def approve(request: WebRequest, pk: int) -> HttpResponse:
    """Approve exactly this scope, freshly authenticated (SI5)."""
    return _act_fresh(request, pk, actions.approve, _("已批准，资料生成后会通知。"))


@require_POST
@needs(MANAGE)
def decline(request: WebRequest, pk: int) -> HttpResponse:
    """Decline it, or take it back."""
    return _act(request, pk, actions.decline, _("已退回。"), reason=request.POST.get("reason", ""))


@require_POST
@needs(MANAGE)
def again(request: WebRequest, pk: int) -> HttpResponse:
    """Make the file once more, freshly authenticated."""
    return _act_fresh(request, pk, actions.make_again, _("正在重新生成。"))


@counts_as(Use.EXPORT)
@require_POST
@needs(MANAGE)
def file(request: WebRequest, pk: int) -> HttpResponseBase:
    """The file, for the two only, freshly authenticated, as long as it is kept."""
    viewer, row = request.viewer, access.one(pages.disclosures(request.viewer), pk=pk)
    if not is_fresh(request):
        return redirect(confirm_first(reverse("disclosure", args=[pk])))
    place = path_of(actions.fetch(actor=viewer.actor, person=viewer.person, disclosure=row))
    return FileResponse(place.open("rb"), as_attachment=True, filename=f"{row.instrument_no}.zip")


@require_POST
@needs(MANAGE)
def deliver(request: WebRequest, pk: int) -> HttpResponse:
    """Note that it was handed over."""
    form = DeliveryForm(request.POST)
    values = form.cleaned_data if form.is_valid() else {}
    words = {name: values.get(name, "") for name in ("to", "how")}
    return _act(request, pk, actions.deliver, _("交付已登记。"), **words)


def _act_fresh(request: WebRequest, pk: int, action: Callable[..., Any], sentence: str) -> HttpResponse:
    """The row comes first, so that a foreign one is missing before anybody is asked for a password (TN1)."""
    access.one(pages.disclosures(request.viewer), pk=pk)
    if not is_fresh(request):
        return redirect(confirm_first(reverse("disclosure", args=[pk])))
    return _act(request, pk, action, sentence)


def _act(
    request: WebRequest, pk: int, action: Callable[..., Any], sentence: str, **more: str
) -> HttpResponse:
    viewer = request.viewer
    row = access.one(pages.disclosures(viewer), pk=pk)
    act = partial(action, actor=viewer.actor, person=viewer.person, disclosure=row, **more)
    attempt(request, act, sentence)
    return redirect("disclosure", pk)
