"""Duties as consequences: what an event opens, meets and makes needless; what time brings; who is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet

from guanhao.contents.days import calendar_of
from guanhao.core import clock, tenancy
from guanhao.core.text import Text
from guanhao.duties import actions
from guanhao.duties.meeting import credit
from guanhao.duties.models import Duty
from guanhao.duties.opening import open_on
from guanhao.duties.periods import open_periods
from guanhao.duties.redating import redate
from guanhao.duties.types import DutyState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.models import Institution
from guanhao.process.deeds import MEETS, taken_back
from guanhao.process.happenings import OPENS
from guanhao.process.models import Cursor
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.vocabulary import ClauseKind, Task
from guanhao.steps.types import Worker

_OF_THE_CLOSED = frozenset({Task.FILE_CLOSURE})
AT_ONCE = 200  # duties whose time has come that one run of the job handles

# What the engine opens, meets and calls late; a task stands here once its events exist.
for _task in (
    Task.CLOSE_ACCOUNT, Task.FILE_CLOSURE, Task.FILE_PERSONS, Task.FILE_RULES, Task.FIX_ERROR, Task.FOLLOW, Task.FORWARD, Task.HANDLE, Task.INSPECT, Task.MONITOR,
    Task.NAME_PERSON, Task.PLAN_WEEK, Task.PUSH, Task.REGISTER_AGAIN, Task.REPLY, Task.REPORT, Task.REPOST, Task.RESTORE_MENU, Task.RESTORE_PROFILE, Task.ROTATE_CREDENTIAL,
    Task.SUPPLY_ARTICLES, Task.TASK, Task.THANK, Task.UPDATE_MENU, Task.VERIFY_ACCOUNT,
):  # fmt: skip
    enforces(ClauseKind.DUTY, _task)


def open_duties(event: Event, name: str) -> None:  # noqa: ARG001 - one signature for all consequences.
    """Open what the rulebook says follows from the event."""
    for occurrence in OPENS[Action(event.action)](event):
        open_on(event.institution, occurrence)


def meet_duties(event: Event, name: str) -> None:  # noqa: ARG001 - as above.
    """Let the event count for what it meets."""
    for deed in MEETS[Action(event.action)](event):
        credit(deed)


def reopen_duties(event: Event, name: str) -> None:  # noqa: ARG001 - as above.
    """What met duties was taken back: they are owed again (xartvu-7)."""
    deed = taken_back(event)
    if deed is None:
        return
    met = Event.objects.filter(action=Action.DUTY_MET, index__gt=deed.index)
    for one in met.order_by("index"):
        if one.facts.get("by") != deed.index:
            continue
        duty = Duty.objects.filter(key=one.subject_id, state=DutyState.MET, ended_event=one.index).first()
        if duty is not None:
            actions.reopen(duty=duty, undone=deed.index, by=event.index)


def drop_duties(event: Event, name: str) -> None:  # noqa: ARG001 - as above.
    """End what nothing is left to do about: an account that is gone, an article that is over, a person who left."""
    for duties, why in needless(event):
        for duty in duties:
            actions.drop(duty=duty, why=why, by=event.index)


def needless(event: Event) -> Iterator[tuple[QuerySet[Duty], Text]]:
    """The open duties that the event made needless, and why."""
    key, still = event.subject_id, Duty.objects.open().order_by("pk")
    match Action(event.action):
        case Action.ACCOUNT_CLOSED:
            over = still.filter(about_kind="account", about_id=key).exclude(task__in=_OF_THE_CLOSED)
            yield over.exclude(origin=f"event:{event.index}"), Text("账号已关闭。", "The account is closed.")
        case Action.PERSON_LEFT:
            yield still.filter(person_id=int(key)), Text("承担人已离开。", "Whoever owed it has left.")
        case _:
            yield (
                still.filter(about_kind="article", about_id=key),
                Text("稿件已了结。", "The article is over."),
            )


def redate_duties(event: Event, name: str) -> None:  # noqa: ARG001 - as above.
    """The calendar changed: open duties are due when the calendar says so now, never on a day off."""
    calendar = calendar_of(event.institution)
    for duty in (
        Duty.objects.open()
        .filter(due_at__isnull=False)
        .select_related("rulebook", "institution")
        .order_by("pk")
    ):
        redate(duty, calendar)


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
