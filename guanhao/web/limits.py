"""How often the signed-in may search, export and upload (NT4). Strangers are counted by `work.public`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.limiting.counting import allowed, seconds_left
from guanhao.limiting.types import HOUR, MINUTE, MOST, Most, Use
from guanhao.web.viewer import said

log = logging.getLogger(__name__)

TOO_MANY = 429
View = TypeVar("View", bound=Callable[..., Any])
_COUNTS = "counts_as"
_WHAT = {
    Use.SEARCH: Text(zh="搜索", en="searches"),
    Use.EXPORT: Text(zh="导出和打印", en="exports and prints"),
    Use.UPLOAD: Text(zh="上传文件", en="uploads"),
}
_SPANS = {MINUTE: Text(zh="分钟", en="minute"), HOUR: Text(zh="小时", en="hour")}


def counts_as(use: Use) -> Callable[[View], View]:
    """Mark a view whose every call is a use, such as one that draws a PDF."""

    def marked(view: View) -> View:
        setattr(view, _COUNTS, use)
        return view

    return marked


class Limits:
    """Counts what a request uses, and answers "later" beyond the limit; behind `Tenancy`, which says who it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view is known."""
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ARG002 - Django's signature.
        """Count once, however many ways the request is a use. What is for the public is bounded there, and its body not read here."""
        if request.viewer is None or not getattr(view, "login_required", True):
            return None
        use = getattr(view, _COUNTS, None) or _use_of(request)
        if use is None or _allowed(use, str(request.viewer.person.pk)):
            return None
        return _later(request, use)


def _allowed(use: Use, person: str) -> bool:
    """Whether it is within the limit. What only reads is served, too, where the count cannot be stored (RS2)."""
    try:
        return allowed(use, person)
    except OperationalError:
        if use is not Use.SEARCH:
            raise
        log.exception("A search could not be counted; it is served.")
        return True


def _use_of(request: HttpRequest) -> Use | None:
    """Files sent are an upload wherever they go, a list as a workbook is an export, and words to find are a search."""
    if request.method == "POST":
        return Use.UPLOAD if request.FILES else None
    if request.GET.get("format"):
        return Use.EXPORT
    return Use.SEARCH if request.GET.get("q", "").strip() else None


def _later(request: HttpRequest, use: Use) -> HttpResponse:
    wait = seconds_left(use)
    denied = _denied(use, MOST[use], wait)
    if "application/json" in request.headers.get("Accept", ""):
        answer: HttpResponse = JsonResponse({"reason": said(denied.reason)}, status=TOO_MANY)
    else:
        name = (
            "web/errors/refusal_part.html" if request.headers.get("HX-Request") else "web/errors/refusal.html"
        )
        context = {"reason": said(denied.reason), "denied": denied, "later": True}
        answer = render(request, name, context, status=TOO_MANY)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _denied(use: Use, most: Most, wait: int) -> Denied:
    again = (clock.now() + timedelta(seconds=wait)).astimezone(clock.CHINA).strftime("%H:%M:%S")
    what, span = _WHAT[use], _SPANS[most.span]
    return Denied(
        Text(
            zh=f"{what.zh}过于频繁（每人每{span.zh}最多 {most.one} 次），请在 {again} 后再试。这次没有办理。",
            en=f"Too many {what.en} (at most {most.one} a person each {span.en}); try again after {again}. Nothing was done.",
        )
    )
