"""What the product promises about publishing and what it does not (security §6), for everybody to read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same words for readers of a receipt and for those who publish."""
    return render(request, "web/publishing/promises.html")
