"""Error pages: a sentence and a reference, never a trace (RS5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature.
    """The form was open too long or came from elsewhere."""
    return render(request, "web/errors/csrf.html", status=403)
