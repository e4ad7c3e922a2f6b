"""Publishing by hand: exactly what to paste, the pictures, then the link or a screenshot (architecture §4)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanhao.core.verdicts import Refused
from guanhao.publishing import actions
from guanhao.publishing.models import PublishJob
from guanhao.web import csp
from guanhao.web.answers import done
from guanhao.web.forms.publishing import HandForm
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access, imports, stored
from guanhao.web.work.allowances import counts_notices
from guanhao.web.work.publishing_pages import by_hand_context


@require_http_methods(["GET", "POST"])
@csp.relaxed(style_src_attr="'unsafe-inline'")
def page(request: WebRequest, pk: int) -> HttpResponse:
    """The content to copy, and the form to report with. The body carries ``style`` attributes, so they are allowed."""
    viewer = request.viewer
    job = access.job(viewer, pk)
    counts = counts_notices(job.account)
    if request.method != "POST":
        return _page(request, job, HandForm(counts))
    form = HandForm(counts, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, job, form)
    values = form.cleaned_data
    try:
        actions.report_by_hand(
            actor=viewer.actor,
            person=viewer.person,
            job=job,
            links=form.links(),
            screenshot=imports.screenshot(viewer, values["screenshot"]),
            note=values["note"],
            notified=values.get("notified", False),
        )
    except Refused as refusal:
        return _page(request, job, form, refusal)
    done(request, _("已登记手工发布。"))
    return redirect("publish_job", pk)


@require_safe
def pictures(request: WebRequest, pk: int) -> HttpResponse:
    """The pictures in the order they stand, as one file."""
    return stored.pictures_of(access.job(request.viewer, pk))


def _page(
    request: WebRequest, job: PublishJob, form: HandForm, refusal: Refused | None = None
) -> HttpResponse:
    context = by_hand_context(request.viewer, job, form)
    context["denied"] = refusal.denied if refusal else None
    return render(request, "web/publishing/by_hand.html", context, status=422 if form.is_bound else 200)
