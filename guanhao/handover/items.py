"""What a person would leave behind, read from the register, custody, cases, contents and duties as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.db.models import Exists, OuterRef

from guanhao.cases.eligibility import deciders
from guanhao.cases.models import Step
from guanhao.contents.guards import IN_A_UNITS_NAME
from guanhao.contents.models import Article, Push
from guanhao.contents.types import ArticleState, PushState
from guanhao.core.text import Text
from guanhao.duties.models import Duty, Seat
from guanhao.duties.naming import clause_of, task_of, thing_of
from guanhao.duties.types import SeatKind
from guanhao.handover.types import Item, ItemKind
from guanhao.people.models import Appointment, Institution, Person
from guanhao.people.queries import AppointmentQuerySet
from guanhao.registry.checks import least_holders
from guanhao.registry.models import Account, Connection, Holder, Operator
from guanhao.registry.types import GONE
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.parties import Post

_IN_HAND = (
    ArticleState.DRAFT,
    ArticleState.IN_REVIEW,
    ArticleState.RETURNED,
    ArticleState.APPROVED,
    ArticleState.SCHEDULED,
)
_MUST = Text("须有人接任。", "Somebody must take it on.")
_COLUMNS = {
    ItemKind.FIRST_RESPONSIBLE: ("first_responsible", _MUST),
    ItemKind.LEADER: ("supervising_leader", _MUST),
    ItemKind.MANAGER: ("manager", _MUST),
    ItemKind.BOUND: (
        "bound_administrator",
        Text(
            "须在平台上把绑定的管理员（微信或手机号）换成接手人，再在此登记。",
            "On the platform the bound administrator (WeChat or phone) is changed to the heir; entered here with it.",
        ),
    ),
}


def items_of(person: Person) -> list[Item]:
    """The whole checklist, what needs an heir first."""
    readers: tuple[Callable[[Person], Iterator[Item]], ...] = (
        _answered_for, _held, _operated, _posts, _owed, _steps, _authorised, _articles, _pushes,
    )  # fmt: skip
    found = [item for reader in readers for item in reader(person)]
    return sorted(found, key=lambda item: not item.needs)


def _answered_for(person: Person) -> Iterator[Item]:
    for kind, (column, note) in _COLUMNS.items():
        for account in Account.objects.exclude(state__in=GONE).filter(**{column: person}).order_by("pk"):
            yield Item(kind, account.pk, Text(account.name), account, note, takes_heir=True, needs=True)


def _held(person: Person) -> Iterator[Item]:
    rows = Holder.objects.filter(person=person).select_related("account__institution").order_by("pk")
    for holder in rows:
        least, _clause = least_holders(holder.account)
        needs = Holder.objects.filter(account=holder.account).count() - 1 < least
        note = (
            Text("是最后的保管人，须有人接手。", "The last holder; somebody must take the slot.")
            if needs
            else Text("离开即失去；其知道的密钥须更换。", "Lost with leaving; what they know is replaced.")
        )
        account = holder.account
        yield Item(
            ItemKind.HOLDER, account.pk, Text(account.name), account, note, takes_heir=True, needs=needs
        )


def _operated(person: Person) -> Iterator[Item]:
    rows = Operator.objects.serving().filter(person=person).exclude(account__state__in=GONE)
    for operator in rows.select_related("account__institution").order_by("pk"):
        account = operator.account
        others = account.operators.serving().exclude(person=person).exists()
        note = Text("在平台上移除其运营者权限。", "Take the operator's right away on the platform.")
        yield Item(
            ItemKind.OPERATOR,
            account.pk,
            Text(account.name),
            account,
            note,
            takes_heir=True,
            needs=not others,
        )


def _posts(person: Person) -> Iterator[Item]:
    posts = _posts_of(person.institution)
    for held in Appointment.objects.on().filter(person=person).select_related("unit").order_by("pk"):
        alone = not _others_at(held).exists()
        needs = alone and _left_alone(held, person)
        note = (
            Text(
                "有环节或义务只等这一任职，须有人接任。",
                "Steps or duties wait for this post alone; it must be filled.",
            )
            if needs
            else Text("离开即结束。", "It ends with leaving.")
        )
        yield Item(
            ItemKind.POST,
            held.pk,
            _of_post(held, posts),
            held,
            note,
            takes_heir=alone,
            needs=needs,
        )


def _posts_of(institution: Institution) -> Mapping[str, Post]:
    """The rulebook's words for posts; none where no rulebook is in force."""
    try:
        return in_force(institution).rulebook.posts
    except NoRulebook:
        return {}


def _of_post(held: Appointment, posts: Mapping[str, Post]) -> Text:
    """A unit and a post in the rulebook's words; a post the rulebook no longer has keeps its key."""
    title = posts[held.post].title if held.post in posts else Text(held.post)
    return Text(f"{held.unit.name} · {title.zh}", f"{held.unit.name} · {title.en or title.zh}")


def _of_step(step: Step) -> Text:
    label = step.case.label
    return Text(f"{label} · {step.title_zh}", f"{label} · {step.title_en or step.title_zh}")


def _others_at(held: Appointment) -> AppointmentQuerySet:
    rows = Appointment.objects.on().filter(unit=held.unit, post=held.post)
    return rows.exclude(person=held.person)


def _left_alone(held: Appointment, person: Person) -> bool:
    waiting = Step.objects.waiting().filter(unit=held.unit, post=held.post)
    return any(not _without(step, person) for step in waiting) or _owes_alone(held)


def _owes_alone(held: Appointment) -> bool:
    """Whether the post, which nobody else holds, owes something that no other office owes as well."""
    taken = Appointment.objects.on().filter(unit=OuterRef("unit"), post=OuterRef("post"), person__active=True)
    seats = Seat.objects.filter(kind=SeatKind.OWES)
    here = seats.filter(unit=held.unit, post=held.post)
    others = seats.exclude(unit=held.unit, post=held.post).filter(Exists(taken)).values("duty")
    owed: bool = Duty.objects.open().filter(pk__in=here.values("duty")).exclude(pk__in=others).exists()
    return owed


def _without(step: Step, person: Person) -> list[Person]:
    return [one for one in deciders(step) if one.pk != person.pk]


def _owed(person: Person) -> Iterator[Item]:
    """What the person owes for themselves, and what they owe through a post, which its next holder does."""
    related = ("account", "paper", "concern__unit", "unit", "rulebook")
    open_ones = Duty.objects.open().select_related(*related)
    for duty in open_ones.filter(person=person).order_by("event"):
        passes = _can_pass(duty)
        note = (
            Text("由本人承担，须有人接着办。", "Owed by the person; somebody must go on with it.")
            if passes
            else Text("只关系本人，离开即结束。", "It concerns the person alone and ends with leaving.")
        )
        yield Item(ItemKind.DUTY, duty.event, _of_duty(duty), duty, note, takes_heir=passes, needs=passes)
    held = Appointment.objects.on().filter(person=person, unit=OuterRef("unit"), post=OuterRef("post"))
    seats = Seat.objects.filter(Exists(held), kind=SeatKind.OWES)
    for duty in open_ones.filter(pk__in=seats.values("duty"), person__isnull=True).order_by(
        "due_at", "event"
    ):
        note = Text("随任职移交，由接任者承担。", "It goes with the post; whoever holds it next owes it.")
        yield Item(ItemKind.DUTY, duty.event, _of_duty(duty), duty, note)


def _can_pass(duty: Duty) -> bool:
    """Whether somebody else can do it: not what each owes for themselves, nor an article offered in one's own name."""
    own_paper = duty.paper is not None and duty.paper.contributor_kind not in IN_A_UNITS_NAME
    return not clause_of(duty).each and not own_paper


def _of_duty(duty: Duty) -> Text:
    task, thing = task_of(duty), thing_of(duty)
    return Text(f"{task.zh} · {thing}", f"{task.en or task.zh} · {thing}")


def _steps(person: Person) -> Iterator[Item]:
    for step in Step.objects.waiting_for(person).select_related("case").order_by("pk"):
        others = _without(step, person)
        note = (
            Text(f"另有 {len(others)} 人可办。", f"{len(others)} other(s) can decide it.")
            if others
            else Text("由接任者办理。", "Whoever takes the post decides it.")
        )
        yield Item(ItemKind.STEP, step.pk, _of_step(step), step, note)


def _authorised(person: Person) -> Iterator[Item]:
    rows = Connection.objects.filter(by=person, ended_at__isnull=True).select_related("account")
    for connection in rows.order_by("pk"):
        account = connection.account
        note = Text(
            "授权由此人取得，请接手人重新授权。", "They gave the authorisation; somebody else renews it."
        )
        yield Item(ItemKind.CONNECTION, account.pk, Text(account.name), account, note)


def _articles(person: Person) -> Iterator[Item]:
    rows = Article.objects.filter(contributor=person, state__in=_IN_HAND).select_related("owner_unit")
    for article in rows.order_by("pk"):
        note = Text(
            f"留在{article.owner_unit.name}，由同事接着办。", f"It stays with {article.owner_unit.name}."
        )
        yield Item(ItemKind.ARTICLE, article.pk, Text(article.title), article, note)


def _pushes(person: Person) -> Iterator[Item]:
    rows = Push.objects.filter(planned_by=person, state=PushState.PLANNED).select_related("account")
    for push in rows.order_by("due_at"):
        note = Text(
            "照排期发布，由发布职责的其他人负责。",
            "It goes out as planned; the other publishers look after it.",
        )
        yield Item(ItemKind.PUSH, push.pk, Text(push.account.name), push, note)
