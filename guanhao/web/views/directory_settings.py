"""Settings of the public directory: open or closed, the sites that may show its widget, and what to put there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanhao.core.verdicts import Denied, Refused
from guanhao.directory.actions import set_directory
from guanhao.directory.models import Directory
from guanhao.directory.queries import own, shown
from guanhao.people.permissions import Permission
from guanhao.web.answers import done
from guanhao.web.forms.directory import DirectoryForm
from guanhao.web.viewer import WebRequest, needs


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACCOUNT_MANAGE)
def page(request: WebRequest) -> HttpResponse:
    """Open or close the directory."""
    viewer, denied = request.viewer, None
    row = own()
    first = {"is_open": row.open, "hosts": "\n".join(row.hosts)} if row else {}
    form = DirectoryForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            set_directory(
                actor=viewer.actor,
                institution=viewer.institution,
                is_open=form.cleaned_data["is_open"],
                hosts=form.cleaned_data["hosts"].splitlines(),
            )
        except Refused as refusal:
            denied = refusal.denied
        else:
            done(request, _("公开名录的设置已保存。"))
            return redirect("directory_settings")
    return _shown(request, form, row, denied)


def _shown(
    request: WebRequest, form: DirectoryForm, row: Directory | None, denied: Denied | None
) -> HttpResponse:
    key, home = request.viewer.institution.key, settings.PUBLIC_URL.rstrip("/")
    context = {
        "form": form,
        "denied": denied,
        "is_open": bool(row and row.open),
        "count": shown().count(),
        "public": home + reverse("directory", args=[key]),
        "widget": home + reverse("directory_widget", args=[key]),
        "api": home + reverse("api_directory_accounts", args=[key]),
        "document": home + reverse("api_directory_document"),
    }
    wrong = denied is not None or bool(form.errors)
    return render(request, "web/settings/directory.html", context, status=422 if wrong else 200)
