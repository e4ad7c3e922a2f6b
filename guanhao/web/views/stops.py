"""一键停发: stop one account or all; two people lift it (§2.8, AP8)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.publishing import actions, checks, stopping_all
from guanhao.web.answers import done
from guanhao.web.forms.publishing import StopForm
from guanhao.web.forms.withdrawing import StopAllForm
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access


@require_http_methods(["GET", "POST"])
def page(request: WebRequest) -> HttpResponse:
    """The stops in force, and the form that imposes one."""
    viewer = request.viewer
    form = StopForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.stop(
            actor=viewer.actor,
            person=viewer.person,
            institution=viewer.institution,
            account=form.cleaned_data["account"],
            reason=form.cleaned_data["reason"],
        )
        done(request, _("已停发。还没有发出的推送都会停下。"))
        return redirect("stops")
    return render(request, "web/publishing/stops.html", _context(request, form))


@require_POST
def stop_all(request: WebRequest) -> HttpResponse:
    """Stop the whole installation."""
    viewer = request.viewer
    stopping_all.stop_all(actor=viewer.actor, person=viewer.person, reason=request.POST.get("reason", ""))
    done(request, _("已全部停发。"))
    return redirect("stops")


@require_POST
def ask_lift_all(request: WebRequest) -> HttpResponse:
    """Ask for the stop of the whole installation to be lifted."""
    viewer, halt = request.viewer, access.installation_stop_or_404()
    stopping_all.ask_lift_all(actor=viewer.actor, person=viewer.person, halt=halt)
    done(request, _("已提出解除，等另一人确认。"))
    return redirect("stops")


@require_POST
def lift_all(request: WebRequest) -> HttpResponse:
    """Agree that the whole installation goes on."""
    viewer, halt = request.viewer, access.installation_stop_or_404()
    stopping_all.lift_all(actor=viewer.actor, person=viewer.person, halt=halt)
    done(request, _("已恢复发布。"))
    return redirect("stops")


def _context(request: WebRequest, form: StopForm) -> dict[str, Any]:
    person, whole = request.viewer.person, access.installation_stop()
    return {
        "form": form,
        "stops": access.stops(request.viewer),
        "may": checks.may_stop(person),
        "whole": whole,
        "may_all": stopping_all.may_stop_all(person),
        "asked_all": whole is not None and whole.lift_asked_by_id is not None,
        "asked_all_myself": whole is not None and whole.lift_asked_by_id == person.pk,
        "all_form": StopAllForm(),
    }


@require_POST
def ask_lift(request: WebRequest, pk: int) -> HttpResponse:
    """Ask for a stop to be lifted."""
    viewer = request.viewer
    actions.ask_lift(actor=viewer.actor, person=viewer.person, halt=access.stop(viewer, pk))
    done(request, _("已提出解除，等另一人确认。"))
    return redirect("stops")


@require_POST
def lift(request: WebRequest, pk: int) -> HttpResponse:
    """Agree to lift a stop that somebody else asked to lift."""
    viewer = request.viewer
    actions.lift(actor=viewer.actor, person=viewer.person, halt=access.stop(viewer, pk))
    done(request, _("已恢复发布。"))
    return redirect("stops")
