"""The weekly digest: on the first working morning of a week everybody who owes something is told what, in one notice.

The week's one event says that it is time; who is told what follows from it, so a digest is sent once whatever restarts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction

from guanhao.calendars.working import WorkCalendar, week_of
from guanhao.contents.days import calendar_of
from guanhao.core import clock, tenancy
from guanhao.core.text import Text
from guanhao.duties.models import Duty, Seat
from guanhao.duties.naming import task_of, thing_of
from guanhao.duties.recording import ENGINE
from guanhao.duties.types import SeatKind
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action, Subject
from guanhao.notices.actions import notify
from guanhao.people.models import Appointment, Institution, Person
from guanhao.process import links
from guanhao.process.dunning import DUTY
from guanhao.process.wording import filled
from guanhao.regulation.types import NoRulebook
from guanhao.steps.types import Worker

MORNING = time(8)
LISTED = 12
_TITLE = Text(
    "本周待办义务 {owed} 项，其中逾期 {late} 项", "This week you owe {owed}, of which {late} are late"
)


def announce_digest(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Record, once a week for each institution, that its digest is due."""
    now = clock.now()
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution), transaction.atomic():
            try:
                calendar = calendar_of(institution)
            except NoRulebook:
                continue
            week = _week(now, calendar)
            if week and not Event.objects.about("week", week).filter(action=Action.DUTY_DIGEST).exists():
                record(
                    institution=institution,
                    actor=ENGINE,
                    action=Action.DUTY_DIGEST,
                    subject=Subject("week", week),
                )


def tell_digest(event: Event, name: str) -> None:
    """Tell everybody what they owe; nobody who owes nothing."""
    now = clock.now()
    for person, duties in owed_by_person():
        late = sum(1 for duty in duties if duty.due_at is not None and duty.due_at <= now)
        notify(
            event=event,
            consequence=name,
            persons=[person],
            kind=DUTY,
            title=filled(_TITLE, owed=len(duties), late=late),
            body=Text("\n".join(_lines(duties, "zh")), "\n".join(_lines(duties, "en"))),
            link=links.DUTIES,
        )


def owed_by_person() -> list[tuple[Person, list[Duty]]]:
    """Everybody in scope who owes something, by the offices they hold today, with what; in a constant number of queries."""
    related = Duty.objects.open().select_related(
        "account", "paper", "unit", "concern__unit", "person", "rulebook"
    )
    duties = {
        duty.pk: duty
        for duty in related.defer("rulebook__content", "rulebook__source").order_by("due_at", "pk")
    }
    owed: dict[int, set[int]] = defaultdict(set)
    for duty in duties.values():
        if duty.person_id is not None:
            owed[duty.person_id].add(duty.pk)
    held: dict[tuple[int, str], list[int]] = defaultdict(list)
    for unit, post, person in Appointment.objects.on().values_list("unit", "post", "person"):
        held[unit, post].append(person)
    seats = Seat.objects.filter(kind=SeatKind.OWES, duty__in=Duty.objects.open())
    for pk, unit, post in seats.values_list("duty", "unit", "post"):
        for person in held[unit, post]:
            owed[person].add(pk)
    people = Person.objects.active().filter(pk__in=list(owed)).order_by("pk")
    return [(person, [duty for pk, duty in duties.items() if pk in owed[person.pk]]) for person in people]


def _week(now: datetime, calendar: WorkCalendar) -> str:
    """The week whose digest is due: from eight on its first working day; nothing before."""
    local = now.astimezone(clock.CHINA)
    first = next(calendar.workdays(*week_of(local.date())), None)
    return _key(first) if first and local >= datetime.combine(first, MORNING, clock.CHINA) else ""


def _key(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def _lines(duties: Iterable[Duty], language: str) -> list[str]:
    found = list(duties)
    lines = [_line(duty, language) for duty in found[:LISTED]]
    if len(found) > LISTED:
        lines.append(
            filled(Text("……另有 {more} 项", "… and {more} more"), more=len(found) - LISTED).in_language(
                language
            )
        )
    return lines


def _line(duty: Duty, language: str) -> str:
    task = task_of(duty).in_language(language)
    promptly = Text("及时", "promptly").in_language(language)
    due = duty.due_at.astimezone(clock.CHINA).strftime("%m-%d %H:%M") if duty.due_at else promptly
    return f"· {due} {task} · {thing_of(duty)}"
