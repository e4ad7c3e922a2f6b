"""Security incidents as pages: the list, the clock, the facts, the printed report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.privacy.models import Incident, Report
from guanhao.privacy.types import TERMS, Addressee, IncidentKind
from guanhao.registry.models import Account
from guanhao.web.access import one
from guanhao.web.forms.incidents import FactsForm, ReportedForm, WordsForm
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer
from guanhao.web.work.history import history_of

_FACTS = (
    "kind", "title", "what", "noticed_at", "happened_at", "persons_number", "persons_who", "data_kinds", "causes",
    "advice", "contact",
)  # fmt: skip


def incidents(viewer: Viewer) -> QuerySet[Incident]:
    """The institution's incidents, with what they still owe; the view asks for the permission."""
    owed = Q(reports__settled_at__isnull=True)
    rows = Incident.objects.filter(institution=viewer.institution).select_related("opened_by", "closed_by")
    counted: QuerySet[Incident] = rows.annotate(
        owed=Count("reports", filter=owed), next_due=Min("reports__due_at", filter=owed)
    )
    return counted


def incident_list() -> ListSpec:
    """What the list is."""
    return ListSpec(
        title=_("安全事件"),
        columns=(
            Column(key="title", label=_("事件"), main=True,
                   value=lambda row: Link(row.title, reverse("incident", args=[row.pk]))),
            Column(key="state", label=_("状态"), value=standing_of, tight=True),
            Column(key="kind", label=_("类别"), value=lambda row: row.get_kind_display(), sort=("kind",), tight=True),
            Column(key="noticed", label=_("何时发现"), value=lambda row: row.noticed_at, sort=("noticed_at",), tight=True),
            Column(key="persons", label=_("涉及人数"), value=lambda row: row.persons_number, sort=("persons_number",), number=True),
            Column(key="due", label=_("最近的报告时限"), value=lambda row: row.next_due, sort=("next_due",), tight=True),
            Column(key="kept", label=_("保存至"), value=lambda row: row.keep_until, sort=("keep_until",), tight=True, usual=False),
        ),
        order=("-noticed_at",),
        tabs=(
            Tab(key="open", label=_("未结案"), apply=lambda rows: rows.filter(closed_at__isnull=True)),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=(
            Filter(
                key="kind",
                label=_("类别"),
                choices=tuple((str(value), str(name)) for value, name in IncidentKind.choices),
                apply=lambda rows, value: rows.filter(kind=value),
            ),
        ),
        search=("title", "what", "persons_who"),
        empty=Empty(
            why=_("没有安全事件"),
            hint=_("泄露、篡改、丢失、盗号等一经发现就登记，报告时限从发现时起算。"),
            action=_("登记事件"),
            address=reverse("incident_new"),
        ),
        template="web/privacy/incidents.html",
    )  # fmt: skip


def standing_of(incident: Any) -> Mark:
    """Closed, late with a report, or under way."""
    if incident.closed_at is not None:
        return Mark(_("已结案"), DONE, icon="check")
    if incident.next_due is not None and incident.next_due <= clock.now():
        return Mark(_("报告超时"), BLOCKED, icon="alert-triangle")
    return Mark(_("处置中"), WAITING, icon="clock")


def facts_form(viewer: Viewer, incident: Incident | None, data: Any = None) -> FactsForm:
    """The form of the facts, filled with what is known."""
    initial = None
    if incident is not None:
        initial = {name: getattr(incident, name) for name in _FACTS}
        initial["accounts"] = [str(key) for key in incident.accounts.values_list("account_id", flat=True)]
    accounts = Account.objects.visible_to(viewer.person).order_by("name").values_list("pk", "name")
    return FactsForm(data, initial=initial, accounts=[(str(key), name) for key, name in accounts])


def report_of(viewer: Viewer, pk: int) -> Report:
    """One report of the institution's, or 404."""
    rows: QuerySet[Report] = Report.objects.filter(institution=viewer.institution)
    return one(rows.select_related("incident__institution"), pk=pk)


def incident_context(viewer: Viewer, incident: Incident) -> dict[str, Any]:
    """Everything the page and the printed report show."""
    reports = list(incident.reports.select_related("settled_by"))
    now = clock.now()
    for report in reports:
        report.basis = TERMS[Addressee(report.to)].basis  # type: ignore[attr-defined] # for the template.
        report.mark = _mark_of(report, now)  # type: ignore[attr-defined]
        report.form = ReportedForm(prefix=f"r{report.pk}")  # type: ignore[attr-defined]
    return {
        "incident": incident,
        "standing": standing_of(incident),
        "reports": reports,
        "measures": incident.measures.select_related("person"),
        "accounts": incident.accounts.select_related("account__owner_unit"),
        "words_form": WordsForm(),
        "history": history_of(viewer, ("incident", [incident.pk])),
        "now": now,
    }


def _mark_of(report: Report, now: datetime) -> Mark:
    if report.made_at is not None:
        late = report.made_at > report.due_at
        return (
            Mark(_("已报告（迟）"), WAITING, icon="clock") if late else Mark(_("已报告"), DONE, icon="check")
        )
    if report.settled_at is not None:
        return Mark(_("不用报告"), NEUTRAL)
    return Mark(_("已超时"), BLOCKED, icon="alert-triangle") if report.due_at <= now else Mark(
        _("待报告"), WAITING, icon="clock"
    )  # fmt: skip
