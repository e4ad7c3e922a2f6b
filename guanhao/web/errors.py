"""Error pages: a sentence and a reference, never a trace (RS5)."""

from __future__ import annotations

import logging
import sys

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from guanhao.core import logs, randomness
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.web.viewer import Viewer, said

log = logging.getLogger("guanhao.web")

FORBIDDEN, CONFLICT, UNAVAILABLE = 403, 409, 503
SOON = 30  # seconds


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page of a refusal: the reason the domain gave and the article it rests on; 409 where somebody was faster."""
    denied = refused.denied
    context = {"reason": said(denied.reason), "denied": denied, "conflict": isinstance(refused, WrongState)}
    status = CONFLICT if context["conflict"] else FORBIDDEN
    if status == FORBIDDEN:
        _record(request, refused)
    name = "web/errors/refusal_part.html" if request.headers.get("HX-Request") else "web/errors/refusal.html"
    return render(request, name, context, status=status)


def _record(request: HttpRequest, refused: Refused) -> None:
    """Refusals are part of the record (LG1): who was refused what, and by which clause."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        return
    match = request.resolver_match
    with transaction.atomic():
        record(
            institution=viewer.institution,
            actor=viewer.actor,
            action=Action.ACCESS_REFUSED,
            subject=Subject("page", match.url_name or "" if match else ""),
            facts={"method": request.method or "", "article": refused.denied.article},
            clause=refused.denied.clause,
        )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature.
    """The form was open too long or came from elsewhere."""
    return render(request, "web/errors/csrf.html", status=FORBIDDEN)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature.
    """Nothing here, or nothing the reader may know of: the two look alike (TN1)."""
    return render(request, "web/errors/not_found.html", status=404)


@requires_csrf_token
def failure(request: HttpRequest) -> HttpResponse:
    """Something broke. The log has the trace under the reference that the page shows.

    Where the database gave no answer or took nothing, that is said: it may pass, and what was filled in is not lost (RS2).
    """
    unavailable = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    reference = logs.bound("request") or randomness.token_hex(4)
    log.error("Request failed. reference=%s method=%s path=%r", reference, request.method, request.path)
    # The scope of the request is closed by now, so the page has no frame that would ask the database for its counts.
    request.viewer = None  # type: ignore[attr-defined] # WebRequest declares it.
    context = {"reference": reference, "filled_in": request.method == "POST"}
    if not unavailable:
        return render(request, "web/errors/failure.html", context, status=500)
    answer = render(request, "web/errors/unavailable.html", context, status=UNAVAILABLE)
    answer.headers["Retry-After"] = str(SOON)
    return answer
