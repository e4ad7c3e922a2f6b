"""From the ledger's events to the deeds that meet duties: which tasks they stand for, and about what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from guanhao.contents.models import Push
from guanhao.contents.types import ContributorKind
from guanhao.contents.weekplan import gaps
from guanhao.core import clock
from guanhao.duties.types import About, Deed
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.process.happenings import article_of
from guanhao.registry.models import Account
from guanhao.rulebook.vocabulary import Task

Deeds = Callable[[Event], Iterator[Deed]]


@dataclass(frozen=True, slots=True)
class Meeting:
    """What an event of the ledger may stand for: these tasks and no others."""

    read: Deeds
    tasks: frozenset[Task]

    def __call__(self, event: Event) -> Iterator[Deed]:
        """What was done; a task that was not announced is a fault of ours, which no clause would have been checked for."""
        for deed in self.read(event):
            if not deed.tasks <= self.tasks:
                raise ValueError(f"{event.action} announced no {sorted(deed.tasks - self.tasks)}")
            yield deed


IN_A_UNITS_NAME = frozenset({ContributorKind.UNIT.value, ContributorKind.OFFICE.value})


def on_account(*tasks: Task) -> Meeting:
    """An event whose subject is the account the duty is about."""

    def done(event: Event) -> Iterator[Deed]:
        yield _deed(event, tasks, About("account", event.subject_id))

    return Meeting(done, frozenset(tasks))


def handed_in(event: Event) -> Iterator[Deed]:
    """An article was handed in: a unit's counts towards its supply, and one that was sent back was revised."""
    article = article_of(event)
    if article is None:
        return
    thing = f"article:{article.pk}"
    yield _deed(event, (Task.TASK,), About("article", str(article.pk)))
    if article.contributor_kind in IN_A_UNITS_NAME:
        yield _deed(event, (Task.SUPPLY_ARTICLES,), About("unit", str(article.owner_unit_id)), counted=thing)


def went_out(event: Event) -> Iterator[Deed]:
    """A push is out: the working day has its push."""
    push = Push.objects.filter(pk=event.facts["push"]).first()
    if push is not None:
        about = About("account", str(push.account_id))
        yield _deed(event, (Task.PUSH,), about, counted=f"push:{push.pk}")


def planned(event: Event) -> Iterator[Deed]:
    """A push got a place: the weekly plan stands once no working day of the coming week lacks one."""
    account = Account.objects.select_related("owner_unit", "institution").get(pk=event.facts["account"])
    today = event.at.astimezone(clock.CHINA).date()
    monday = today + timedelta(days=7 - today.weekday())
    if not gaps(account.institution, monday, [account]):
        yield _deed(event, (Task.PLAN_WEEK,), About("account", str(account.pk)))


def named(event: Event) -> Iterator[Deed]:
    """Somebody was given a post: whoever had to name one has."""
    unit = event.facts["unit"]
    accounts = Account.objects.filter(owner_unit=unit).values_list("pk", flat=True)
    abouts = (About("unit", str(unit)), *(About("account", str(key)) for key in accounts))
    yield _deed(event, (Task.NAME_PERSON,), *abouts, names=(unit, event.facts["post"]))


def rotated(event: Event) -> Iterator[Deed]:
    """A secret was rotated, with proof; the duty is met once nothing that was exposed is left."""
    if not event.facts.get("left"):
        yield from on_account(Task.ROTATE_CREDENTIAL)(event)


def rules_filed(event: Event) -> Iterator[Deed]:
    """A unit's operating rules are on file: for every account of the unit."""
    accounts = Account.objects.filter(owner_unit_id=int(event.subject_id)).values_list("pk", flat=True)
    abouts = (About("unit", event.subject_id), *(About("account", str(key)) for key in accounts))
    yield _deed(event, (Task.FILE_RULES,), *abouts)


def thanked(event: Event) -> Iterator[Deed]:
    """Whoever offered an article was thanked."""
    yield _deed(event, (Task.THANK,), About("article", event.subject_id))


# What takes a deed back: the duties that the latest deed of the same kind about the same thing met are owed again.
TAKES_BACK: dict[Action, Action] = {Action.INSPECTION_TAKEN_BACK: Action.INSPECTION_SUBMITTED}


def taken_back(event: Event) -> Event | None:
    """The deed that the event took back: the last one before it of the same inspection."""
    done = Event.objects.filter(
        action=TAKES_BACK[Action(event.action)], subject_id=event.subject_id, index__lt=event.index
    )
    return next(
        (
            one
            for one in done.order_by("-index")
            if one.facts.get("inspection") == event.facts.get("inspection")
        ),
        None,
    )


MEETS: dict[Action, Meeting] = {
    Action.ACCOUNT_CLOSED: on_account(Task.CLOSE_ACCOUNT),
    Action.ACCOUNT_CLOSURE_FILED: on_account(Task.FILE_CLOSURE),
    Action.ACCOUNT_PERSONS_FILED: on_account(Task.FILE_PERSONS, Task.REGISTER_AGAIN),
    Action.ACCOUNT_VERIFIED: on_account(Task.VERIFY_ACCOUNT),
    Action.APPOINTMENT_BEGUN: Meeting(named, frozenset({Task.NAME_PERSON})),
    Action.ARTICLE_SUBMITTED: Meeting(handed_in, frozenset({Task.TASK, Task.SUPPLY_ARTICLES})),
    Action.ARTICLE_THANKED: Meeting(thanked, frozenset({Task.THANK})),
    Action.CREDENTIAL_ROTATED: Meeting(rotated, frozenset({Task.ROTATE_CREDENTIAL})),
    Action.INSPECTION_SUBMITTED: on_account(Task.INSPECT),
    Action.JOB_PUBLISHED: Meeting(went_out, frozenset({Task.PUSH})),
    Action.MENU_RESTORED: on_account(Task.RESTORE_MENU),
    Action.MENU_UPDATED: on_account(Task.RESTORE_MENU, Task.UPDATE_MENU),
    Action.PROFILE_RESTORED: on_account(Task.RESTORE_PROFILE),
    Action.PROFILE_UPDATED: on_account(Task.RESTORE_PROFILE),
    Action.PUSH_MOVED: Meeting(planned, frozenset({Task.PLAN_WEEK})),
    Action.PUSH_PLANNED: Meeting(planned, frozenset({Task.PLAN_WEEK})),
    Action.RULES_FILED: Meeting(rules_filed, frozenset({Task.FILE_RULES})),
}


def _deed(
    event: Event,
    tasks: tuple[Task, ...],
    *abouts: About,
    counted: str = "",
    names: tuple[int, str] | None = None,
) -> Deed:
    return Deed(
        tasks=frozenset(tasks),
        abouts=abouts,
        at=event.at,
        event=event.index,
        counted=counted or f"event:{event.index}",
        names=names,
    )
