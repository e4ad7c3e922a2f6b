"""How an action is answered: a toast on the next page, with Undo where the act can be taken back (ui.md, pattern 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from guanhao.core.verdicts import Denied, Refused
from guanhao.web.viewer import said

UNDO = "undo:"
CITE = "cite:"


def done(request: HttpRequest, sentence: object, *, undo: str = "") -> None:
    """Say what happened. ``undo`` is an address that takes it back when posted to; the toast offers it for 10 seconds."""
    messages.success(request, str(sentence), extra_tags=f"{UNDO}{undo}" if undo else "")


def refused(request: HttpRequest, denied: Denied) -> None:
    """Say why something was refused, with the chip of the article it rests on."""
    messages.error(
        request, said(denied.reason), extra_tags=f"{CITE}{denied.article}" if denied.article else ""
    )


def attempt(request: HttpRequest, act: Callable[[], object], sentence: object) -> None:
    """Do it, and say on the next page that it is done or why it was refused."""
    try:
        act()
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, sentence)


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect after a post; a page inside the product named by ``next`` in the form goes first."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return redirect(wanted)
    answer: HttpResponse = redirect(to, *args, **kwargs)
    return answer
