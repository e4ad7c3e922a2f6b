"""A person's own page: what he holds, whom he lets decide for him."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.people import actions
from guanhao.web import access
from guanhao.web.answers import done
from guanhao.web.peopleforms import DelegationForm
from guanhao.web.viewer import WebRequest


@require_safe
def me(request: WebRequest) -> HttpResponse:
    """The viewer as the institution knows him."""
    return render(
        request,
        "web/people/me.html",
        {"person": request.viewer.person, "appointments": access.appointments(request.viewer.person)},
    )


@require_http_methods(["GET", "POST"])
def delegations(request: WebRequest) -> HttpResponse:
    """Whom the viewer lets decide for him, and for whom he decides; a form for a new delegation."""
    person = request.viewer.person
    form = DelegationForm(request.POST or None, deputies=access.possible_deputies(request.viewer))
    denied = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.delegate(actor=request.viewer.actor, principal=person, **form.cleaned_data)
        except Refused as refused:
            denied = refused.denied
        else:
            done(request, _("委托已登记，到期自动结束。"))
            return redirect("delegations")
    given, held = access.delegations(person)
    return render(
        request, "web/people/delegations.html", {"form": form, "denied": denied, "given": given, "held": held}
    )


@require_POST
def revoke(request: WebRequest, pk: int) -> HttpResponse:
    """End one of the viewer's own delegations at once."""
    given, _held = access.delegations(request.viewer.person)
    actions.revoke_delegation(actor=request.viewer.actor, delegation=access.one(given, pk=pk))
    done(request, _("委托已结束。"))
    return redirect("delegations")
