"""Meeting duties by what happened. Only an event meets a duty, and only of the kind its task stands for."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from guanhao.duties.dues import OF_ITS_PERIOD
from guanhao.duties.models import Credit, Duty
from guanhao.duties.opening import institution_day
from guanhao.duties.queries import DutyQuerySet
from guanhao.duties.recording import locked, tell
from guanhao.duties.types import Deed
from guanhao.ledger.types import Action


def credit(deed: Deed, among: Collection[Duty] | None = None) -> list[Duty]:
    """Let the deed count for every open duty it may meet (``among`` some); once each, however often asked.

    Answers those it touched.
    """
    found = _may_meet(deed)
    if among is not None:
        found = found.filter(pk__in=[duty.pk for duty in among])
    touched = []
    for duty in found:
        with transaction.atomic():
            changed = _count(locked(duty), deed)
        if changed is not None:
            touched.append(changed)
    return touched


def _may_meet(deed: Deed) -> DutyQuerySet:
    abouts = reduce(or_, (Q(about_kind=about.kind, about_id=about.id) for about in deed.abouts))
    in_time = Q(period_end__isnull=True) | Q(period_end__gte=institution_day(deed.at))
    in_time |= ~Q(task__in=OF_ITS_PERIOD)
    found = Duty.objects.open().filter(abouts, in_time, task__in=deed.tasks, opened_at__lte=deed.at)
    if deed.names is not None:
        unit, post = deed.names
        found = found.filter(unit=unit, names_post=post)
    return found.order_by("pk")


def _count(duty: Duty, deed: Deed) -> Duty | None:
    if Credit.objects.filter(duty=duty, counted=deed.counted).exists():
        return None
    facts = {"by": deed.event, "counted": deed.counted}
    if duty.needed > 1:
        duty = tell(duty, Action.DUTY_ADVANCED, facts)
        if duty.have < duty.needed:
            return duty
    return tell(duty, Action.DUTY_MET, facts)
