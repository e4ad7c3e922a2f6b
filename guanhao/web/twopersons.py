"""Pages on which one person asks and another agrees, both freshly authenticated (AP8, SI5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from guanhao.core.verdicts import Refused
from guanhao.web.answers import attempt, done
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.viewer import WebRequest, said


def ask(
    request: WebRequest, page: str, form: forms.Form, action: Callable[..., Any], sentence: str
) -> HttpResponse | None:
    """Ask for what the posted form says; None where the page is to be shown, a refusal among the form's faults.

    Args:
        request: what came in.
        page: the name of the page's address, to which everything leads.
        form: bound on a post.
        action: takes ``actor``, ``person`` and what the form holds.
        sentence: what is said when it was asked.
    """
    if request.method != "POST":
        return None
    if not is_fresh(request):
        return redirect(confirm_first(reverse(page)))
    if not form.is_valid():
        return None
    viewer = request.viewer
    try:
        action(actor=viewer.actor, person=viewer.person, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, said(refusal.denied.reason))
        return None
    done(request, sentence)
    return redirect(page)


def act(
    request: WebRequest, page: str, action: Callable[[], Any], sentence: str, *, fresh: bool = True
) -> HttpResponse:
    """Agree to what was asked, or take it back, which needs no fresh authentication; then the page again."""
    if fresh and not is_fresh(request):
        return redirect(confirm_first(reverse(page)))
    attempt(request, action, sentence)
    return redirect(page)
