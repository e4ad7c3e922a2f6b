"""Review (审批): what waits for a person, and the page of one decision. Nothing is decided without being opened."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.cases.models import Step
from guanhao.cases.refusals import DigestChanged
from guanhao.contents import actions
from guanhao.core.verdicts import Refused
from guanhao.web import csp
from guanhao.web.answers import done
from guanhao.web.forms.review import DecisionForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access
from guanhao.web.work.decision import decision_context
from guanhao.web.work.review_list import review_list, steps_of_interest


@require_safe
def queue(request: WebRequest) -> HttpResponse:
    """What waits for this person, near or past its time first, and what they decided."""
    viewer = request.viewer
    return answer(request, review_list(viewer), steps_of_interest(viewer))


@require_safe
@csp.relaxed(frame_src="'self'")
def step(request: WebRequest, pk: int) -> HttpResponse:
    """The decision page; read-only with the reason where the person may not decide."""
    found = access.step(request.viewer, pk)
    article = access.article_of(request.viewer, found.case)
    return render(request, "web/review/step.html", decision_context(request.viewer, found, article))


@require_POST
@csp.relaxed(frame_src="'self'")
def decide(request: WebRequest, pk: int) -> HttpResponse:
    """Take a decision about exactly what was read; a refusal comes back on the page with nothing typed lost."""
    viewer = request.viewer
    found = access.step(viewer, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _again(request, found, form)
    ruling = form.ruling(request.POST)
    try:
        actions.decide(
            actor=viewer.actor,
            person=viewer.person,
            step=found,
            digest=ruling.digest,
            verdict=ruling.verdict,
            opinion=ruling.opinion,
            checklist=ruling.checklist,
            acting_for=access.principal(ruling.acting_for),
            combine=ruling.combine,
        )
    except Refused as refusal:
        return _again(request, found, form, refusal)
    done(request, _("已办理：%(verdict)s。") % {"verdict": ruling.verdict.label})
    return redirect("review")


def _again(
    request: WebRequest, found: Step, form: DecisionForm, refusal: Refused | None = None
) -> HttpResponse:
    """The page once more, with the reason; where the content changed meanwhile, with the way to what changed (AP1)."""
    article = access.article_of(request.viewer, found.case)
    context = decision_context(request.viewer, access.step(request.viewer, found.pk), article, form)
    context["refused"] = refusal.denied if refusal else None
    context["ticked"] = request.POST.getlist("check")
    if isinstance(refusal, DigestChanged):
        context["earlier"] = access.seen_revision(article, refusal.seen) or context["earlier"]
    return render(request, "web/review/step.html", context, status=422)
