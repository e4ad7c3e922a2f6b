"""Answers to scripts: JSON with the reason of a refusal and its chip, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone

from guanhao.core.verdicts import Denied, Refused, WrongState
from guanhao.web.answers import go
from guanhao.web.viewer import WebRequest, said

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
CONFLICT, UNPROCESSABLE = 409, 422


def chip(request: WebRequest, denied: Denied) -> str:
    """The citation chip of a refusal as HTML; empty where the reason is no rule of the institution."""
    if not denied.article:
        return ""
    return render_to_string("web/work/chip.html", {"denied": denied, "viewer": request.viewer}, request)


def refused(request: WebRequest, refusal: Refused, **more: Any) -> JsonResponse:
    """A refusal: 409 where somebody was faster, 422 otherwise."""
    denied = refusal.denied
    status = CONFLICT if isinstance(refusal, WrongState) else UNPROCESSABLE
    answer = {
        "reason": said(denied.reason),
        "chip": chip(request, denied),
        "field": getattr(refusal, "field", ""),
    }
    return JsonResponse({**answer, **more}, status=status)


def answers_scripts(view: V) -> V:
    """Turn a refusal raised in the view into JSON instead of a page."""

    @wraps(view)
    def answered(request: WebRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return refused(request, refusal)

    return answered  # type: ignore[return-value] # wraps keeps the signature; mypy cannot see it.


def invalid(form: Form) -> JsonResponse:
    """A form that could not be read: the first error and its field."""
    field, errors = next(iter(form.errors.items()))
    label = form.fields[field].label if field in form.fields else ""
    return JsonResponse(
        {"reason": f"{label}：{errors[0]}" if label else errors[0], "field": field}, status=UNPROCESSABLE
    )


def form_refused(request: WebRequest, form: Form, to: str, *args: Any) -> HttpResponse:
    """Go back with what was wrong as toasts: for one-field forms that stand on a record's page."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}：{errors[0]}" if label else str(errors[0]))
    return go(request, to, *args)


def wants_json(request: WebRequest) -> bool:
    """Whether a script asks, which reads JSON, or a form, which shows a page."""
    return "application/json" in request.headers.get("Accept", "")


def clock_time(instant: Any) -> str:
    """``15:02:11`` in China, as the editor shows when it saved."""
    return timezone.localtime(instant).strftime("%H:%M:%S")
