"""Signed and sealed papers of a case: adding a scan, and getting a paper back as it was kept."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.documents.sealing import asks_for_paper, keep_returned
from guanhao.web.answers import done, go, refused
from guanhao.web.forms.papers import PaperForm
from guanhao.web.viewer import WebRequest
from guanhao.web.work import stored
from guanhao.web.work.paper_pages import case_of, paper_of

_NOTHING = Denied(
    Text(
        zh="请选择扫描件，并勾选上面有哪些签章。",
        en="Choose the scan and tick what is signed or sealed on it.",
    )
)


@require_POST
def add(request: WebRequest, pk: int) -> HttpResponse:
    """Keep a scan beside its case and go back to the page it was added on."""
    viewer, case = request.viewer, case_of(request.viewer, pk)
    form = PaperForm(asks_for_paper(case), request.POST, request.FILES)
    if not form.is_valid():
        refused(request, _NOTHING)
        return go(request, "review")
    file = form.cleaned_data["file"]
    try:
        keep_returned(
            actor=viewer.actor,
            person=viewer.person,
            case=case,
            data=file.read(),
            name=file.name,
            covers=form.cleaned_data["covers"],
        )
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("纸质件已保存。"))
    return go(request, "review")


@require_safe
def paper(request: WebRequest, pk: int) -> HttpResponse:
    """A paper as it was kept: a scan that we drew anew is shown, anything else is a download (CF5)."""
    return stored.paper(paper_of(request.viewer, pk))
