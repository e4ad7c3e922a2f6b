"""From the ledger's events to the happenings that rulebooks open duties on: what happened, to what, whose matter it is.

One function per kind of event, looked up by `OPENS`. What an event does not say (which accounts a unit has) is read as it
stands when the event is drawn, and is written into the duty's own event, so that a rebuild need not ask again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from guanhao.contents.facts import facts_of, facts_of_account, facts_of_unit, parties_of
from guanhao.contents.matters import rulebook_of
from guanhao.contents.models import Article, Push
from guanhao.core import clock
from guanhao.core.memo import settled
from guanhao.core.prepared import Prepared, given
from guanhao.duties.models import Concern
from guanhao.duties.types import HAPPENINGS, About, ConcernKind, Occurrence
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.models import Appointment, Unit
from guanhao.registry.models import Account, Holder
from guanhao.registry.types import GONE, AccountState
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import Parties
from guanhao.rulebook.vocabulary import Effect, Happening, KnownPost, Task

Happenings = Callable[[Event], Iterable[Occurrence]]
H = Happening  # which the table below says often

_ARTICLE: Prepared[Article] = Prepared(
    lambda: (
        Article.objects.filter(pk=given("article"))
        .select_related("account__owner_unit", "owner_unit", "contributor", "institution", "case__rulebook")
        .defer("working", "case__rulebook__content", "case__rulebook__source")[:1]
    )
)
_CHANGES = {
    KnownPost.HEAD: Happening.HEAD_CHANGED,
    KnownPost.LEADER: Happening.LEADER_CHANGED,
    KnownPost.OPERATOR: Happening.OPERATOR_CHANGED,
}
_PERSONS = {
    "first_responsible": Happening.HEAD_CHANGED,
    "supervising_leader": Happening.LEADER_CHANGED,
    "manager": Happening.OPERATOR_CHANGED,
}
_ROTATION = frozenset({Task.ROTATE_CREDENTIAL})
_FILINGS = frozenset({Task.FILE_PERSONS, Task.REGISTER_AGAIN})
_NOT_YET = frozenset({AccountState.APPLIED, AccountState.APPROVED, AccountState.REFUSED})


@dataclass(frozen=True, slots=True)
class Opening:
    """What an event of the ledger may be to a rulebook: these happenings and no others."""

    read: Happenings
    happenings: frozenset[Happening]

    def __call__(self, event: Event) -> Iterator[Occurrence]:
        """What the event was; one that was not announced is a fault of ours, which no clause would have been checked for."""
        for occurrence in self.read(event):
            if occurrence.happening not in self.happenings:
                raise ValueError(f"{event.action} announced no {occurrence.happening}")
            yield occurrence


def origin(event: Event) -> str:
    """How duties name the event they follow from."""
    return f"event:{event.index}"


def about_account(happening: Happening) -> Opening:
    """An event whose subject is an account."""

    def occur(event: Event) -> Iterator[Occurrence]:
        account = Account.objects.select_related("owner_unit").get(pk=event.subject_id)
        yield _of_account(event, account, happening, event.at)

    return Opening(occur, frozenset({happening}))


def account_opened(event: Event) -> Iterator[Occurrence]:
    """An account was opened. One that came with the platform's verification owes none."""
    account = Account.objects.select_related("owner_unit").get(pk=event.subject_id)
    without = frozenset({Task.VERIFY_ACCOUNT}) if account.verified else frozenset()
    yield _of_account(event, account, Happening.ACCOUNT_OPENED, event.at, without=without)


def account_moved(event: Event) -> Iterator[Occurrence]:
    """A step in an account's life that has no event of its own: only its being noted as dormant opens anything."""
    if Effect.REST in event.facts.get("effects", ()):
        yield from about_account(Happening.ACCOUNT_DISUSED)(event)


def account_changed(event: Event) -> Iterator[Occurrence]:
    """Particulars of an account changed: who answers for it, or runs it, may be somebody else now."""
    changed = set(event.facts.get("changed", ()))
    account = Account.objects.select_related("owner_unit").get(pk=event.subject_id)
    for column, happening in _PERSONS.items():
        if column in changed:
            yield _of_account(event, account, happening, event.at)


def operator_added(event: Event) -> Iterator[Occurrence]:
    """An account has one more operator, who knows nothing yet that should be changed; it is filed all the same."""
    account = Account.objects.select_related("owner_unit").get(pk=event.subject_id)
    yield _of_account(event, account, Happening.OPERATOR_CHANGED, event.at, without=_ROTATION)


def pushed(event: Event) -> Iterator[Occurrence]:
    """A push is out: where it was the flagship's, every other account in use is asked to pass it on."""
    push = Push.objects.select_related("account").filter(pk=event.facts["push"]).first()
    if push is None or not push.account.flagship:
        return
    others = Account.objects.active().filter(flagship=False).exclude(pk=push.account_id)
    for account in others.select_related("owner_unit").order_by("pk"):
        yield _of_account(event, account, Happening.FLAGSHIP_PUBLISHED, event.at)


def repost_called(event: Event) -> Iterator[Occurrence]:
    """The office asked these accounts to pass something on: to the rulebook as if the flagship had published it."""
    asked = Account.objects.active().filter(pk__in=event.facts["accounts"])
    for account in asked.select_related("owner_unit").order_by("pk"):
        yield _of_account(event, account, Happening.FLAGSHIP_PUBLISHED, event.at)


def concern_raised(event: Event) -> Iterator[Occurrence]:
    """Somebody brought something up: it is the matter of the unit it concerns."""
    concern = Concern.objects.select_related("unit", "raised_by").get(pk=event.subject_id)
    rulebook = in_force(concern.institution).rulebook
    yield Occurrence(
        happening=HAPPENINGS[ConcernKind(concern.kind)],
        about=About("concern", str(concern.pk)),
        parties=Parties(owner=concern.unit, publisher=concern.unit, subject=concern.raised_by),
        at=event.at,
        origin=origin(event),
        facts=facts_of_unit(concern.unit, rulebook),
        unit=concern.unit,
    )


def post_ended(event: Event) -> Iterator[Occurrence]:
    """Somebody's post ended: who the unit's accounts answer to has changed."""
    at = _effective(event, date.fromisoformat(event.facts["on"]) + timedelta(days=1))
    yield from _post_changed(event, event.facts["unit"], event.facts["post"], at)


def post_begun(event: Event) -> Iterator[Occurrence]:
    """Somebody got a post. A newcomer knows no secret that should be changed; the change is filed all the same."""
    at = _effective(event, date.fromisoformat(event.facts["since"]))
    yield from _post_changed(event, event.facts["unit"], event.facts["post"], at, without=_ROTATION)


def person_left(event: Event) -> Iterator[Occurrence]:
    """Somebody left: every post that ended with it has changed hands, and so has what they held."""
    on = date.fromisoformat(event.facts["on"])
    at = _effective(event, on + timedelta(days=1))
    ended = Appointment.objects.filter(person_id=int(event.subject_id), until__gte=on).order_by("pk")
    for unit, post in ended.values_list("unit", "post"):
        yield from _post_changed(event, unit, post, at)
    held = Holder.objects.filter(person_id=int(event.subject_id)).select_related("account__owner_unit")
    for holder in held.order_by("pk"):
        yield _of_account(event, holder.account, Happening.HOLDER_CHANGED, at)


def article_of(event: Event) -> Article | None:
    """The article that is the event's subject, with all that parties and facts are made of.

    Several consequences of one event ask for it, in one transaction and one after the other; none changes these parts.
    """
    return settled(("article of", event.pk), lambda: _ARTICLE.first(article=event.subject_id))


def about_article(happening: Happening) -> Opening:
    """An event whose subject is an article."""

    def occur(event: Event) -> Iterator[Occurrence]:
        article = article_of(event)
        if article is None:
            return
        yield Occurrence(
            happening=happening,
            about=About("article", str(article.pk)),
            parties=parties_of(article),
            at=event.at,
            origin=origin(event),
            facts=facts_of(article, rulebook_of(article)),
            unit=article.owner_unit,
        )

    return Opening(occur, frozenset({happening}))


_OF_POSTS = frozenset(_CHANGES.values())

OPENS: dict[Action, Opening] = {
    Action.ACCOUNT_CHANGED: Opening(account_changed, frozenset(_PERSONS.values())),
    Action.ACCOUNT_CLOSED: about_account(H.ACCOUNT_CLOSED),
    Action.ACCOUNT_MOVED: Opening(account_moved, frozenset({H.ACCOUNT_DISUSED})),
    Action.ACCOUNT_OPENED: Opening(account_opened, frozenset({H.ACCOUNT_OPENED})),
    Action.ACCOUNT_OPERATOR_ADDED: Opening(operator_added, frozenset({H.OPERATOR_CHANGED})),
    Action.ACCOUNT_OPERATOR_ENDED: about_account(H.OPERATOR_CHANGED),
    Action.ACCOUNT_HOLDER_REMOVED: about_account(H.HOLDER_CHANGED),
    Action.APPOINTMENT_BEGUN: Opening(post_begun, _OF_POSTS),
    Action.APPOINTMENT_ENDED: Opening(post_ended, _OF_POSTS),
    Action.ARTICLE_RETURNED: about_article(H.ARTICLE_RETURNED),
    Action.ARTICLE_SUBMITTED: about_article(H.ARTICLE_SUBMITTED),
    Action.CONCERN_RAISED: Opening(concern_raised, frozenset(HAPPENINGS.values())),
    Action.CREDENTIAL_LEAKED: about_account(H.CREDENTIAL_LEAKED),
    Action.INSPECTION_FAILED: about_account(H.INSPECTION_FAILED),
    Action.JOB_PUBLISHED: Opening(pushed, frozenset({H.FLAGSHIP_PUBLISHED})),
    Action.MENU_APPROVED: about_account(H.MENU_APPROVED),
    Action.MENU_DRIFTED: about_account(H.MENU_DRIFTED),
    Action.REPOST_CALLED: Opening(repost_called, frozenset({H.FLAGSHIP_PUBLISHED})),
    Action.PROFILE_DRIFTED: about_account(H.PROFILE_DRIFTED),
    Action.PERSON_LEFT: Opening(person_left, _OF_POSTS | {H.HOLDER_CHANGED}),
}


def _post_changed(
    event: Event, unit_id: int, post: str, at: datetime, *, without: frozenset[Task] = frozenset()
) -> Iterator[Occurrence]:
    """The accounts of the unit have another head, leader or operator, where the post is one of these."""
    unit = Unit.objects.get(pk=unit_id)
    known = in_force(unit.institution, at.astimezone(clock.CHINA).date()).rulebook.posts.get(post)
    if known is None or known.known is None:
        return
    accounts = Account.objects.filter(owner_unit=unit).exclude(state__in=GONE)
    for account in accounts.select_related("owner_unit").order_by("pk"):
        yield _of_account(event, account, _CHANGES[known.known], at, without=without)


def _of_account(
    event: Event,
    account: Account,
    happening: Happening,
    at: datetime,
    *,
    without: frozenset[Task] = frozenset(),
) -> Occurrence:
    rulebook = in_force(account.institution).rulebook
    return Occurrence(
        happening=happening,
        about=About("account", str(account.pk)),
        parties=Parties(owner=account.owner_unit, publisher=account.owner_unit),
        at=at,
        origin=origin(event),
        facts=facts_of_account(account, rulebook),
        unit=account.owner_unit,
        without=without if _on_file(account, event) else without | _FILINGS,
    )


def _on_file(account: Account, event: Event) -> bool:
    """Whether there was something to file anew: who was named before the first filing is in that filing."""
    first = account.filings.order_by("filed_at").values_list("filed_at", flat=True).first()
    return account.state not in _NOT_YET if first is None else first < event.at


def _effective(event: Event, day: date) -> datetime:
    """When a change that was entered takes effect: at once, or on a day to come."""
    return (
        max(event.at, datetime.combine(day, time(), clock.CHINA))
        if day > _day(event) + timedelta(days=1)
        else event.at
    )


def _day(event: Event) -> date:
    return event.at.astimezone(clock.CHINA).date()
