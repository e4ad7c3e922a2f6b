"""The plan of pushes: what goes out when on which account. Refusals cite their article; nothing is half planned.

Called by `publishing.actions`, which adds the job in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from guanhao.contents import attaching, checks, placing
from guanhao.contents.matters import Occasion, classes_of
from guanhao.contents.models import Article, Finding, Push, PushItem, Revision
from guanhao.contents.placing import Placing
from guanhao.contents.types import ArticleState, FindingState, Force, PushState, Stage
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.registry.models import Account

MOVABLE = (PushState.PLANNED, PushState.ASK)


class MovedByOthers(WrongState):
    """The push was changed by somebody else meanwhile, or is on its way already."""

    def __init__(self) -> None:
        super().__init__(
            Denied(
                Text(
                    zh="这次推送刚被别人改过，或已开始发送。",
                    en="Somebody else has just changed the push, or it is being sent.",
                )
            )
        )


@transaction.atomic
def plan_push(
    *,
    actor: Actor,
    person: Person,
    account: Account,
    revisions: Sequence[Revision],
    channel: str,
    due_at: datetime,
    override_reason: str = "",
) -> Push:
    """Give approved revisions a place: the first is the headline (头条), the others follow in order.

    ``override_reason`` lets findings pass whose clause names a role the person holds (a window, the lead time).

    Raises:
        checks.Blocked: the rulebook's checks; carries every finding.
        Refused: channel, time, account, approval, another push, or not the person's to publish.
    """
    revisions = _locked(revisions)
    wish = Placing(person=person, account=account, revisions=revisions, channel=channel, due_at=due_at)
    require(placing.may_place(wish))
    push = Push(
        institution_id=account.institution_id,
        account=account,
        channel=channel,
        due_at=due_at,
        content_classes=_classes(revisions),
        planned_by=person,
        planned_at=clock.now(),
    )
    _require_lawful(actor, wish, push.planned_at, override_reason)
    push.save()
    for position, revision in enumerate(revisions):
        PushItem(institution_id=push.institution_id, push=push, position=position, revision=revision).save()
    _articles(revisions).update(state=ArticleState.SCHEDULED, changed_at=clock.now())
    _tell(actor, Action.PUSH_PLANNED, push, {"items": [revision.hash for revision in revisions]})
    return push


@transaction.atomic
def move_push(
    *, actor: Actor, person: Person, push: Push, due_at: datetime, serial: int, override_reason: str = ""
) -> Push:
    """Give a push another time. ``serial`` is what the person saw; whoever moves it answers for it from then on.

    Raises:
        checks.Blocked, Refused: as `plan_push`, for the new time.
        MovedByOthers: the serial is not the newest, or it is being sent.
    """
    revisions = _locked([item.revision for item in push.items.filter(live=True).select_related("revision")])
    wish = Placing(
        person=person,
        account=push.account,
        revisions=revisions,
        channel=push.channel,
        due_at=due_at,
        push_id=push.pk,
    )
    require(placing.may_place(wish))
    _require_lawful(actor, wish, push.planned_at, override_reason)
    before = push.due_at
    fresh = Push.objects.filter(pk=push.pk, serial=serial, state__in=MOVABLE)
    if fresh.update(due_at=due_at, planned_by=person, serial=F("serial") + 1) != 1:
        raise MovedByOthers
    push.refresh_from_db()
    _tell(actor, Action.PUSH_MOVED, push, {"before": before.isoformat()})
    return push


@transaction.atomic
def cancel_push(*, actor: Actor, person: Person, push: Push, serial: int, reason: str) -> Push:
    """Take a push that is not being sent out of the plan; its articles stay approved and can be planned again.

    Raises:
        Refused: no reason, or not the person's to publish.
        MovedByOthers: the serial is not the newest, or it is being sent.
    """
    revisions = _locked([item.revision for item in push.items.filter(live=True).select_related("revision")])
    for revision in revisions:
        require(placing.may_publish(person, revision.article))
    if not reason.strip():
        raise Refused(Denied(Text(zh="请写明取消的理由。", en="Say why it is cancelled.")))
    fresh = Push.objects.filter(pk=push.pk, serial=serial, state__in=MOVABLE)
    if fresh.update(state=PushState.CANCELLED, serial=F("serial") + 1) != 1:
        raise MovedByOthers
    PushItem.objects.filter(push=push).update(live=False)
    _articles(revisions).filter(state=ArticleState.SCHEDULED).update(
        state=ArticleState.APPROVED, changed_at=clock.now()
    )
    push.refresh_from_db()
    _tell(actor, Action.PUSH_CANCELLED, push, {}, detail={"reason": reason.strip()})
    return push


@transaction.atomic
def note_findings(
    *, person: Person, account: Account, revisions: Sequence[Revision], channel: str, due_at: datetime
) -> list[Finding]:
    """Keep what the schedule checks say against a time, so that a holder of the role their clauses name can let it pass.

    For when a refused plan is taken to somebody else; once they have settled it, the same plan passes.
    """
    wish = Placing(
        person=person, account=account, revisions=_locked(revisions), channel=channel, due_at=due_at
    )
    require(placing.may_place(wish))
    occasion = Occasion(due_at=due_at, person=person, planned_at=clock.now())
    return [one for each in wish.revisions for one in checks.run(each, Stage.SCHEDULE, occasion=occasion)]


def nearest_lawful(
    *, person: Person, account: Account, revisions: Sequence[Revision], channel: str, after: datetime
) -> datetime | None:
    """The first time from ``after`` on at which no timing rule would block these revisions; see `placing`."""
    return placing.nearest_lawful(
        Placing(person=person, account=account, revisions=revisions, channel=channel, due_at=after)
    )


def _locked(revisions: Sequence[Revision]) -> list[Revision]:
    """The revisions in their order, their articles locked (in the order of keys, so that two planners cannot deadlock)."""
    keys = sorted(revision.article_id for revision in revisions)
    rows = Article.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    related = ("account__owner_unit", "owner_unit", "contributor", "institution", "case__rulebook", "current")
    articles = {article.pk: article for article in rows.select_related(*related)}
    for revision in revisions:
        revision.article = articles[revision.article_id]
    return list(revisions)


def _require_lawful(actor: Actor, wish: Placing, planned_at: datetime, override_reason: str) -> None:
    """Ask the schedule checks of every item; settle what the person may let pass and gives a reason for."""
    occasion = Occasion(due_at=wish.due_at, person=wish.person, planned_at=planned_at)
    findings: list[Finding] = []
    for revision in wish.revisions:
        checks.run(revision, Stage.SCHEDULE, occasion=occasion)
        for finding in checks.blocking(revision, (Stage.SCHEDULE,)):
            if override_reason.strip() and finding.override_role:
                finding = attaching.settle_finding(
                    actor=actor, person=wish.person, finding=finding, reason=override_reason
                )
            findings.append(finding)
    checks.require_clear(
        one for one in findings if one.force == Force.BLOCK and one.state == FindingState.OPEN
    )


def _classes(revisions: Sequence[Revision]) -> list[str]:
    return sorted({key for revision in revisions for key in classes_of(revision.article)})


def _articles(revisions: Sequence[Revision]) -> Any:
    return Article.objects.filter(pk__in=[revision.article_id for revision in revisions])


def _tell(
    actor: Actor, action: Action, push: Push, facts: dict[str, Any], *, detail: dict[str, Any] | None = None
) -> None:
    record(
        institution=push.institution,
        actor=actor,
        action=action,
        subject=Subject("push", str(push.pk), push.account.name),
        facts={
            "account": push.account_id,
            "channel": push.channel,
            "due_at": push.due_at.isoformat(),
            **facts,
        },
        detail=detail,
    )
