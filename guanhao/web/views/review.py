"""Review (审批): what waits for a person, and the page of one decision. Nothing is decided without being opened."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.cases.models import Step
from guanhao.cases.types import Verdict
from guanhao.core.verdicts import Refused
from guanhao.web import csp
from guanhao.web.answers import done
from guanhao.web.forms.review import DecisionForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access, matters
from guanhao.web.work.review_list import review_list, steps_in_sight


@require_safe
def queue(request: WebRequest) -> HttpResponse:
    """What waits for this person, near or past its time first, and what they decided."""
    viewer = request.viewer
    return answer(request, review_list(viewer), steps_in_sight(viewer))


@require_safe
@csp.relaxed(frame_src="'self'")
def step(request: WebRequest, pk: int) -> HttpResponse:
    """The decision page; read-only with the reason where the person may not decide."""
    found = access.step(request.viewer, pk)
    kind = matters.of(found)
    return render(request, kind.template, kind.context(request.viewer, found, None, None))


@require_POST
@csp.relaxed(frame_src="'self'")
def decide(request: WebRequest, pk: int) -> HttpResponse:
    """Take a decision about exactly what was read; a refusal comes back on the page with nothing typed lost."""
    viewer = request.viewer
    found = access.step(viewer, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _again(request, found, form)
    saying = form.saying(request.POST)
    try:
        matters.of(found).decide(viewer, found, saying, request.POST)
    except Refused as refusal:
        return _again(request, found, form, refusal)
    done(request, _("已办理：%(verdict)s。") % {"verdict": Verdict(saying.verdict).label})
    return redirect("review")


def _again(
    request: WebRequest, found: Step, form: DecisionForm, refusal: Refused | None = None
) -> HttpResponse:
    """The page once more, with the reason; where the content changed meanwhile, with the way to what changed (AP1)."""
    context = matters.again(request.viewer, found, form, request.POST, refusal)
    return render(request, matters.of(found).template, context, status=422)
