"""One search over everything the viewer may see."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanhao.web import searching
from guanhao.web.viewer import WebRequest


@require_safe
def search(request: WebRequest) -> HttpResponse:
    """Articles, cases, accounts, people and rules that contain all the words."""
    words = request.GET.get("q", "")[:100].split()
    groups = searching.groups(request.viewer, words) if words else []
    return render(request, "web/search/search.html", {"searched": " ".join(words), "groups": groups})
