"""What the pages of applications show: the lists, the form to be filled in, the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.applications import checks, drafting, filling
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of
from guanhao.applications.types import (
    ABOUT_ACCOUNT,
    ABOUT_ARTICLE,
    FROM_SIGHTING,
    SUBJECT,
    ApplicationState,
    Kind,
)
from guanhao.cases.models import Case, Decision
from guanhao.cases.types import StepState, Verdict
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Unit
from guanhao.registry.models import Account
from guanhao.registry.queries import AccountQuerySet
from guanhao.rulebook.types import Force, Route
from guanhao.rulebook.vocabulary import StepAct
from guanhao.web.forms.choices import seats_of
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import state_of
from guanhao.web.paths import numbered
from guanhao.web.viewer import Viewer, said, said_of
from guanhao.web.work import access
from guanhao.web.work.article_reads import waiting_in
from guanhao.web.work.history import history_of
from guanhao.web.work.paper_pages import papers_context
from guanhao.web.work.review_list import due
from guanhao.web.work.route import stops_of

Rows = QuerySet[Any]
LONGEST_SERIAL = 9
SHOWN = 8
OPEN_STATES = (ApplicationState.DRAFT, ApplicationState.RETURNED, ApplicationState.IN_REVIEW)
WAITING_STEPS = (StepState.CURRENT, StepState.HELD)


def application_list(viewer: Viewer) -> ListSpec:
    """The list of applications."""
    return ListSpec(
        title=_("账号申请"),
        columns=(
            Column(key="title", label=_("事项"), value=_title, sort=("title",), main=True),
            Column(key="act", label=_("类别"), value=lambda row: row.get_act_display(), sort=("act",)),
            Column(key="unit", label=_("单位"), value=lambda row: row.unit.name, sort=("unit__name",)),
            Column(key="by", label=_("申请人"), value=lambda row: row.applicant.name, on_phone=False),
            Column(key="account", label=_("账号"), value=_account, sort=("account__name",), on_phone=False),
            Column(key="number", label=_("备案编号"), value=_number, usual=False),
            Column(
                key="at", label=_("更新"), value=lambda row: row.changed_at, sort=("changed_at",), tight=True
            ),
            Column(key="state", label=_("状态"), value=state_of, sort=("state",), tight=True),
        ),
        empty=Empty(
            why=_("没有账号申请。"),
            hint=_("开通、登记、变更或关闭账号，从这里按制度的流程提出。"),
            action=_("提出申请"),
            address=reverse("application_new"),
        ),
        order=("-changed_at",),
        tabs=(
            Tab(key="open", label=_("在办"), apply=lambda rows: rows.filter(state__in=OPEN_STATES)),
            Tab(key="mine", label=_("我提出的"), apply=lambda rows: rows.filter(applicant=viewer.person)),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=(
            _filter("act", _("类别"), tuple(Kind.choices)),
            _filter("state", _("状态"), tuple(ApplicationState.choices)),
        ),
        search=("title", "unit__name", "applicant__name", "account__filing_number"),
        template="web/applications/list.html",
    )


def _filter(key: str, label: str, choices: Any) -> Filter:
    return Filter(
        key=key, label=label, choices=choices, apply=lambda rows, value: rows.filter(**{key: value})
    )


def with_what_it_shows(rows: Rows) -> Rows:
    """Applications with what a line shows."""
    return rows.select_related("unit", "applicant", "account")


def _title(row: Application) -> Link:
    return Link(row.title, numbered("application", row.pk))


def _account(row: Application) -> Any:
    return Link(row.account.name, numbered("account", row.account.pk)) if row.account else ""


def _number(row: Application) -> str:
    return row.account.filing_number if row.account else ""


def task_list(viewer: Viewer) -> ListSpec:
    """What is to be carried out for applications, such as building an account."""
    mine = access.steps_waiting(viewer).values("pk")
    return ListSpec(
        title=_("办理任务"),
        columns=(
            Column(
                key="label",
                label=_("事项"),
                value=lambda row: Link(row.case.label, numbered("review_step", row.pk)),
                main=True,
                sort=("case__label",),
            ),
            Column(key="step", label=_("任务"), value=lambda row: said_of(row, "title")),
            Column(key="unit", label=_("申请单位"), value=lambda row: row.case.owner_unit.name),
            Column(key="opened", label=_("送达"), value=lambda row: row.opened_at, sort=("opened_at",)),
            Column(key="due", label=_("期限"), value=due, sort=("due_at",), tight=True),
            Column(key="closed", label=_("办结"), value=lambda row: row.closed_at, sort=("closed_at",)),
            Column(key="state", label=_("状态"), value=state_of, tight=True),
        ),
        empty=Empty(why=_("没有要办理的任务。"), hint=_("申请获批、需要您建设或办理时会通知您。")),
        order=("due_at", "opened_at"),
        tabs=(
            Tab(key="mine", label=_("等我办理"), apply=lambda rows: rows.filter(pk__in=mine)),
            Tab(key="open", label=_("全部在办"), apply=lambda rows: rows.filter(state__in=WAITING_STEPS)),
            Tab(key="done", label=_("已办结"), apply=lambda rows: rows.filter(state=StepState.PASSED)),
        ),
        search=("case__label", "case__owner_unit__name"),
        template="web/applications/tasks.html",
    )


def tasks(viewer: Viewer) -> Rows:
    """Steps of applications that somebody carries out and that were reached."""
    rows = access.steps(viewer).filter(
        case__subject_kind=SUBJECT, act=StepAct.CARRY_OUT, opened_at__isnull=False
    )
    return rows.select_related("case__owner_unit")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody begins: the kind, in which unit's name, about which account."""

    kind: Kind
    unit: Unit
    account: Account | None


def kinds_known(viewer: Viewer) -> list[tuple[str, str]]:
    """What can be applied for by this rulebook at all."""
    acts = {route.act.value for route in viewer.rulebook.of_kind(Route)}
    return [
        (kind.value, str(kind.label))
        for kind in Kind
        if kind.value in acts and kind not in FROM_SIGHTING | ABOUT_ARTICLE
    ]


def units_open_to(viewer: Viewer) -> list[tuple[str, str]]:
    """In whose name the viewer may apply: each unit where a seat is held."""
    return [(str(unit.pk), unit.name) for unit in seats_of(viewer.person)]


def accounts_open_to(viewer: Viewer) -> AccountQuerySet:
    """Accounts an application may be about."""
    return access.accounts(viewer).select_related("owner_unit").order_by("name")


def chosen(viewer: Viewer, values: dict[str, Any]) -> Chosen:
    """What a valid form says. About an account the account's own unit applies where the viewer may speak for it."""
    kind, account = Kind(values["act"]), values["account"] if Kind(values["act"]) in ABOUT_ACCOUNT else None
    named = next(unit for unit in seats_of(viewer.person) if str(unit.pk) == values["unit"])
    owner = account.owner_unit if account else named
    speaks = drafting.may_begin(viewer.person, kind, owner, account)
    return Chosen(kind, owner if speaks else named, account)


def startable(viewer: Viewer, account: Account) -> list[tuple[Kind, str]]:
    """What the viewer may apply for about an account: from its page."""
    known = {value for value, _label in kinds_known(viewer)}
    units = [account.owner_unit, *seats_of(viewer.person)]
    found = []
    for kind in Kind:
        if kind.value not in known or kind not in ABOUT_ACCOUNT:
            continue
        if any(drafting.may_begin(viewer.person, kind, unit, account) for unit in units):
            found.append((kind, str(kind.label)))
    return found


def first_choice(viewer: Viewer, query: Mapping[str, str]) -> dict[str, Any]:
    """What the page that led here chose already, and what leaves no choice."""
    units = units_open_to(viewer)
    chosen_first: dict[str, Any] = {"act": query.get("act", "")}
    if len(units) == 1:
        chosen_first["unit"] = units[0][0]
    account = access.chosen_account(viewer, query.get("account", ""))
    return chosen_first | ({"account": account} if account else {})


def serial_of(data: Mapping[str, str]) -> int:
    """Which saving the page was read at; none that ever was where it does not say."""
    serial = data.get("serial", "")
    return int(serial) if serial.isdecimal() and len(serial) < LONGEST_SERIAL else -1


def edit_context(viewer: Viewer, application: Application) -> dict[str, Any]:
    """What stands around the form."""
    matter = matter_of(application)
    form = matter.form
    returned = None
    if application.state == ApplicationState.RETURNED and application.case is not None:
        decisions = Decision.objects.filter(step__case=application.case, verdict=Verdict.RETURN)
        returned = decisions.select_related("person", "step").order_by("-pk").first()
    return {
        "application": application,
        "paper": form,
        "route": matter.route,
        "returned": returned,
        "findings": [one for one in checks.findings_of(matter, but=application) if one.force != Force.BLOCK],
        "may_withdraw": bool(checks.may_withdraw(viewer.person, application)),
    }


_OWN_OPEN: Prepared[Application] = Prepared(
    lambda: (
        Application.objects.filter(applicant=given("applicant"), state__in=OPEN_STATES)
        .select_related("unit")
        .order_by("-changed_at")[:SHOWN]
    )
)


def open_rows(viewer: Viewer, account: Account | None) -> list[Application]:
    """Applications that are not over, the latest first: about an account, or the viewer's own."""
    if account is None:  # One's own are seen whoever else may see them.
        return _OWN_OPEN.all(applicant=viewer.person)
    rows = access.applications(viewer).filter(account=account)
    still_open = rows.filter(state__in=OPEN_STATES).select_related("unit")
    return list(still_open.order_by("-changed_at")[:SHOWN])


@dataclass(frozen=True, slots=True)
class Line:
    """One filled-in field of what was handed in."""

    title: str
    value: str


def lines_of(application: Application) -> list[Line]:
    """What was handed in, in the order of the paper; the working copy before that."""
    matter = matter_of(application)
    shown: dict[str, str] = (
        {**application.current.content["values"], **application.current.content["beside"]}
        if application.current
        else filling.shown(matter)
    )
    return [
        Line(said(entry.title), shown.get(entry.key, ""))
        for entry in filling.entries_of(matter)
        if not entry.office
    ]


def context_of(viewer: Viewer, application: Application) -> dict[str, Any]:
    """The record of one application."""
    case = application.case
    return {
        "application": application,
        "lines": lines_of(application),
        "findings": application.current.findings if application.current else [],
        "completions": application.completions.select_related("person", "step").order_by("pk"),
        "stops": stops_of(case) if case else [],
        "step": waiting_in(viewer, application.case_id),
        "may_edit": bool(checks.may_edit(viewer.person, application)),
        "may_withdraw": bool(checks.may_withdraw(viewer.person, application)),
        "papers": papers_context(viewer, case) if case else None,
        "article": access.articles(viewer).filter(pk=application.article_id).first()
        if application.article_id
        else None,
        "has_form": application.kind not in FROM_SIGHTING,
        "revisions": application.revisions.select_related("created_by").order_by("-number"),
        "entries": history_of(
            viewer,
            (SUBJECT, [application.pk]),
            ("case", Case.objects.about(SUBJECT, application.pk).values_list("pk", flat=True)),
        ),
    }
