"""Duties as consequences: what an event opens, meets and makes needless; what time brings; who is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from guanhao.core import clock, tenancy
from guanhao.duties import actions
from guanhao.duties.meeting import credit
from guanhao.duties.models import Duty
from guanhao.duties.opening import open_on
from guanhao.duties.periods import open_periods
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.models import Institution
from guanhao.process.deeds import MEETS
from guanhao.process.happenings import OPENS
from guanhao.process.models import Cursor
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.vocabulary import ClauseKind, Task
from guanhao.steps.types import Worker

AT_ONCE = 200  # duties whose time has come that one run of the job handles

for _task in (Task.ROTATE_CREDENTIAL,):
    enforces(ClauseKind.DUTY, _task)


def open_duties(event: Event, name: str) -> None:  # noqa: ARG001 - one signature for all consequences.
    """Open what the rulebook says follows from the event."""
    for occurrence in OPENS[Action(event.action)](event):
        open_on(event.institution, occurrence)


def meet_duties(event: Event, name: str) -> None:  # noqa: ARG001 - as above.
    """Let the event count for what it meets."""
    for deed in MEETS[Action(event.action)](event):
        credit(deed)


def keep_duties(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Open what the calendar owes and climb every ladder whose next rung has come.

    Only up to the first event that is not drawn yet: what happened in time must not be called late because the
    consequences lag behind.
    """
    now = clock.now()
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            try:
                opened = open_periods(institution, now)
            except NoRulebook:
                continue
            catch_up(opened, now)
            until = min(now, drawn_until(institution) or now)
            for duty in Duty.objects.open().filter(next_at__lte=until).order_by("next_at", "pk")[:AT_ONCE]:
                actions.climb(duty=duty, now=until)


def catch_up(duties: Iterable[Duty], now: datetime) -> None:
    """Let deeds of the period count that happened before its duty was opened, since workers may have been away."""
    opened = list(duties)
    if not opened:
        return
    since = min(duty.opened_at for duty in opened)
    deeds = Event.objects.filter(action__in=[action.value for action in MEETS], at__gte=since, at__lte=now)
    for event in deeds.select_related("institution", "detail").order_by("index"):
        for deed in MEETS[Action(event.action)](event):
            credit(deed, among=opened)


def drawn_until(institution: Institution) -> datetime | None:
    """When the first event happened whose consequences are not drawn yet; nothing where all are."""
    cursor = Cursor.objects.filter(institution=institution).first()
    start = cursor.next_index if cursor else 0
    waiting = Event.objects.filter(index__gte=start).exclude(action__startswith="duty.")
    return waiting.order_by("index").values_list("at", flat=True).first()
