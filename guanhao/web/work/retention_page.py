"""The page of the ledger's retention: what is in force, what was removed, which change waits."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from guanhao.ledger.models import Pruning, Retention
from guanhao.ledger.pruning import months_of
from guanhao.ledger.types import LEAST_MONTHS
from guanhao.retention import checks
from guanhao.retention.models import PeriodChange
from guanhao.web.forms.leaving import PeriodForm
from guanhao.web.viewer import Viewer
from guanhao.web.work.history import history_of


def change_or_404() -> PeriodChange:
    """The change of the institution in scope that waits for a second person."""
    change: PeriodChange | None = _changes().open().first()
    if change is None:
        raise Http404
    return change


def retention_context(viewer: Viewer, form: PeriodForm) -> dict[str, Any]:
    """What the page shows, and the acts that are this person's."""
    person, change = viewer.person, _changes().open().first()
    keys = list(_changes().values_list("pk", flat=True)[:20])
    return {
        "form": form,
        "months": months_of(viewer.institution),
        "least": LEAST_MONTHS,
        "period": Retention.objects.first(),
        "pruning": Pruning.objects.first(),
        "change": change,
        "may_ask": checks.may_ask(person),
        "may_agree": checks.may_agree_to(change, person) if change else None,
        "may_drop": bool(change and checks.may_drop(change, person)),
        "history": history_of(viewer, ("retention", keys)) if keys else [],
    }


def _changes() -> Any:
    return PeriodChange.objects.select_related("institution", "asked_by")
