"""The ledger: search, one event with its proof, verification, checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanhao.core import clock
from guanhao.ledger.models import Event
from guanhao.ledger.proofs import prove
from guanhao.limiting.types import Use
from guanhao.people.permissions import Permission
from guanhao.rulebook.numerals import article_of
from guanhao.web import access, ledgers, prooftree
from guanhao.web.answers import done
from guanhao.web.eventwords import AREAS, words
from guanhao.web.exporting import ask_for_ledger
from guanhao.web.fresh import fresh
from guanhao.web.limits import counts_as
from guanhao.web.lists import Cite, Column, Empty, Filter, Link, ListSpec, Tab, answer
from guanhao.web.viewer import WebRequest, needs

Rows = QuerySet[Any]


def _sentence(event: Event) -> Link:
    return Link(
        f"{words(event.action)} · {ledgers.told(event).subject}", reverse("ledger_event", args=[event.index])
    )


def _find(rows: Rows, word: str) -> Rows:
    """A number is an index; any other word is part of the name of who acted or of what was acted on, now."""
    if word.isdecimal():
        return rows.filter(index=int(word))
    return rows.filter(Q(detail__data__actor__icontains=word) | Q(detail__data__subject__icontains=word))


def _clause(event: Event) -> Cite | str:
    return Cite(article_of(event.clause), event.clause) if event.clause else ""


def _of_area(area: str) -> Callable[[Rows], Rows]:
    return lambda rows: rows.filter(action__startswith=f"{area}.")


LEDGER = ListSpec(
    title=gettext_lazy("台账"),
    columns=(
        Column(key="what", label=gettext_lazy("记录"), value=_sentence, main=True),
        Column(
            key="index",
            label=gettext_lazy("序号"),
            value=lambda e: e.index,
            sort=("index",),
            number=True,
            tight=True,
        ),
        Column(key="at", label=gettext_lazy("时间"), value=lambda e: e.at, sort=("at",), tight=True),
        Column(
            key="who",
            label=gettext_lazy("办理人"),
            value=lambda e: ledgers.told(e).actor,
            sort=("actor_id",),
            tight=True,
        ),
        Column(key="clause", label=gettext_lazy("依据"), value=_clause, sort=("clause",), tight=True),
        Column(
            key="hash",
            label=gettext_lazy("叶哈希"),
            value=lambda e: bytes(e.leaf_hash).hex()[:16],
            usual=False,
        ),
    ),
    order=("-index",),
    find=_find,
    tabs=(
        Tab(key="all", label=gettext_lazy("全部"), apply=lambda rows: rows),
        *(Tab(key=area, label=label, apply=_of_area(area)) for area, label in AREAS.items()),
    ),
    filters=(
        Filter(
            key="clause",
            label=gettext_lazy("依据"),
            choices=(("yes", gettext_lazy("适用了条文的")),),
            apply=lambda rows, _value: rows.exclude(clause=""),
        ),
    ),
    empty=Empty(why=gettext_lazy("没有记录"), hint=gettext_lazy("每一次变更都会在这里留下一条。")),
    template="web/ledger/list.html",
)


@require_safe
@needs(Permission.LEDGER_SEE)
def ledger(request: WebRequest) -> HttpResponse:
    """Search the ledger; reading it is itself recorded (LG1)."""
    ledgers.note_reading(request, request.viewer, {"page": "list"})
    return answer(request, LEDGER, access.events(request.viewer))


@require_safe
@needs(Permission.LEDGER_SEE)
def event(request: WebRequest, index: int) -> HttpResponse:
    """One event: its fields, its erasable detail, and the proof that it stands in the log."""
    found = access.one(access.events(request.viewer), index=index)
    ledgers.note_reading(request, request.viewer, {"event": index})
    proof = prove(found)
    return render(
        request,
        "web/ledger/event.html",
        {
            "event": found,
            "clause_article": article_of(found.clause),
            "told": ledgers.told(found),
            "proof": proof,
            "holds": proof.holds(),
            "levels": prooftree.levels(proof),
            "tree": prooftree.drawing(proof),
        },
    )


@require_safe
@needs(Permission.LEDGER_SEE)
def checkpoints(request: WebRequest) -> HttpResponse:
    """Checkpoints, the newest first, with when each left the building; what lies behind the newest is unprotected."""
    return render(
        request,
        "web/ledger/checkpoints.html",
        {
            "checkpoints": access.checkpoints(request.viewer)[:100],
            "size": ledgers.size_of(request.viewer),
        },
    )


@require_POST
@needs(Permission.LEDGER_SEE)
def verify(request: WebRequest) -> HttpResponse:
    """Verify the whole log and show what was found."""
    if ledgers.size_of(request.viewer) > ledgers.MOST_VERIFIED_HERE:
        done(request, _("记录较多，请由技术支持部门在服务器上运行核验命令，可看到进度。"))
        return redirect("ledger_checkpoints")
    return render(request, "web/ledger/report.html", {"report": ledgers.verify_now(request.viewer)})


@counts_as(Use.EXPORT)
@require_POST
@needs(Permission.LEDGER_EXPORT)
@fresh
def export(request: WebRequest) -> HttpResponseBase:
    """The whole log as a bundle that verifies offline; details of persons stay here."""
    if ledgers.size_of(request.viewer) > ledgers.MOST_EXPORTED_HERE:
        return redirect("export", pk=ask_for_ledger(request.viewer, _("台账")).pk)
    name = f"{request.viewer.institution.key}-ledger-{clock.today():%Y%m%d}.zip"
    return FileResponse(ledgers.export(request.viewer), as_attachment=True, filename=name)
