"""台账留存: for how long the ledger is kept, changed by two people (LG8, AP8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.retention import actions
from guanhao.web import twopersons
from guanhao.web.forms.leaving import PeriodForm
from guanhao.web.viewer import WebRequest
from guanhao.web.work import retention_page as pages


@require_http_methods(["GET", "POST"])
def page(request: WebRequest) -> HttpResponse:
    """What is in force, for everybody; and the form that asks for another period, freshly authenticated (SI5)."""
    form = PeriodForm(request.POST if request.method == "POST" else None)
    asked = twopersons.ask(request, "retention", form, actions.ask, _("已提出，等另一人同意。"))
    if asked is not None:
        return asked
    return render(request, "web/settings/retention.html", pages.retention_context(request.viewer, form))


@require_POST
def agree(request: WebRequest) -> HttpResponse:
    """Agree, freshly authenticated."""
    return _act(request, actions.agree, _("留存期限已更改。"))


@require_POST
def drop(request: WebRequest) -> HttpResponse:
    """Take it back, or decline it."""
    return _act(request, actions.drop, _("已撤回。"), fresh=False)


def _act(
    request: WebRequest, action: Callable[..., Any], sentence: str, *, fresh: bool = True
) -> HttpResponse:
    viewer, change = request.viewer, pages.change_or_404()
    return twopersons.act(
        request,
        "retention",
        lambda: action(actor=viewer.actor, person=viewer.person, change=change),
        sentence,
        fresh=fresh,
    )
