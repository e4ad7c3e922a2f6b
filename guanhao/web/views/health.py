"""For machines that watch: alive, ready, figures. Whoever has neither the token nor an allowed address finds nothing here."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from guanhao.core.address import client_address
from guanhao.operating import metrics as figures

UNAVAILABLE = 503
Probe = Callable[[HttpRequest], HttpResponse]


def _for_watchers(view: Probe) -> Probe:
    """Answer those with the token or from an allowed address; to all others the address does not exist (ASVS 13.4)."""

    @wraps(view)
    def watched(request: HttpRequest) -> HttpResponse:
        if not (_has_token(request) or _is_allowed(client_address(request))):
            raise Http404
        return view(request)

    return login_not_required(require_safe(watched))


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), wanted.encode())


def _is_allowed(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known in ipaddress.ip_network(net, strict=False) for net in settings.METRICS_ADDRESSES)


@_for_watchers
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature.
    """This process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@_for_watchers
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature.
    """Whether requests may be sent here; 503 with what is missing otherwise."""
    told = figures.readiness()
    good = all(told.values())
    return JsonResponse({"ready": good, **told}, status=200 if good else UNAVAILABLE)


@_for_watchers
def metrics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature.
    """The figures in Prometheus' text form."""
    return HttpResponse(figures.text(), content_type=CONTENT_TYPE_LATEST)
