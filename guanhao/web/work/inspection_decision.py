"""What the decision page of an inspection shows, and how a decision about one is taken."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.cases.types import Verdict
from guanhao.core import clock
from guanhao.inspections import checks as inspecting
from guanhao.inspections import settling
from guanhao.inspections.models import Inspection, Report
from guanhao.inspections.terms import after, terms_of
from guanhao.inspections.types import Evidence
from guanhao.rulebook.vocabulary import FailureMeans
from guanhao.web.forms.review import DecisionForm
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.decision import (
    Choice,
    following,
    frame_of,
    handed_on,
    offered,
)
from guanhao.web.work.inspection_pages import facts_of


def context(
    viewer: Viewer,
    step: Step,
    form: DecisionForm | None = None,
    _data: QueryDict | None = None,
) -> dict[str, Any]:
    """Everything the page shows of a step about a report."""
    row = row_of_case(viewer, step)
    terms = terms_of(row)
    report = decided_report(step, row)
    return {
        **frame_of(viewer, step, form),
        "row": row,
        "report": report,
        "lines": [
            (said(field.title), report.values.get(field.key, "")) for field in inspecting.fields_of(terms)
        ],
        "facts": facts_of(Evidence.stored(report.evidence)),
        "veto": inspecting.no_veto(row, terms),
        "verdicts": choices(step, row),
    }


def decide(viewer: Viewer, step: Step, saying: Saying, _data: QueryDict) -> None:
    """Take the decision."""
    settling.decide(actor=viewer.actor, person=viewer.person, step=step, saying=saying)


def row_of_case(viewer: Viewer, step: Step) -> Inspection:
    """The account in its round that the step decides on: who may see the case may see it."""
    del viewer
    rows = Inspection.objects.select_related(
        "account__owner_unit", "unit", "round__rulebook", "current", "case", "institution"
    )
    row: Inspection = rows.get(pk=step.case.subject_id)
    return row


def decided_report(step: Step, row: Inspection) -> Report:
    """The report the case is about, by its digest and by nothing else (AP1)."""
    return row.reports.filter(hash=step.case.subject_digest).order_by("-number")[0]


def choices(step: Step, row: Inspection) -> list[Choice]:
    """The four verdicts with what each leads to."""
    rules = terms_of(row).rules
    later = following(step)
    by = after(row.institution, clock.today(), rules.rectify or settling.MENDING)
    closes = rules.failed is FailureMeans.ORDER_CLOSURE
    consequences = {
        Verdict.APPROVE: handed_on(later) if later else _("这是最后一个环节：同意后年检合格。"),
        Verdict.RETURN: _("限期整改：%(unit)s 须在 %(day)s 前整改并重报。")
        % {"unit": row.unit.name, "day": by},
        Verdict.HOLD: _("留在本环节，稍后由您或同一职务的其他人再办。"),
        Verdict.REJECT: _("年检不合格：账号立即暂停发布并责令关闭。")
        if closes
        else _("年检不合格，记录在案。"),
    }
    return offered(consequences, {Verdict.RETURN: _("限期整改"), Verdict.REJECT: _("不合格")})
