"""What people bring (反映事项、运营制度) and what others are asked to pass on (转发任务)."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanhao.contents.assets import store_document
from guanhao.core.verdicts import Refused
from guanhao.duties.bringing import file_rules, raise_concern
from guanhao.web import access
from guanhao.web.answers import done
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, said
from guanhao.web.work import concern_pages as pages
from guanhao.web.work import stored

MOST_BYTES = 20 * 2**20


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """What was brought up, the latest first."""
    return answer(request, pages.concern_list(), pages.concerns(request.viewer))


@require_http_methods(["GET", "POST"])
def new(request: WebRequest) -> HttpResponse:
    """Bring something up."""
    viewer = request.viewer
    form = pages.concern_form(viewer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        unit = pages.unit_of(values["unit"])
        account = (
            access.one(access.accounts(viewer), pk=int(values["account"])) if values["account"] else None
        )
        try:
            concern = raise_concern(
                actor=viewer.actor, person=viewer.person, kind=values["kind"], unit=unit,
                words=values["words"], account=account,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("已反映，承担人会收到通知。"))
            return redirect("concern", concern.pk)
    return render(request, "web/duties/concern_new.html", {"form": form})


@require_safe
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One of them, with its duties."""
    concern = access.one(pages.concerns(request.viewer), pk=pk)
    return render(request, "web/duties/concern.html", pages.concern_context(request.viewer, concern))


@require_safe
def rules(request: WebRequest) -> HttpResponse:
    """Operating rules on file."""
    return answer(request, pages.rules_list(), pages.filed_rules(request.viewer))


@require_http_methods(["GET", "POST"])
def rules_new(request: WebRequest) -> HttpResponse:
    """Put a unit's rules on file."""
    viewer = request.viewer
    form = pages.rules_form(viewer, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        unit = pages.unit_of(form.cleaned_data["unit"])
        try:
            asset = store_document(
                actor=viewer.actor, person=viewer.person, data=file.read(MOST_BYTES), name=file.name
            )
            file_rules(actor=viewer.actor, person=viewer.person, unit=unit, asset=asset, name=file.name)
        except Refused as refusal:
            form.add_error("file", said(refusal.denied.reason))
        else:
            done(request, _("已存档。"))
            return redirect("rules_on_file")
    return render(request, "web/duties/rules_new.html", {"form": form})


@require_safe
def rules_file(request: WebRequest, pk: int) -> HttpResponseBase:
    """The file, always as a download (CF5)."""
    return stored.download(access.one(pages.filed_rules(request.viewer), pk=pk).asset)
