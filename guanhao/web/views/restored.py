"""After a restore (K9): what was waiting, what may be gone, and the way back that takes two people."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanhao.people.permissions import Permission
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work.restored_page import restored_context


@require_safe
@needs(Permission.PUBLISHING_SEE_ALL)
def page(request: WebRequest) -> HttpResponse:
    """What is to be confirmed before publishing goes on."""
    return render(request, "web/publishing/restored.html", restored_context(request.viewer))
