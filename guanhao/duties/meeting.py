"""Meeting duties by what happened. Only an event meets a duty, and only of the kind its task stands for."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from guanhao.core.prepared import Prepared, given
from guanhao.duties.dues import OF_ITS_PERIOD
from guanhao.duties.models import Credit, Duty
from guanhao.duties.opening import institution_day
from guanhao.duties.recording import locked, tell
from guanhao.duties.types import Deed
from guanhao.ledger.types import Action

_OPEN_ABOUT: Prepared[Duty] = Prepared(
    lambda: (
        Duty.objects.open()
        .filter(
            about_kind=given("kind"), about_id__in=given("ids", many=True), task__in=given("tasks", many=True)
        )
        .filter(Q(period_end__isnull=True) | Q(period_end__gte=given("day")) | ~Q(task__in=OF_ITS_PERIOD))
        .filter(opened_at__lte=given("at"))
        .order_by("pk")
    )
)


def credit(deed: Deed, among: Collection[Duty] | None = None) -> list[Duty]:
    """Let the deed count for every open duty it may meet (``among`` some); once each, however often asked.

    Answers those it touched.
    """
    found = _may_meet(deed)
    if among is not None:
        keys = {duty.pk for duty in among}
        found = [duty for duty in found if duty.pk in keys]
    touched = []
    for duty in found:
        with transaction.atomic():
            changed = _count(locked(duty), deed)
        if changed is not None:
            touched.append(changed)
    return touched


def _may_meet(deed: Deed) -> list[Duty]:
    """The open duties about any of its things; one question for each kind of thing."""
    said = {"tasks": sorted(deed.tasks), "at": deed.at, "day": institution_day(deed.at)}
    found = [
        duty
        for kind in sorted({about.kind for about in deed.abouts})
        for duty in _OPEN_ABOUT.all(
            kind=kind, ids=[about.id for about in deed.abouts if about.kind == kind], **said
        )
        if deed.names is None or (duty.unit_id, duty.names_post) == deed.names
    ]
    return sorted(found, key=lambda duty: duty.pk)


def _count(duty: Duty, deed: Deed) -> Duty | None:
    if Credit.objects.filter(duty=duty, counted=deed.counted).exists():
        return None
    facts = {"by": deed.event, "counted": deed.counted}
    if duty.needed > 1:
        duty = tell(duty, Action.DUTY_ADVANCED, facts)
        if duty.have < duty.needed:
            return duty
    return tell(duty, Action.DUTY_MET, facts)
