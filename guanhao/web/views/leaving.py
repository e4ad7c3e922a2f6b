"""退出本系统: asked by one, confirmed by another, seven days, then everything of the institution is destroyed (SE8, AP8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.exports.files import path_of
from guanhao.limiting.types import Use
from guanhao.removal import actions
from guanhao.web import twopersons
from guanhao.web.forms.leaving import RemovalForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.limits import counts_as
from guanhao.web.viewer import WebRequest
from guanhao.web.work import leaving_pages as pages


@require_http_methods(["GET", "POST"])
def page(request: WebRequest) -> HttpResponse:
    """Where it stands, for everybody; and the form that asks for it, freshly authenticated (SI5)."""
    form = RemovalForm(request.POST if request.method == "POST" else None)
    asked = twopersons.ask(request, "removal", form, actions.ask, _("已提出，等另一人确认。"))
    if asked is not None:
        return asked
    return render(request, "web/settings/removal.html", pages.removal_context(request.viewer, form))


@require_POST
def confirm(request: WebRequest) -> HttpResponse:
    """Agree, freshly authenticated: the seven days begin."""
    return _act(request, actions.confirm, _("已确认。七天后销毁，在此之前两人都可以取消。"))


@require_POST
def cancel(request: WebRequest) -> HttpResponse:
    """Take it back."""
    return _act(request, actions.cancel, _("已取消，本单位留在本系统。"), fresh=False)


@require_POST
def again(request: WebRequest) -> HttpResponse:
    """Make the last export anew."""
    return _act(request, actions.make_again, _("正在重新生成。"))


@counts_as(Use.EXPORT)
@require_POST
def file(request: WebRequest) -> HttpResponseBase:
    """The last export, for the two only, freshly authenticated."""
    viewer, removal = request.viewer, pages.removal_or_404()
    if not is_fresh(request):
        return redirect(confirm_first(reverse("removal")))
    place = path_of(actions.take(actor=viewer.actor, person=viewer.person, removal=removal))
    return FileResponse(place.open("rb"), as_attachment=True, filename=f"{viewer.institution.key}.zip")


def _act(
    request: WebRequest, action: Callable[..., Any], sentence: str, *, fresh: bool = True
) -> HttpResponse:
    viewer, removal = request.viewer, pages.removal_or_404()
    return twopersons.act(
        request,
        "removal",
        lambda: action(actor=viewer.actor, person=viewer.person, removal=removal),
        sentence,
        fresh=fresh,
    )
