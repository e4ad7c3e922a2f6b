"""Who is told of duties: who owes them, by office held today; who supervises, step by step; whom it is owed to."""

from __future__ import annotations

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.duties.models import Duty
from guanhao.duties.naming import task_of, thing_of
from guanhao.duties.types import DutyState, SeatKind
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify, settle
from guanhao.people.models import Person
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled

DUTY = "duty"

_TITLES: dict[Action, Text] = {
    Action.DUTY_OPENED: Text("新的待办义务：{task}（{thing}）", "You owe: {task} ({thing})"),
    Action.DUTY_REOPENED: Text("重新待办：{task}（{thing}）", "You owe again: {task} ({thing})"),
    Action.DUTY_REMINDED: Text("请办理：{task}（{thing}）", "Please see to it: {task} ({thing})"),
    Action.DUTY_OVERDUE: Text("已逾期：{task}（{thing}）", "Overdue: {task} ({thing})"),
    Action.DUTY_ESCALATED: Text(
        "逾期待督办：{task}（{thing}）", "Overdue, for you to follow up: {task} ({thing})"
    ),
    Action.DUTY_MISSED: Text("期满未完成：{task}（{thing}）", "Not done in its period: {task} ({thing})"),
    Action.DUTY_MET: Text("已办结：{task}（{thing}）", "Done: {task} ({thing})"),
    Action.DUTY_WAIVED: Text("已免除：{task}（{thing}）", "Waived: {task} ({thing})"),
}


def tell_opened(event: Event, name: str) -> None:
    """A duty that an event opened is told at once; what the calendar opens is expected and only reminded of.

    Of an article's return its own notice tells, and who offers one is thanked by the system.
    """
    duty = _duty(event)
    if duty.origin.startswith("event:") and duty.state == DutyState.OPEN and duty.about_kind != "article":
        _tell(event, name, duty, owing(duty))


def tell_owing(event: Event, name: str) -> None:
    """A reminder, or lateness: whoever owes it hears it, while it is still open."""
    duty = _duty(event)
    if duty.state == DutyState.OPEN:
        _tell(event, name, duty, owing(duty))


def tell_escalated(event: Event, name: str) -> None:
    """It is late: the next one who supervises hears of it, and those who heard before."""
    duty = _duty(event)
    if duty.state == DutyState.OPEN:
        _tell(event, name, duty, seated(duty, SeatKind.HEARS, most=int(event.facts["level"])))


def tell_missed(event: Event, name: str) -> None:
    """The period is over and it was not done: who owed it and who supervises hear it."""
    duty = _duty(event)
    settle(event=event, kind=DUTY, links=[links.duty(duty.key)])
    _tell(event, name, duty, [*owing(duty), *seated(duty, SeatKind.HEARS)])


def tell_ended(event: Event, name: str) -> None:
    """Done or waived: whom it is owed to hears it, and who heard that it was late; who owed it hears of a waiver."""
    duty = _duty(event)
    settle(event=event, kind=DUTY, links=[links.duty(duty.key)])
    people = seated(duty, SeatKind.OWED)
    if duty.late_at:
        people = [*people, *seated(duty, SeatKind.HEARS)]
    if event.action == Action.DUTY_WAIVED:
        people = [*people, *owing(duty)]
    _tell(event, name, duty, recipients.without(people, acting_person(event)))


def owing(duty: Duty) -> list[Person]:
    """Who owes it now: the person, or who holds the office today, and deputies; the competent office for a vacant one."""
    if duty.person is not None:
        return [duty.person]
    people = recipients.with_deputies(seated(duty, SeatKind.OWES))
    return people or recipients.serving(duty.institution, recipients.COMPETENT_OFFICE)


def seated(duty: Duty, kind: SeatKind, *, most: int | None = None) -> list[Person]:
    """Who holds the offices that have this to do with the duty; ``most`` is the highest level of escalation."""
    seats = duty.seats.filter(kind=kind)
    if most is not None:
        seats = seats.filter(level__lte=most)
    found: dict[int, Person] = {}
    for unit, post in seats.order_by("level", "pk").values_list("unit", "post"):
        found.update((person.pk, person) for person in Person.objects.holding(unit=unit, post=post))
    return list(found.values())


def _duty(event: Event) -> Duty:
    return Duty.objects.select_related(
        "institution", "rulebook", "person", "account", "paper", "unit", "concern__unit"
    ).get(key=event.subject_id)


def _tell(event: Event, name: str, duty: Duty, people: list[Person]) -> None:
    notify(
        event=event,
        consequence=name,
        persons=people,
        kind=DUTY,
        title=_title(event, duty),
        body=_body(duty),
        link=links.duty(duty.key),
        article_ref=duty.article,
    )


def _title(event: Event, duty: Duty) -> Text:
    task, thing = task_of(duty), thing_of(duty)
    words = _TITLES[Action(event.action)]
    return Text(
        filled(words, task=task.zh, thing=thing).zh, filled(words, task=task.en or task.zh, thing=thing).en
    )


def _body(duty: Duty) -> Text:
    if duty.due_at is None:
        return Text("请及时办理。", "To be done promptly.")
    due = duty.due_at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M")
    return Text(f"期限：{due}。", f"Due: {due}.")
