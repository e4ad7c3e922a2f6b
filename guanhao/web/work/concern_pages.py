"""Concerns, operating rules and reposts as pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanhao.duties.bringing import kinds_of
from guanhao.duties.models import Concern, Duty, FiledRules
from guanhao.duties.types import ConcernKind, DutyState
from guanhao.people.models import Unit
from guanhao.people.permissions import Permission
from guanhao.web import access
from guanhao.web.forms.concerns import ConcernForm, RulesForm
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec
from guanhao.web.viewer import Viewer
from guanhao.web.work.duty_pages import with_what_it_shows
from guanhao.web.work.history import history_of


def concerns(viewer: Viewer) -> QuerySet[Concern]:
    """The concerns the viewer may see, with how many of their duties are open."""
    rows = Concern.objects.visible_to(viewer.person).select_related("unit", "account", "raised_by")
    still = Count("duties", filter=Q(duties__state=DutyState.OPEN))
    counted: QuerySet[Concern] = rows.annotate(still=still)
    return counted


def concern_list() -> ListSpec:
    """What the list is."""
    return ListSpec(
        title=_("反映事项"),
        columns=(
            Column(key="words", label=_("情况"), main=True,
                   value=lambda row: Link(row.words[:40], reverse("concern", args=[row.pk]))),
            Column(key="kind", label=_("类别"), value=lambda row: row.get_kind_display(), sort=("kind",), tight=True),
            Column(key="unit", label=_("涉及单位"), value=lambda row: row.unit.name, sort=("unit__name",)),
            Column(key="by", label=_("反映人"), value=lambda row: row.raised_by.name),
            Column(key="at", label=_("时间"), value=lambda row: row.raised_at, sort=("raised_at",), tight=True),
            Column(key="still", label=_("未办义务"), value=lambda row: row.still, sort=("still",), number=True),
        ),
        empty=Empty(
            why=_("没有反映事项。"),
            hint=_("师生的问题、系统故障、滥用和违规信息在这里反映，办理期限按制度计算。"),
            action=_("反映"),
            address=reverse("concern_new"),
        ),
        order=("-raised_at",),
        filters=(
            Filter(
                key="kind",
                label=_("类别"),
                choices=tuple((str(value), str(name)) for value, name in ConcernKind.choices),
                apply=lambda rows, value: rows.filter(kind=value),
            ),
        ),
        search=("words", "unit__name", "raised_by__name"),
        template="web/duties/concerns.html",
    )  # fmt: skip


def concern_form(viewer: Viewer, data: Any = None) -> ConcernForm:
    """The form, offering what the rulebook knows, the units and the accounts in sight."""
    accounts = access.accounts(viewer).order_by("name").values_list("pk", "name")
    return ConcernForm(
        data,
        kinds=[(kind.value, kind.label) for kind in kinds_of(viewer.rulebook)],
        units=list(Unit.objects.open().values_list("pk", "name")),
        accounts=[("", "—"), *accounts],
    )


def unit_of(key: str) -> Unit:
    """An open unit the form offered, or 404."""
    return access.one(Unit.objects.open(), pk=int(key))


def concern_context(viewer: Viewer, concern: Concern) -> dict[str, Any]:
    """What the page of one shows: its duties and how each was settled."""
    duties = list(with_what_it_shows(Duty.objects.filter(concern=concern)).order_by("event"))
    keys = [duty.key for duty in duties]
    return {
        "concern": concern,
        "duties": duties,
        "history": history_of(viewer, ("concern", [concern.pk]), ("duty", keys)),
    }


def rules_list() -> ListSpec:
    """Operating rules on file, the latest first."""
    return ListSpec(
        title=_("运营制度"),
        columns=(
            Column(key="unit", label=_("单位"), value=lambda row: row.unit.name, sort=("unit__name",), main=True),
            Column(key="name", label=_("文件"),
                   value=lambda row: Link(row.name, reverse("rules_file", args=[row.pk]))),
            Column(key="by", label=_("报送人"), value=lambda row: row.filed_by.name),
            Column(key="at", label=_("报送时间"), value=lambda row: row.filed_at, sort=("filed_at",), tight=True),
        ),
        empty=Empty(
            why=_("还没有单位报送运营制度。"),
            hint=_("各单位自己的运营制度在这里存档，历次版本都保留。"),
            action=pgettext("to do", "报送"),
            address=reverse("rules_new"),
        ),
        order=("-filed_at",),
        search=("unit__name", "name"),
        template="web/duties/rules.html",
    )  # fmt: skip


def filed_rules(viewer: Viewer) -> QuerySet[FiledRules]:
    """What is on file; everybody of the institution may read it."""
    rows: QuerySet[FiledRules] = FiledRules.objects.filter(institution=viewer.institution)
    return rows.select_related("unit", "filed_by", "asset")


def rules_form(viewer: Viewer, data: Any = None, files: Any = None) -> RulesForm:
    """The form, offering the viewer's units; all of them to the competent office."""
    units = Unit.objects.open()
    if not viewer.may(Permission.DUTY_SEE_ALL):
        units = units.filter(pk__in=viewer.standing.unit_ids)
    return RulesForm(data, files, units=list(units.values_list("pk", "name")))
