"""Impact assessments as pages: the list, one, its form."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.privacy.models import Assessment
from guanhao.privacy.types import AssessmentGround, Conclusion
from guanhao.web.forms.assessments import AssessmentForm, ConclusionForm
from guanhao.web.lists import Column, Empty, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, WAITING, Mark
from guanhao.web.viewer import Viewer, listed
from guanhao.web.work.history import history_of

_WRITTEN = (
    "title", "grounds", "data_kinds", "purpose", "necessity", "effects", "risk", "measures", "assessors",
)  # fmt: skip


def assessments(viewer: Viewer) -> QuerySet[Assessment]:
    """The institution's assessments; the view asks for the permission."""
    rows: QuerySet[Assessment] = Assessment.objects.filter(institution=viewer.institution)
    return rows.select_related("institution", "opened_by", "concluded_by")


def assessment_list() -> ListSpec:
    """What the list is."""
    return ListSpec(
        title=_("影响评估"),
        columns=(
            Column(key="title", label=_("处理活动"), main=True,
                   value=lambda row: Link(row.title, reverse("assessment", args=[row.pk]))),
            Column(key="state", label=_("结论"), value=standing_of, tight=True),
            Column(key="grounds", label=_("处理情形"), value=grounds_of),
            Column(key="risk", label=_("风险程度"), value=lambda row: row.get_risk_display(), tight=True),
            Column(key="opened", label=_("登记时间"), value=lambda row: row.opened_at, sort=("opened_at",), tight=True),
            Column(key="concluded", label=_("结论时间"), value=lambda row: row.concluded_at, sort=("concluded_at",), tight=True),
        ),
        order=("-opened_at",),
        tabs=(
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
            Tab(key="open", label=_("未结论"), apply=lambda rows: rows.filter(concluded_at__isnull=True)),
        ),
        search=("title", "purpose", "assessors"),
        empty=Empty(
            why=_("没有影响评估"),
            hint=_("处理敏感个人信息、自动化决策、委托处理或向他人提供、公开、出境之前，先作评估。"),
            action=_("新的评估"),
            address=reverse("assessment_new"),
        ),
        template="web/privacy/assessments.html",
    )  # fmt: skip


def standing_of(row: Any) -> Mark:
    """What came of it."""
    if row.concluded_at is None:
        return Mark(_("评估中"), WAITING, icon="clock")
    if row.conclusion == Conclusion.STOP:
        return Mark(row.get_conclusion_display(), BLOCKED, icon="ban")
    return Mark(row.get_conclusion_display(), DONE, icon="check")


def grounds_of(row: Assessment) -> str:
    """Why it had to be made, in words."""
    return listed(str(AssessmentGround(ground).label) for ground in row.grounds)


def assessment_form(row: Assessment | None, data: Any = None) -> AssessmentForm:
    """The form, filled with what is written."""
    initial = {name: getattr(row, name) for name in _WRITTEN} if row is not None else None
    return AssessmentForm(data, initial=initial)


def assessment_context(viewer: Viewer, row: Assessment, form: ConclusionForm | None = None) -> dict[str, Any]:
    """What the page and the printed one show."""
    return {
        "row": row,
        "standing": standing_of(row),
        "grounds": grounds_of(row),
        "form": form or ConclusionForm(),
        "history": history_of(viewer, ("assessment", [row.pk])),
        "now": clock.now(),
    }
