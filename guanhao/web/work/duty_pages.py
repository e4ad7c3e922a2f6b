"""Duties as pages: what I owe, what is owed to me, what is late; and one of them with its ladder and history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.verdicts import Verdict
from guanhao.duties import checks
from guanhao.duties.models import Duty, Seat
from guanhao.duties.naming import clause_of, task_of, thing_of
from guanhao.duties.queries import DutyQuerySet
from guanhao.duties.types import DutyState, RungKind, SeatKind
from guanhao.people.models import Appointment
from guanhao.rulebook.describe import describe
from guanhao.rulebook.labels import label
from guanhao.rulebook.vocabulary import Task
from guanhao.web.access import one
from guanhao.web.forms.duties import ReportForm, WaiveForm
from guanhao.web.lists import Cite, Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer, listed, said
from guanhao.web.work.history import history_of

Rows = DutyQuerySet
_TONES = {DutyState.MET: (DONE, "check"), DutyState.MISSED: (BLOCKED, "alert-triangle")}


def rows(viewer: Viewer, origin: str = "") -> Rows:
    """The duties the viewer may see, with what a list shows of each; ``origin`` limits them to one cause."""
    seen = Duty.objects.visible_to(viewer.person)
    return with_what_it_shows(seen.filter(origin=origin) if origin else seen)


def with_what_it_shows(duties: Rows) -> Rows:
    """Duties with the things they are about and the offices that owe them, in a constant number of queries."""
    return _with_its_relations(duties).prefetch_related(_owing())


def _with_its_relations(duties: Rows) -> Rows:
    related = duties.select_related("account", "paper", "unit", "concern__unit", "person", "rulebook")
    return related.defer("rulebook__content", "rulebook__source")


def _owing() -> Prefetch[Any]:
    owing = Seat.objects.filter(kind=SeatKind.OWES).select_related("unit").order_by("pk")
    return Prefetch("seats", owing, to_attr="owing")


MOST_ON_A_DESK = 50
_OWED_BY: Prepared[Duty] = Prepared(
    lambda: _with_its_relations(
        Duty.objects.owed_by(given("person"), day=given("day"), now=given("now")).open()
    ).order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST_ON_A_DESK]
)


def duty_of(viewer: Viewer, key: str) -> Duty:
    """One of them, or 404."""
    return one(rows(viewer), key=key)


def state_mark(duty: Duty) -> Mark:
    """Its state as a mark; an open one past its time is late."""
    state = DutyState(duty.state)
    if state is DutyState.OPEN:
        if duty.due_at is not None and duty.due_at <= clock.now():
            return Mark(_("已逾期"), BLOCKED, "alert-triangle")
        return Mark(str(state.label), WAITING, "clock")
    tone, icon = _TONES.get(state, (NEUTRAL, ""))
    return Mark(str(state.label), tone, icon)


def due_of(duty: Duty) -> datetime | str:
    """When it is due; the word for *promptly*."""
    return duty.due_at or _("及时")


def owed_by(viewer: Viewer, duty: Duty) -> str:
    """Who owes it: a person, or the offices, by their names today."""
    if duty.person is not None:
        return duty.person.name
    seats = getattr(duty, "owing", None) or duty.seats.filter(kind=SeatKind.OWES).select_related("unit")
    return listed(office(viewer, seat) for seat in seats) or _("无人承担")


def office(viewer: Viewer, seat: Seat) -> str:
    """An office held, as people say it."""
    post = viewer.rulebook.posts.get(seat.post)
    return f"{seat.unit.name}{said(post.title) if post else seat.post}"


def progress(duty: Duty) -> str:
    """How much of it is done, where more than one thing is needed."""
    return f"{duty.have} / {duty.needed}" if duty.needed > 1 else ""


def duty_list(viewer: Viewer) -> ListSpec:
    """What the list is."""
    now = clock.now()
    return ListSpec(
        title=_("待办义务"),
        columns=_columns(viewer),
        empty=Empty(
            why=_("这里没有待办义务。"),
            hint=_("义务由制度规定的事件和日期自动产生，办结后自动销项。"),
            action=_("看全部"),
            address=f"{reverse('duties')}?tab=all",
        ),
        order=(F("due_at").asc(nulls_last=True), "opened_at"),
        tabs=(
            Tab(key="mine", label=_("我承担的"), apply=lambda rows: _of(rows).owed_by(viewer.person).open()),
            Tab(
                key="to-me",
                label=_("报我或由我督办"),
                apply=lambda rows: _of(rows).owed_to(viewer.person).open(),
            ),
            Tab(key="late", label=_("已逾期"), apply=lambda rows: _of(rows).late(now)),
            Tab(key="open", label=_("全部待办"), apply=lambda rows: _of(rows).open()),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=_filters(viewer),
        search=("account__name", "paper__title", "unit__name", "person__name"),
        template="web/duties/list.html",
    )


def _of(rows: QuerySet[Any]) -> DutyQuerySet:
    """The rows of our list by their own name: lists know them only as rows."""
    return cast("DutyQuerySet", rows)


def _columns(viewer: Viewer) -> tuple[Column, ...]:
    return (
        Column(key="task", label=_("事项"), sort=("task",), main=True,
               value=lambda duty: Link(said(task_of(duty)), reverse("duty", args=[duty.key]))),
        Column(key="thing", label=_("对象"), value=thing_of),
        Column(key="owed", label=_("承担"), value=lambda duty: owed_by(viewer, duty)),
        Column(key="article", label=_("依据"), value=lambda duty: Cite(duty.article, duty.clause), tight=True),
        Column(key="due", label=_("期限"), value=due_of, sort=("due_at",), tight=True),
        Column(key="state", label=_("状态"), value=state_mark, sort=("state",), tight=True),
        Column(key="have", label=_("进度"), value=progress, number=True),
        Column(key="opened", label=_("产生于"), value=lambda duty: duty.opened_at, sort=("opened_at",), tight=True, usual=False),
        Column(key="ended", label=_("办结于"), value=lambda duty: duty.ended_at or "", sort=("ended_at",), tight=True, usual=False),
        Column(key="unit", label=_("单位"), value=lambda duty: duty.unit.name if duty.unit else "", usual=False),
    )  # fmt: skip


def _filters(viewer: Viewer) -> tuple[Filter, ...]:
    articles = {clause.article: None for article in viewer.rulebook.articles for clause in article.duties}
    return (
        Filter(
            key="task",
            label=_("事项"),
            choices=tuple((task.value, said(label(task))) for task in Task),
            apply=lambda rows, value: rows.filter(task=value),
        ),
        Filter(
            key="state",
            label=_("状态"),
            choices=tuple((str(value), str(name)) for value, name in DutyState.choices),
            apply=lambda rows, value: rows.filter(state=value),
        ),
        Filter(
            key="article",
            label=_("依据"),
            choices=tuple((article, article.partition("-")[2]) for article in articles),
            apply=lambda rows, value: rows.filter(article=value),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office that has to do with a duty, and who holds it today."""

    name: str
    holders: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rung of the ladder as the page shows it."""

    at: datetime
    what: str
    passed: bool


def duty_context(viewer: Viewer, duty: Duty) -> dict[str, Any]:
    """What the page of one shows."""
    seats = _offices(viewer, duty)
    is_open = duty.state == DutyState.OPEN
    reports: Verdict = checks.may_report(viewer.person, duty)
    waives: Verdict = checks.may_waive(viewer.person, duty)
    return {
        "duty": duty,
        "task": said(task_of(duty)),
        "thing": thing_of(duty),
        "place": place_of(duty),
        "state": state_mark(duty),
        "due": due_of(duty),
        "progress": progress(duty),
        "says": said(describe(clause_of(duty), viewer.rulebook)),
        "owes": [Office(name=duty.person.name, holders="")] if duty.person else seats[SeatKind.OWES],
        "owed": seats[SeatKind.OWED],
        "hears": seats[SeatKind.HEARS],
        "waivers": seats[SeatKind.WAIVES],
        "steps": _steps(duty),
        "by_report": checks.is_reported(duty),
        "report_form": ReportForm() if is_open and reports else None,
        "waive_form": WaiveForm() if is_open and waives else None,
        "history": history_of(viewer, ("duty", [duty.key])),
        "cause": _cause(viewer, duty),
    }


def place_of(duty: Duty) -> str:
    """Where what is owed is done."""
    if duty.concern_id is not None:
        return reverse("concern", args=[duty.concern_id])
    if duty.task == Task.FILE_RULES:
        return reverse("rules_new")
    if duty.task in {Task.PUSH, Task.PLAN_WEEK}:
        return reverse("calendar")
    if duty.account_id is not None:
        return reverse("account", args=[duty.account_id])
    if duty.paper_id is not None:
        return reverse("article", args=[duty.paper_id])
    return reverse("article_new") if duty.task == Task.SUPPLY_ARTICLES else ""


def _offices(viewer: Viewer, duty: Duty) -> dict[str, list[Office]]:
    """The offices of a duty by what they have to do with it, with who holds them, in two queries."""
    seats = list(duty.seats.select_related("unit").order_by("level", "pk"))
    held: dict[tuple[int, str], list[str]] = {}
    units = {seat.unit_id for seat in seats}
    appointed = Appointment.objects.on().filter(unit__in=units).order_by("person__name")
    for unit, post, name in appointed.values_list("unit", "post", "person__name"):
        held.setdefault((unit, post), []).append(name)
    found: dict[str, list[Office]] = {kind.value: [] for kind in SeatKind}
    for seat in seats:
        names = listed(held.get((seat.unit_id, seat.post), ())) or _("空缺")
        found[seat.kind].append(Office(name=office(viewer, seat), holders=names))
    return found


def _steps(duty: Duty) -> list[Step]:
    return [
        Step(at=datetime.fromisoformat(at), what=str(RungKind(kind).label), passed=number < duty.rung)
        for number, (at, kind, _level) in enumerate(duty.ladder)
    ]


def _cause(viewer: Viewer, duty: Duty) -> tuple[str, str]:
    """Why it is owed: the event, with its address for whoever may see the ledger, or the period."""
    kind, _colon, number = duty.origin.partition(":")
    if kind != "event":
        return duty.origin, ""
    address = reverse("ledger_event", args=[int(number)]) if viewer.may("ledger.see") else ""
    return _("台账第 %s 条") % number, address


def owed_on_desk(viewer: Viewer, most: int) -> list[Duty]:
    """The first duties the viewer owes, the most urgent first; one more than shown says that there are more."""
    mine = _OWED_BY.all(person=viewer.person, day=clock.today(), now=clock.now())[: most + 1]
    prefetch_related_objects(mine, _owing())
    return mine
