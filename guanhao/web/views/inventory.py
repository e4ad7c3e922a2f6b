"""个人信息清单: which personal data is held, for what, how long and given to whom; for everybody, about nobody (PD1, PD4)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanhao.privacy.register import NOTICE_VERSION, REGISTER


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The register as it stands in the code, so that it is true of this very installation."""
    return render(request, "web/privacy/inventory.html", {"register": REGISTER, "version": NOTICE_VERSION})
