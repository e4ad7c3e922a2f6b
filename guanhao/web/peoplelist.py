"""The list of people, with the institution's words for posts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.people.models import Appointment, Person
from guanhao.people.permissions import Permission
from guanhao.people.types import PersonKind
from guanhao.web import access
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import DONE, NEUTRAL, Mark
from guanhao.web.paths import numbered
from guanhao.web.viewer import Viewer, listed, said

Rows = QuerySet[Any]


def people_list(viewer: Viewer) -> ListSpec:
    """What the list is for this viewer; rows carry their present appointments as ``current``."""
    return ListSpec(
        title=_("人员"),
        columns=_columns(viewer),
        empty=Empty(
            why=_("还没有人员"),
            hint=_("可从人事系统导出的 Excel 导入。"),
            action=_("导入"),
            address=reverse("import_people"),
        ),
        order=("name",),
        search=("name", "staff_no"),
        tabs=(
            Tab(key="active", label=_("在用"), apply=lambda rows: rows.filter(active=True)),
            Tab(key="left", label=_("已离开"), apply=lambda rows: rows.filter(active=False)),
            Tab(key="admins", label=_("管理员"), apply=_administrators),
        ),
        filters=_filters(viewer),
        template="web/people/list.html",
    )


def _columns(viewer: Viewer) -> tuple[Column, ...]:
    return (
        Column(key="name", label=_("姓名"), value=_name, sort=("name",), main=True),
        Column(
            key="staff_no",
            label=_("工号/学号"),
            value=lambda row: row.staff_no,
            sort=("staff_no",),
            tight=True,
        ),
        Column(
            key="kind", label=_("身份"), value=lambda row: row.get_kind_display(), sort=("kind",), tight=True
        ),
        Column(key="posts", label=_("任职"), value=lambda row: _held(row, viewer)),
        *_for_managers(viewer),
        Column(key="state", label=_("状态"), value=_state, tight=True),
    )


def _filters(viewer: Viewer) -> tuple[Filter, ...]:
    units = tuple((str(unit.pk), unit.name) for unit in access.units(viewer).open())
    kinds = tuple(PersonKind.choices)
    return (
        Filter(key="kind", label=_("身份"), choices=kinds, apply=lambda rows, value: rows.filter(kind=value)),
        Filter(key="unit", label=_("单位"), choices=units, apply=_of_unit),
    )


def _name(person: Person) -> Link:
    return Link(person.name, numbered("person", person.pk))


def _held(person: Any, viewer: Viewer) -> str:
    posts = viewer.rulebook.posts
    seats = (
        f"{seat.unit.short_name or seat.unit.name}{said(posts[seat.post].title) if seat.post in posts else seat.post}"
        for seat in person.current
    )
    return listed(seats)


def _state(person: Person) -> Mark:
    if not person.active:
        return Mark(_("已离开"), NEUTRAL)
    return Mark(_("可登录"), DONE, icon="check") if person.user_id else Mark(_("不登录"), NEUTRAL)


def _of_unit(rows: Rows, value: str) -> Rows:
    return rows.filter(pk__in=Appointment.objects.on().filter(unit_id=value).values("person"))


def _administrators(rows: Rows) -> Rows:
    return rows.filter(capabilities__isnull=False, capabilities__ended_at__isnull=True).distinct()


def _for_managers(viewer: Viewer) -> tuple[Column, ...]:
    """How to reach people is for those who manage them (TN5)."""
    if not viewer.may(Permission.PEOPLE_MANAGE):
        return ()
    email = Column(key="email", label=_("邮箱"), value=lambda row: row.email, on_phone=False, usual=False)
    phone = Column(key="phone", label=_("手机"), value=lambda row: row.phone, on_phone=False, usual=False)
    return (email, phone)
