"""Persons' requests about their own data as pages: their own, the office's list, one with its answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.people.models import Person
from guanhao.privacy import checks
from guanhao.privacy.models import Erasure, PersonRequest
from guanhao.privacy.types import RequestKind, RequestState
from guanhao.web.forms.data_requests import AnswerForm, CorrectForm, DeleteForm, OnBehalfForm
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer
from guanhao.web.work.history import history_of


def mine(viewer: Viewer) -> QuerySet[PersonRequest]:
    """What the viewer asked, the latest first."""
    rows: QuerySet[PersonRequest] = PersonRequest.objects.filter(person=viewer.person)
    return rows.select_related("answered_by", "job").order_by("-asked_at", "-pk")


def requests(viewer: Viewer) -> QuerySet[PersonRequest]:
    """What persons asked the institution; the view asks for the permission."""
    rows: QuerySet[PersonRequest] = PersonRequest.objects.filter(institution=viewer.institution)
    return rows.select_related("institution", "person__user", "asked_by", "answered_by", "job")


def request_list() -> ListSpec:
    """What the list is."""
    return ListSpec(
        title=_("个人信息请求"),
        columns=(
            Column(key="person", label=_("本人"), main=True,
                   value=lambda row: Link(row.person.name, reverse("data_request", args=[row.pk]))),
            Column(key="kind", label=_("请求"), value=lambda row: row.get_kind_display(), sort=("kind",), tight=True),
            Column(key="state", label=_("状态"), value=standing_of, tight=True),
            Column(key="asked", label=_("提出时间"), value=lambda row: row.asked_at, sort=("asked_at",), tight=True),
            Column(key="due", label=_("答复期限"), value=lambda row: row.due_at, sort=("due_at",), tight=True),
        ),
        order=("due_at",),
        tabs=(
            Tab(key="open", label=_("待答复"), apply=lambda rows: rows.filter(state=RequestState.OPEN)),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=(
            Filter(
                key="kind",
                label=_("请求"),
                choices=tuple((str(value), str(name)) for value, name in RequestKind.choices),
                apply=lambda rows, value: rows.filter(kind=value),
            ),
        ),
        search=("person__name", "words"),
        empty=Empty(
            why=_("没有个人信息请求"),
            hint=_("每个人都可以在“我的个人信息”里提出，十五天内须答复。"),
        ),
        template="web/privacy/data_requests.html",
    )  # fmt: skip


def standing_of(row: PersonRequest) -> Mark:
    """Answered how, or whether it is late."""
    if row.state == RequestState.OPEN and row.due_at <= clock.now():
        return Mark(_("超期未答复"), BLOCKED, icon="alert-triangle")
    tone = {RequestState.OPEN: WAITING, RequestState.DONE: DONE}.get(RequestState(row.state), NEUTRAL)
    icon = {WAITING: "clock", DONE: "check"}.get(tone, "")
    return Mark(str(row.get_state_display()), tone, icon=icon)


def on_behalf_form(data: Any = None) -> OnBehalfForm:
    """The form, offering everybody, those who left too."""
    return OnBehalfForm(data, persons=Person.objects.filter(erasure__isnull=True).order_by("name", "pk"))


def answer_form(row: PersonRequest, data: Any = None) -> AnswerForm:
    """What the kind of request needs for its answer."""
    if row.kind == RequestKind.CORRECT:
        return CorrectForm(data, person=row.person)
    if row.kind == RequestKind.DELETE:
        return DeleteForm(data)
    return AnswerForm(data)


def request_context(viewer: Viewer, row: PersonRequest) -> dict[str, Any]:
    """What the page of one shows."""
    open_ = row.state == RequestState.OPEN
    deleting = row.kind == RequestKind.DELETE
    return {
        "row": row,
        "standing": standing_of(row),
        "may_answer": checks.may_answer_this(row, viewer.person),
        "may_erase": checks.may_be_erased(row.person) if deleting else None,
        "open": open_,
        "form": answer_form(row) if open_ else None,
        "erasure": Erasure.objects.filter(person=row.person).first() if deleting else None,
        "backup_days": settings.BACKUP_DAYS,
        "history": history_of(viewer, ("personal_request", [row.pk])),
    }
