"""Annual inspections as pages: rounds, the accounts of one, one account's report, the published results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanhao.cases.models import Step
from guanhao.core import clock
from guanhao.inspections import checks
from guanhao.inspections.actions import published_lists
from guanhao.inspections.evidence import evidence_of
from guanhao.inspections.models import ClosureOrder, Inspection, Round
from guanhao.inspections.queries import InspectionQuerySet
from guanhao.inspections.reporting import prefilled
from guanhao.inspections.settling import decisions_of
from guanhao.inspections.terms import Terms, duty_of, terms_of
from guanhao.inspections.types import SETTLED, Evidence, InspectionState
from guanhao.people.permissions import Permission
from guanhao.rulebook.labels import label
from guanhao.rulebook.vocabulary import Veto
from guanhao.web.access import one
from guanhao.web.forms.inspections import FailForm, ReportForm
from guanhao.web.lists import Bulk, Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, WAITING, Mark, state_of
from guanhao.web.viewer import Viewer, listed, said
from guanhao.web.work.paper_pages import papers_context
from guanhao.web.work.route import stops_of

Rows = QuerySet[Any]
_RELATED = ("account", "unit", "round__rulebook", "current", "case")


def runs(viewer: Viewer) -> bool:
    """Whether the person runs rounds: whom the reports go to, and the competent office."""
    duty = duty_of(viewer.rulebook)
    return duty is not None and bool(checks.may_run(viewer.person, duty, viewer.rulebook))


def rounds(viewer: Viewer) -> Rows:
    """Rounds in which the person sees an account, with how many stand where."""
    seen = Inspection.objects.visible_to(viewer.person).values("round")
    counted = {
        "all": Count("inspections"),
        "settled": Count("inspections", filter=Q(inspections__state__in=SETTLED)),
        "failed": Count("inspections", filter=Q(inspections__state=InspectionState.FAILED)),
        "absent": Count("inspections", filter=Q(inspections__state=InspectionState.ABSENT)),
    }
    out = Round.objects.filter(Q(pk__in=seen) | Q(published_at__isnull=False))
    return out.annotate(**{f"n_{key}": value for key, value in counted.items()})


def title_of(row: Inspection) -> str:
    """How its form is called as a file."""
    return _("%(name)s %(year)s 年检") % {"name": row.account.name, "year": row.round.year}


def round_of(viewer: Viewer, pk: int) -> Round:
    """A round in which the person sees an account."""
    found: Round = one(rounds(viewer).select_related("rulebook", "institution", "opened_by"), pk=pk)
    return found


def published_round(viewer: Viewer, pk: int) -> Round:
    """A round whose results are out, or one that the person runs."""
    rows: QuerySet[Round] = Round.objects.select_related("rulebook", "published_by")
    found: Round = one(rows if runs(viewer) else rows.filter(published_at__isnull=False), pk=pk)
    return found


def rows_of(viewer: Viewer, opened: Round) -> InspectionQuerySet:
    """The accounts of a round that the person may see."""
    rows = Inspection.objects.visible_to(viewer.person).filter(round=opened)
    return rows.select_related(*_RELATED)


def row_of(viewer: Viewer, pk: int) -> Inspection:
    """One account in a round, if the person may see it."""
    rows: QuerySet[Inspection] = Inspection.objects.visible_to(viewer.person)
    return one(
        rows.select_related(
            *_RELATED, "account__owner_unit", "account__first_responsible", "account__manager", "institution"
        ),
        pk=pk,
    )


def round_list(viewer: Viewer) -> ListSpec:
    """All rounds, the newest first."""
    may_open = runs(viewer)
    return ListSpec(
        title=_("年检"),
        columns=(
            Column(
                key="year",
                label=_("年度"),
                value=lambda row: Link(str(row.year), reverse("inspection_round", args=[row.pk])),
                sort=("year",),
                main=True,
            ),
            Column(key="opens", label=_("开始"), value=lambda row: row.opens_on, tight=True),
            Column(key="closes", label=_("截止"), value=lambda row: row.closes_on, tight=True),
            Column(key="all", label=_("账号"), value=lambda row: row.n_all, number=True),
            Column(key="settled", label=_("已有结果"), value=lambda row: row.n_settled, number=True),
            Column(key="failed", label=_("不合格"), value=lambda row: row.n_failed, number=True),
            Column(key="absent", label=_("未参加"), value=lambda row: row.n_absent, number=True),
            Column(key="state", label=_("状态"), value=round_mark),
        ),
        empty=Empty(
            why=_("还没有年检。"),
            hint=_("到了制度规定的日期会自动开始；备案部门也可以提前开始。"),
            action=_("开始年检") if may_open else "",
            address=reverse("inspection_open") if may_open else "",
        ),
        order=("-year",),
        template="web/inspections/rounds.html",
        context={"may_open": may_open},
    )


def round_mark(opened: Round) -> Mark:
    """Where a round stands."""
    if opened.published_at:
        return Mark(_("已公布"), DONE, "check")
    if opened.closed_at:
        return Mark(_("已截止"))
    if clock.today() < opened.opens_on:
        return Mark(_("未开始"))
    late = clock.today() > opened.closes_on
    return Mark(_("补报期") if late else _("进行中"), WAITING, "clock")


def _parts(counts: Mapping[str, int]) -> list[Part]:
    found, before = [], 0
    for state in InspectionState:
        count = counts[state]
        found.append(Part(state, str(state.label), count, f"?tab={state.value}", before))
        before += count
    return found


def inspection_list(viewer: Viewer, opened: Round) -> ListSpec:
    """The accounts of a round with progress above; the registrar passes clean ones together."""
    units = rows_of(viewer, opened).order_by("unit__name").values_list("unit", "unit__name").distinct()
    return ListSpec(
        title=_("%(year)s 年年检") % {"year": opened.year},
        columns=_columns(),
        empty=Empty(why=_("没有您能看到的账号。")),
        order=("unit__name", "account__name"),
        tabs=(Tab(key="all", label=_("全部"), apply=lambda rows: rows), *map(_in, InspectionState)),
        filters=(
            Filter(
                key="unit",
                label=_("单位"),
                choices=tuple((str(pk), name) for pk, name in units),
                apply=lambda rows, value: rows.filter(unit=value),
            ),
            Filter(
                key="kind",
                label=_("情形"),
                choices=(
                    ("clean", _("无异常，可集中通过")),
                    ("late", _("迟交")),
                    ("veto", _("有否决事项")),
                    ("voluntary", _("自愿参加")),
                ),
                apply=_of_kind,
            ),
        ),
        search=("account__name", "unit__name", "account__filing_number"),
        bulk=(Bulk(label=_("集中通过…"), address=reverse("inspection_pass", args=[opened.pk])),)
        if _decides_here(viewer, opened)
        else (),
        template="web/inspections/round.html",
        context=round_context(viewer, opened),
    )


def _decides_here(viewer: Viewer, opened: Round) -> bool:
    return waiting_steps(viewer, opened).exists()


def waiting_steps(viewer: Viewer, opened: Round) -> QuerySet[Step]:
    """Steps of this round's reports that wait for the person."""
    cases = opened.inspections.filter(state=InspectionState.REVIEW).values("case")
    rows: QuerySet[Step] = Step.objects.waiting_for(viewer.person).filter(case__in=cases)
    return rows.select_related("case", "unit")


def clean_steps(viewer: Viewer, opened: Round, keys: list[str]) -> list[tuple[Inspection, Step]]:
    """Of the rows chosen, those whose report is clean and waits for this person's decision."""
    chosen = [int(key) for key in keys if key.isdecimal()]
    rows = rows_of(viewer, opened).clean().filter(pk__in=chosen).order_by("unit__name", "account__name")
    steps = {step.case_id: step for step in waiting_steps(viewer, opened)}
    return [(row, steps[row.case_id]) for row in rows if row.case_id in steps]


def _of_kind(rows: Rows, value: str) -> Rows:
    narrowed = {
        "clean": Q(pk__in=Inspection.objects.clean().values("pk")),
        "late": Q(late=True),
        "veto": Q(current__isnull=False) & ~Q(current__veto=[]),
        "voluntary": Q(mandatory=False),
    }
    return rows.filter(narrowed[value])


def _in(state: InspectionState) -> Tab:
    """The tab of one state."""
    return Tab(key=state.value, label=state.label, apply=lambda rows: rows.filter(state=state))


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            key="account",
            label=_("账号"),
            value=lambda row: Link(row.account.name, reverse("inspection", args=[row.pk])),
            sort=("account__name",),
            main=True,
        ),
        Column(key="unit", label=_("单位"), value=lambda row: row.unit.name, sort=("unit__name",)),
        Column(
            key="number", label=_("备案编号"), value=lambda row: row.account.filing_number, on_phone=False
        ),
        Column(key="state", label=_("状态"), value=state_of, sort=("state",)),
        Column(key="note", label=_("说明"), value=note_of),
        Column(
            key="sent",
            label=_("报送时间"),
            value=lambda row: row.submitted_at,
            sort=("submitted_at",),
            tight=True,
            on_phone=False,
        ),
        Column(
            key="pushes",
            label=_("发布"),
            value=lambda row: row.current.evidence.get("pushes", 0) if row.current else "",
            number=True,
            on_phone=False,
        ),
        Column(
            key="errors",
            label=_("差错"),
            value=lambda row: row.current.evidence.get("errors", 0) if row.current else "",
            number=True,
            on_phone=False,
        ),
        Column(key="reason", label=_("理由"), value=lambda row: row.reason, usual=False, on_phone=False),
    )


def note_of(row: Inspection) -> str | Mark:
    """What is particular about a row: late, something against it, or by when it is to be mended."""
    if row.state == InspectionState.RECTIFY:
        over = row.rectify_by is not None and row.rectify_by < clock.today()
        return Mark(
            _("%(day)s 前整改") % {"day": row.rectify_by},
            BLOCKED if over else WAITING,
            "alert-triangle" if over else "clock",
        )
    if row.current is not None and row.current.veto and row.state == InspectionState.REVIEW:
        return Mark(listed(said(label(Veto(veto))) for veto in row.current.veto), BLOCKED, "alert-triangle")
    if row.late:
        return Mark(_("迟交"), WAITING, "clock")
    return "" if row.mandatory else _("自愿")


@dataclass(frozen=True, slots=True)
class Part:
    """One state in the progress of a round."""

    state: InspectionState
    label: str
    count: int
    address: str
    before: int  # how many stand in the states before it


def round_context(viewer: Viewer, opened: Round) -> dict[str, Any]:
    """What stands above the list of a round."""
    counts = rows_of(viewer, opened).counted()
    total = sum(counts.values())
    return {
        "round": opened,
        "mark": round_mark(opened),
        "total": total,
        "parts": _parts(counts),
        "waiting": waiting_steps(viewer, opened).count(),
        "may_publish": runs(viewer)
        and opened.closed_at is not None
        and opened.published_at is None
        and bool(published_lists(opened)),
        "may_see_results": opened.published_at is not None,
    }


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the evidence."""

    label: str
    value: str
    bad: bool = False


def facts_of(evidence: Evidence) -> list[Fact]:
    """The evidence in words."""
    yes, no = pgettext("a fact holds", "有"), pgettext("a fact does not hold", "无")
    return [
        Fact(_("全年推送"), str(evidence.pushes), bad=not evidence.pushes),
        Fact(_("全年条目"), str(evidence.items)),
        Fact(_("最近一次推送"), evidence.last_push or "—"),
        Fact(_("查出差错"), str(evidence.errors), bad=evidence.errors > 0),
        Fact(_("逾期义务"), str(evidence.duties_late), bad=evidence.duties_late > 0),
        Fact(_("人员变动"), str(evidence.person_changes)),
        Fact(_("变动未备案"), yes if evidence.change_unfiled else no, bad=evidence.change_unfiled),
        Fact(_("第一责任人"), yes if evidence.responsible else no, bad=not evidence.responsible),
        Fact(_("管理员"), str(evidence.operators), bad=not evidence.operators),
        Fact(_("平台认证"), yes if evidence.verified else no),
    ]


def lines_of(row: Inspection, terms: Terms) -> list[tuple[str, str]]:
    """What the report that is up says, by the titles of the form."""
    values = row.current.values if row.current else {}
    return [(said(field.title), values.get(field.key, "")) for field in checks.fields_of(terms)]


def record_context(viewer: Viewer, row: Inspection, form: ReportForm | None = None) -> dict[str, Any]:
    """One account in a round: the report to fill in or as sent, the evidence, the way it goes, what was decided."""
    terms = terms_of(row)
    may = checks.may_report(viewer.person, row, terms)
    in_time = checks.in_time(row, clock.today(), terms)
    fills_in = bool(may) and bool(in_time)
    now = evidence_of(row.account, row.round.year)
    shown = now if fills_in or row.current is None else Evidence.stored(row.current.evidence)
    return {
        "row": row,
        "terms": terms,
        "note": note_of(row),
        "may": may,
        "too_late": in_time if may else None,
        "form": (form or ReportForm(checks.fields_of(terms), initial=prefilled(row, terms, now)))
        if fills_in
        else None,
        "facts": facts_of(shown),
        "lines": lines_of(row, terms) if row.current else [],
        "veto": [said(label(Veto(veto))) for veto in row.current.veto] if row.current else [],
        "stops": stops_of(row.case) if row.case else [],
        "papers": papers_context(viewer, row.case) if row.case else None,
        "step": Step.objects.waiting_for(viewer.person).filter(case=row.case).first() if row.case else None,
        "past": decisions_of(row),
        "order": ClosureOrder.objects.select_related("application").filter(inspection=row).first(),
        "may_take_back": row.state == InspectionState.REVIEW
        and row.current is not None
        and row.current.made_by_id == viewer.person.pk,
        "fail_form": FailForm() if _may_fail(viewer, row) else None,
    }


def _may_fail(viewer: Viewer, row: Inspection) -> bool:
    overdue = row.state == InspectionState.RECTIFY and bool(row.rectify_by and row.rectify_by < clock.today())
    return (row.state == InspectionState.ABSENT or overdue) and bool(
        checks.may_run_round(viewer.person, row.round)
    )


def result_list(opened: Round) -> ListSpec:
    """The results of a round as the regulation publishes them: account, unit, number, result; no names of people."""
    states = published_lists(opened)
    return ListSpec(
        title=_("%(year)s 年年检结果") % {"year": opened.year},
        columns=(
            Column(
                key="account",
                label=_("账号"),
                value=lambda row: row.account.name,
                sort=("account__name",),
                main=True,
            ),
            Column(key="unit", label=_("单位"), value=lambda row: row.unit.name, sort=("unit__name",)),
            Column(key="number", label=_("备案编号"), value=lambda row: row.account.filing_number),
            Column(key="state", label=_("结果"), value=state_of, sort=("state",)),
        ),
        empty=Empty(why=_("没有可公布的结果。")),
        order=("state", "unit__name", "account__name"),
        tabs=(
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
            *map(_in, states),
        ),
        search=("account__name", "unit__name", "account__filing_number"),
        template="web/inspections/results.html",
        context={"round": opened},
    )


def result_rows(opened: Round) -> Rows:
    """The rows of the lists that are published."""
    rows = opened.inspections.filter(state__in=published_lists(opened))
    return rows.select_related("account", "unit")


def inspects(viewer: Viewer) -> bool:
    """Whether the regulation in force, or an earlier one, has inspections: pages of others say nothing of them."""
    return duty_of(viewer.rulebook) is not None or (
        viewer.may(Permission.ACCOUNT_MANAGE) and Round.objects.exists()
    )
