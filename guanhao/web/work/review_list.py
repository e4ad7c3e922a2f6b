"""The queue of decisions: what waits for a person, what waits for others, what they decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from guanhao.cases.models import Decision, Step
from guanhao.cases.types import StepState
from guanhao.cases.visibility import Visibility, visibility_of_cases
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.web.access import freedom
from guanhao.web.lists import Column, Empty, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, WAITING, Mark, state_of
from guanhao.web.paths import numbered
from guanhao.web.sights import Sight
from guanhao.web.templatetags.guanhao import when
from guanhao.web.viewer import Viewer, said_of
from guanhao.web.work import access

Rows = QuerySet[Any]
SOON = timedelta(hours=2)
WAITING_STATES = (StepState.CURRENT, StepState.HELD)


_NONE_WAITING = Empty(why=_("没有等您审批的事项。"), hint=_("有新的送审时会通知您。"))


_SHOWN = ("case__submitted_by", "case__owner_unit")
_LINES: Prepared[Step] = Prepared(
    lambda: (
        Step.objects.filter(pk__in=given("keys", many=True))
        .select_related(*_SHOWN)
        .only(
            *("title_zh", "title_en", "opened_at", "due_at", "state"),
            *("case__label", "case__submitted_by__name", "case__owner_unit__name"),
        )
        .order_by()
    )
)


def steps_in_sight(viewer: Viewer) -> Sight | Rows:
    """Steps of cases the person may see, as the list reads them."""
    if not viewer.person.active:
        return Step.objects.none()
    return Sight(visibility_of_cases(viewer.person), _within, lambda keys: _LINES.all(keys=keys))


def _within(seen: Visibility) -> Rows:
    return access.steps_within(seen).select_related(*_SHOWN)


def review_list(viewer: Viewer) -> ListSpec:
    """What the queue is for this person; the nearest due first."""
    return ListSpec(
        title=_("审批"),
        columns=(
            Column(key="label", label=_("事项"), value=_label, main=True, sort=("case__label",)),
            Column(key="step", label=_("环节"), value=lambda row: said_of(row, "title")),
            Column(key="unit", label=_("单位"), value=_unit, sort=("case__owner_unit__name",)),
            Column(key="by", label=_("提交人"), value=lambda row: row.case.submitted_by.name),
            Column(
                key="opened",
                label=_("送达"),
                value=lambda row: row.opened_at,
                sort=("opened_at",),
                on_phone=False,
            ),
            Column(key="due", label=_("期限"), value=due, sort=("due_at",), tight=True),
            Column(key="state", label=_("状态"), value=state_of, tight=True, usual=False),
        ),
        empty=_NONE_WAITING,
        order=(F("due_at").asc(nulls_last=True), "opened_at"),
        tabs=_tabs(viewer),
        search=("case__label", "case__submitted_by__name"),
        among=access.steps_among,
        template="web/review/queue.html",
    )


def _tabs(viewer: Viewer) -> tuple[Tab, ...]:
    free = freedom(viewer)
    return (
        Tab(
            key="waiting",
            label=_("等我办"),
            apply=lambda rows, **free: rows.filter(pk__in=_free(free)),
            said=free,
            empty=_NONE_WAITING,
        ),
        Tab(
            key="others",
            label=_("等别人办"),
            apply=lambda rows, **free: rows.filter(state__in=WAITING_STATES).exclude(pk__in=_free(free)),
            said=free,
        ),
        Tab(
            key="done",
            label=_("我办过的"),
            apply=_decided_by,
            said={"person": viewer.person.pk, "institution": viewer.person.institution_id},
            order=("-mine__at",),
        ),
    )


def _free(free: Mapping[str, Any]) -> Rows:
    """The steps that wait for the viewer (`web.access.freedom`)."""
    return Step.objects.free_for(**free).values("pk")


def _decided_by(rows: Rows, person: Any, institution: Any) -> Rows:
    """The steps the person decided, each with their latest decision on it (``mine``)."""
    later = Decision.objects.filter(step=OuterRef("pk"), person=person, pk__gt=OuterRef("mine__pk"))
    own = Q(decisions__institution=institution, decisions__person=person)  # as the index has it
    mine = FilteredRelation("decisions", condition=own)
    found: Rows = rows.annotate(mine=mine).filter(~Exists(later), mine__isnull=False)
    return found


def _label(step: Step) -> Link:
    return Link(step.case.label, numbered("review_step", step.pk))


def _unit(step: Step) -> str:
    return step.case.owner_unit.name if step.case.owner_unit else ""


def due(step: Step) -> Any:
    """The due time, as a warning when it is near and as an alarm when it is past."""
    if step.due_at is None or step.state not in WAITING_STATES:
        return step.due_at
    left = step.due_at - clock.now()
    if left <= timedelta():
        return Mark(_("已超期 %s") % when(step.due_at), BLOCKED, "alert-triangle")
    return Mark(when(step.due_at), WAITING, "clock") if left <= SOON else step.due_at
