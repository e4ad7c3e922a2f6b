"""The proofreading model as a page: which is in use, what trainings brought, by digest."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guanhao.lexicon.compiling import compiled
from guanhao.lexicon.models import ProofTraining
from guanhao.lexicon.types import TrainingState
from guanhao.web.access import one
from guanhao.web.lists import Column, Empty, ListSpec
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer

_SHOWN = 12  # characters of a digest that tell it apart
_MARKS = {
    TrainingState.RUNNING: (WAITING, "clock"),
    TrainingState.DONE: (NEUTRAL, "check"),
    TrainingState.FAILED: (BLOCKED, "alert-triangle"),
}


def rows() -> QuerySet[ProofTraining]:
    """The institution's trainings."""
    return ProofTraining.objects.select_related("asked_by")


def one_of(pk: int) -> ProofTraining:
    """One of them, or 404."""
    return one(rows(), pk=pk)


def facts(viewer: Viewer) -> dict[str, Any]:
    """Which model is in use, and what may be chosen instead."""
    in_use = compiled(viewer.institution).proof_digest
    trained = rows().filter(state=TrainingState.DONE).order_by("-pk")
    return {
        "in_use": in_use,
        "own": trained.filter(digest=in_use).first() if in_use else None,
        "newest": trained.exclude(digest=in_use).first(),
        "running": ProofTraining.objects.running().exists(),
    }


def training_list(viewer: Viewer) -> ListSpec:
    """What the list is."""
    in_use = compiled(viewer.institution).proof_digest
    return ListSpec(
        title=_("校对模型"),
        columns=(
            Column(
                key="at", label=_("训练时间"), value=lambda row: row.asked_at, sort=("asked_at",), main=True
            ),
            Column(key="state", label=_("状态"), value=lambda row: _mark(row, in_use)),
            Column(key="articles", label=_("稿件"), value=lambda row: row.articles, number=True),
            Column(key="characters", label=_("字数"), value=lambda row: row.characters, number=True),
            Column(key="budget", label=_("误报上限"), value=lambda row: f"{row.budget:.1%}", number=True),
            Column(key="digest", label=_("摘要"), value=lambda row: short(row.digest)),
            Column(key="failure", label=_("说明"), value=lambda row: row.failure),
            Column(key="by", label=_("发起人"), value=lambda row: row.asked_by.name),
        ),
        empty=Empty(
            why=_("还没有用本单位的稿件训练过。"),
            hint=_("自带的模型只读过法规；用已发布的稿件训练后，错别字查得更准。训练在后台进行。"),
        ),
        order=("-asked_at",),
        template="web/screening/proof_model.html",
    )


def short(digest: str) -> str:
    """A digest as people compare it."""
    return digest.removeprefix("sha256:")[:_SHOWN]


def _mark(row: ProofTraining, in_use: str) -> Mark:
    if row.digest and row.digest == in_use:
        return Mark(_("使用中"), DONE, "check")
    state = TrainingState(row.state)
    return Mark(str(state.label), *_MARKS[state])
