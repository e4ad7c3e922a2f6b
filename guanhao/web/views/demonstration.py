"""One-click sign-in of a demonstration. Not routed elsewhere, and refused even then (nobody real is ever signed in)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from guanhao.ledger.types import Action
from guanhao.web import demoroles
from guanhao.web.belonging import BACKEND
from guanhao.web.signin import record_session


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """The roles of the demonstration institutions, one button each."""
    return render(request, "web/signin/demonstration.html", {"houses": demoroles.houses()})


@require_POST
def sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as a person of a demonstration institution."""
    user = demoroles.sign_in_of(username)
    if user is None or not settings.DEMO:
        raise Http404
    login(request, user, backend=BACKEND)
    record_session(request, user, Action.SESSION_SIGNED_IN)
    return redirect("desk")
