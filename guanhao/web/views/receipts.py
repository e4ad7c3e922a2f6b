"""The public page behind a push's own link (阅读原文): which institution published what, when, and by which digest."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanhao.web.viewer import WebRequest
from guanhao.web.work import access


@login_not_required
@require_safe
def receipt(request: WebRequest, mark: str) -> HttpResponse:
    """Only what is public already; a push that did not go out answers like one that never was."""
    published = access.publication(mark)
    return render(request, "web/publishing/receipt.html", {"published": published})
