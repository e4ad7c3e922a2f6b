"""Sightings as pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core.text import Text
from guanhao.platforms.registry import PLATFORMS
from guanhao.watch.models import Sighting
from guanhao.watch.types import Likeness, SightingState
from guanhao.web.access import one
from guanhao.web.forms.sightings import DecideForm
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import pictures

SHOWN_FAULTS = 20
_TONES = {Likeness.IMPOSTOR: (BLOCKED, "alert-triangle"), Likeness.TO_GOVERN: (WAITING, "clock")}


def rows() -> QuerySet[Sighting]:
    """The institution's sightings."""
    return Sighting.objects.select_related("found_by", "decided_by")


def one_of(pk: int) -> Sighting:
    """One of them, or 404."""
    return one(rows(), pk=pk)


def looks(sighting: Sighting) -> Mark:
    """What it looks like, as a mark."""
    likeness = Likeness(sighting.likeness)
    tone, icon = _TONES.get(likeness, (NEUTRAL, ""))
    return Mark(str(likeness.label), tone, icon)


def reasons(sighting: Sighting) -> list[tuple[int, str]]:
    """The points it was given and why."""
    return [(one["points"], said(Text(zh=one["zh"], en=one["en"]))) for one in sighting.reasons]


def record_context(viewer: Viewer, sighting: Sighting) -> dict[str, Any]:
    """What the page of one shows."""
    return {
        "sighting": sighting,
        "looks": looks(sighting),
        "reasons": reasons(sighting),
        "states": [state for state in SightingState if state != sighting.state],
        "reports": [
            (
                report,
                pictures.address(sighting.institution_id, report.picture.digest) if report.picture else "",
            )
            for report in sighting.reports.select_related("picture").order_by("-at", "-pk")
        ],
        "form": DecideForm(initial={"note": sighting.note}),
        "platform": _platforms(viewer).get(sighting.platform, sighting.platform),
    }


def _platforms(viewer: Viewer) -> dict[str, str]:
    """Platforms by their keys, as the rulebook calls them; people see names on others, too."""
    known = {key: platform.title for key, platform in PLATFORMS.items()}
    named = known | {key: word.title for key, word in viewer.rulebook.platforms.items()}
    return {key: said(title) for key, title in named.items()}


def sighting_list(viewer: Viewer) -> ListSpec:
    """What the list is."""
    platforms = _platforms(viewer)
    return ListSpec(
        title=_("线索"),
        columns=(
            Column(
                key="name",
                label=_("名称"),
                value=lambda row: Link(row.name, reverse("sighting", args=[row.pk])),
                sort=("name",),
                main=True,
            ),
            Column(
                key="platform",
                label=_("平台"),
                value=lambda row: platforms.get(row.platform, row.platform),
                sort=("platform",),
            ),
            Column(key="handle", label=_("账号"), value=lambda row: row.handle, on_phone=False),
            Column(key="looks", label=_("看起来"), value=looks, sort=("likeness",)),
            Column(key="score", label=_("得分"), value=lambda row: row.score, sort=("score",), number=True),
            Column(key="why", label=_("理由"), value=lambda row: "；".join(why for _n, why in reasons(row))),
            Column(key="state", label=_("认定"), value=lambda row: row.get_state_display(), sort=("state",)),
            Column(key="found", label=_("发现时间"), value=lambda row: row.found_at, tight=True),
        ),
        empty=Empty(
            why=_("还没有线索。"),
            hint=_("把在各平台搜到的账号名称导入，系统挑出像我方的，由人认定。"),
            action=_("导入名称"),
            address=reverse("sightings_import"),
        ),
        order=("-score",),
        tabs=(
            Tab(key="open", label=_("待认定"), apply=lambda rows: rows.filter(state=SightingState.OPEN)),
            Tab(key="decided", label=_("已认定"), apply=lambda rows: rows.exclude(state=SightingState.OPEN)),
        ),
        filters=(
            Filter(
                key="looks",
                label=_("看起来"),
                choices=tuple((str(value), label) for value, label in Likeness.choices),
                apply=lambda rows, value: rows.filter(likeness=value),
            ),
        ),
        search=("name", "handle", "protected"),
        template="web/screening/sightings.html",
    )
