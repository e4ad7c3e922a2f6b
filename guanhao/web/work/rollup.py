"""The register by unit: how many accounts each has and how they stand (gpnu-1: the office sees all, a unit its own)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.people.models import Unit
from guanhao.registry.conditions import Condition
from guanhao.registry.types import GONE, IN_USE
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import access
from guanhao.web.work.register_list import LABELS, WAITING, found_conditions

SHOWN = (Condition.OVERDUE, Condition.UNVERIFIED, Condition.DORMANT, Condition.UNINSPECTED, Condition.CHANGED)


def unit_rows(viewer: Viewer) -> QuerySet[Any]:
    """Units with accounts the viewer may see, each with its figures, in one query."""
    seen = access.accounts(viewer)
    found = found_conditions(viewer)
    counted = Unit.objects.filter(Exists(seen.filter(owner_unit=OuterRef("pk"))))
    rows: QuerySet[Any] = counted.annotate(
        count_in_use=_count(seen, Q(state__in=IN_USE)),
        count_waiting=_count(seen, Q(state__in=WAITING)),
        count_gone=_count(seen, Q(state__in=GONE)),
        **{f"count_{key.value}": _count(seen, found[key]) for key in SHOWN},
    )
    return rows


def _count(seen: QuerySet[Any], condition: Q) -> Any:
    """How many of the accounts seen belong to the unit and meet the condition: one look into an index for each unit."""
    of_unit = seen.filter(condition, owner_unit=OuterRef("pk")).order_by().values("owner_unit")
    return Coalesce(Subquery(of_unit.annotate(count=Count("pk")).values("count")), 0)


def rollup_list(viewer: Viewer) -> ListSpec:
    """What the list is."""
    kinds = viewer.rulebook.unit_kinds

    def kind(row: Any) -> str:
        return said(kinds[row.kind].title) if row.kind in kinds else str(row.kind)

    figures = [("in_use", _("在用")), ("waiting", _("待备案")), ("gone", _("已关闭"))]
    figures += [(key.value, str(LABELS[key])) for key in SHOWN]
    return ListSpec(
        title=_("各单位账号"),
        columns=(
            Column(key="unit", label=_("单位"), value=_unit, sort=("name",), main=True),
            Column(key="kind", label=_("类别"), value=kind, sort=("kind",), tight=True),
            *(_figure(key, label) for key, label in figures),
        ),
        empty=Empty(why=_("还没有您能看到的账号。"), hint=_("账号由主管部门登记。")),
        order=("position",),
        filters=(
            Filter(
                key="kind",
                label=_("类别"),
                choices=tuple((key, said(word.title)) for key, word in kinds.items()),
                apply=lambda rows, key: rows.filter(kind=key),
            ),
        ),
        search=("name", "short_name"),
    )


def _figure(key: str, label: str) -> Column:
    name = f"count_{key}"
    return Column(key=key, label=label, value=lambda row: getattr(row, name), sort=(name,), number=True)


def _unit(unit: Any) -> Link:
    return Link(unit.name, f"{reverse('accounts')}?tab=all&unit={unit.pk}")
