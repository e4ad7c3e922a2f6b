"""值守: whether the background work is alive, and what is late (RS1, RS7)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanhao.people.permissions import Permission
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work.pulse_page import pulse_context


@require_safe
@needs(Permission.WORK_WATCH)
def page(request: WebRequest) -> HttpResponse:
    """Queues, workers, their last sign of life, the oldest due row of each queue."""
    return render(request, "web/publishing/pulse.html", pulse_context())
