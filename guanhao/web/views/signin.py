"""Choosing an institution and a language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.web.answers import go
from guanhao.web.belonging import belonging, prefer


@require_http_methods(["GET", "POST"])
def choose_institution(request: HttpRequest) -> HttpResponse:
    """Let a person of several institutions say for which one he works now; the choice lasts for the session."""
    persons = belonging(request.user, None).persons
    if request.method == "POST":
        chosen = next((p for p in persons if str(p.institution_id) == request.POST.get("institution")), None)
        if chosen is None:
            raise Http404
        request.session["institution"] = chosen.institution_id
        return redirect("desk")
    return render(request, "web/signin/choose.html", {"persons": persons})


@require_POST
def set_language(request: Any) -> HttpResponse:
    """Switch the language: kept with the person who is signed in, in a cookie for everybody else."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    translation.activate(language)
    if request.viewer is not None:
        prefer(request.viewer.person, language)
    response = go(request, "desk")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 86400,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
