"""The institution's proofreading model: trained on what it published, chosen, given up for the delivered one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.core.verdicts import Refused
from guanhao.lexicon.models import ProofTraining
from guanhao.lexicon.proofing import choose_model, start_training
from guanhao.people.permissions import Permission
from guanhao.web.answers import done, refused
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work import proof_pages as pages


@require_http_methods(["GET", "POST"])
@needs(Permission.LEXICON_MANAGE)
def listing(request: WebRequest) -> HttpResponse:
    """The model in use and all trainings; posting begins one."""
    viewer = request.viewer
    if request.method == "POST":
        try:
            start_training(actor=viewer.actor, person=viewer.person, institution=viewer.institution)
        except Refused as refusal:
            refused(request, refusal.denied)
        else:
            done(request, _("训练已开始，在后台进行。"))
        return redirect("proof_model")
    return answer(request, pages.training_list(viewer), pages.rows(), **pages.facts(viewer))


@require_POST
@needs(Permission.LEXICON_MANAGE)
def choose(request: WebRequest, pk: int) -> HttpResponse:
    """Proofread with what a training brought."""
    return _chosen(request, pages.one_of(pk))


@require_POST
@needs(Permission.LEXICON_MANAGE)
def delivered(request: WebRequest) -> HttpResponse:
    """Proofread with the delivered model again."""
    return _chosen(request, None)


def _chosen(request: WebRequest, training: ProofTraining | None) -> HttpResponse:
    viewer = request.viewer
    try:
        choose_model(
            actor=viewer.actor, person=viewer.person, institution=viewer.institution, training=training
        )
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已更换，从下一次审查起生效。"))
    return redirect("proof_model")
