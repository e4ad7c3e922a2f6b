"""Withdrawing what is out (撤回): an act of its own with authority, reason and record; the machine removes, or a person does.

1. Somebody who may asks, with a reason. On a flagship account, or for a whole push of several articles, a second person
   has to agree; otherwise who asks decides. Nothing else is waited for: no route, no window.
2. `steps.withdraw` has the platform remove it (class R: it may be repeated, gone already is done). Where the platform or
   the channel cannot, it becomes a task by hand, closed by a person who says how they know that it is gone.
3. When all of a push is gone its job is REMOVED; one article of several only leaves its place.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction

from guanhao.contents.models import Asset
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, may
from guanhao.platforms.types import AnswerClass
from guanhao.publishing import checks
from guanhao.publishing.models import JobItem, PublishJob, Withdrawal, worded
from guanhao.publishing.moves import PUBLISHER, move
from guanhao.publishing.removing import Removed
from guanhao.publishing.types import JobState, WithdrawalState
from guanhao.steps.claims import finish, retry
from guanhao.steps.clock import database_now
from guanhao.steps.types import Retry, Worker

MOST_REASON = 500
PLAN = Retry(first=timedelta(seconds=20), longest=timedelta(minutes=10), cap=12)
OPEN = (WithdrawalState.ASKED, WithdrawalState.ORDERED, WithdrawalState.BY_HAND)
_CHANGED = Denied(Text(zh="撤回的状态刚刚有变化，请刷新。", en="The withdrawal has just changed; reload."))
_WORN = Text(
    zh="多次尝试后仍不能确认已删除，请在平台上查看并手工删除。",
    en="The removal could not be confirmed after several tries; see the platform and remove it by hand.",
)


def may_withdraw(person: Person, job: PublishJob) -> Verdict:
    """Whether the person may have it taken down: the competent office, or who the rulebook lets publish it."""
    return ALLOWED if may(person, Permission.PUBLISHING_WITHDRAW) else checks.may_handle(person, job)


def takes_two(job: PublishJob, item: JobItem | None) -> bool:
    """Whether a second person has to agree: on a flagship account, or for several articles at once."""
    return bool(job.account.flagship) or (item is None and job.items.filter(live=True).count() > 1)


@transaction.atomic
def ask_withdrawal(
    *, actor: Actor, person: Person, job: PublishJob, item: JobItem | None, reason: str
) -> Withdrawal:
    """Ask that one article of a push, or all of it where ``item`` is nothing, is taken down.

    Raises:
        Refused: without the authority, without a reason, or for what is not out.
        WrongState: it is being withdrawn already.
    """
    require(may_withdraw(person, job))
    reason = _reason(reason)
    if job.state != JobState.PUBLISHED:
        raise Refused(
            Denied(Text(zh="只有已发布的才能撤回。", en="Only what is published can be withdrawn."))
        )
    two = takes_two(job, item)
    now = database_now()
    order = Withdrawal(
        institution_id=job.institution_id,
        job=job,
        item=item,
        reason=reason,
        takes_two=two,
        state=WithdrawalState.ASKED if two else WithdrawalState.ORDERED,
        asked_by=person,
        asked_at=now,
        decided_by=None if two else person,
        decided_at=None if two else now,
        run_after=now,
    )
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError:
        raise WrongState(Denied(Text(zh="已经有人提出撤回。", en="Somebody asked for it already."))) from None
    _tell(actor, order, Action.WITHDRAWAL_ASKED if two else Action.WITHDRAWAL_ORDERED, reason=reason)
    return order


@transaction.atomic
def agree(*, actor: Actor, person: Person, order: Withdrawal) -> None:
    """The second person's yes.

    Raises:
        Refused: without the authority, or by the one who asked.
        WrongState: it is decided already.
    """
    require(may_withdraw(person, order.job))
    if checks.same_person(order.asked_by, person):
        raise Refused(
            Denied(Text(zh="须由另一人同意撤回。", en="Another person has to agree to the withdrawal."))
        )
    _change(
        order,
        WithdrawalState.ASKED,
        state=WithdrawalState.ORDERED,
        decided_by=person,
        decided_at=database_now(),
        run_after=database_now(),
    )
    _tell(actor, order, Action.WITHDRAWAL_ORDERED, reason=order.reason)


@transaction.atomic
def drop(*, actor: Actor, person: Person, order: Withdrawal, reason: str) -> None:
    """Decline a withdrawal that waits for the second person, or take it back.

    Raises:
        Refused: without the authority or a reason.
        WrongState: it is decided already.
    """
    require(may_withdraw(person, order.job))
    reason = _reason(reason)
    _change(order, WithdrawalState.ASKED, state=WithdrawalState.DROPPED, finished_at=database_now())
    _tell(actor, order, Action.WITHDRAWAL_DROPPED, reason=reason)


@transaction.atomic
def confirm_gone(
    *, actor: Actor, person: Person, order: Withdrawal, note: str, screenshot: Asset | None = None
) -> None:
    """Say that it was removed by hand, with a screenshot or how one knows (the link opens no more).

    Raises:
        Refused: without the authority, or without either.
        WrongState: it is no task by hand.
    """
    require(may_withdraw(person, order.job))
    note = note.strip()[:MOST_REASON]
    if not note and screenshot is None:
        raise Refused(
            Denied(
                Text(
                    zh="请写明怎样确认已删除，或上传截图。",
                    en="Say how you know that it is gone, or upload a screenshot.",
                )
            )
        )
    _change(
        order,
        WithdrawalState.BY_HAND,
        state=WithdrawalState.DONE,
        confirmed_by=person,
        screenshot=screenshot,
        note=note,
        finished_at=database_now(),
    )
    _gone(actor, order)
    _tell(actor, order, Action.WITHDRAWAL_DONE, reason=note)


def take_in(order: Withdrawal, worker: Worker, removed: Removed) -> None:
    """Write what one removal amounts to, in the transaction of its outcome."""
    if removed.done:
        fields = {"state": WithdrawalState.DONE, **worded(removed.sentence)}
        finish(order, worker, finished_at=database_now(), **fields)
        _gone(PUBLISHER, order)
        _tell(PUBLISHER, order, Action.WITHDRAWAL_DONE, reason=removed.sentence.zh)
    elif removed.outcome is AnswerClass.REFUSED or order.attempts >= PLAN.cap:
        why = removed.sentence if removed.outcome is AnswerClass.REFUSED else _WORN
        leave_to_people(order, worker, why)
    else:
        retry(order, worker, removed.sentence.en, plan=PLAN, **worded(removed.sentence))


def leave_to_people(order: Withdrawal, worker: Worker, why: Text) -> None:
    """Make it a task by hand, in the caller's transaction."""
    finish(order, worker, state=WithdrawalState.BY_HAND, **worded(why))
    _tell(PUBLISHER, order, Action.WITHDRAWAL_BY_HAND, reason=why.zh)


def _gone(actor: Actor, order: Withdrawal) -> None:
    """The place is free again; with the last of them the job is over."""
    job: PublishJob = PublishJob.objects.select_related("institution", "account").get(pk=order.job_id)
    items = JobItem.objects.filter(job=job, live=True)
    if order.item_id is not None and items.exclude(pk=order.item_id).exists():
        items.filter(pk=order.item_id).update(live=False)
        return
    if job.state == JobState.PUBLISHED:
        why = Text(zh=f"已撤回：{order.reason}", en=f"Withdrawn: {order.reason}")
        move(job, JobState.REMOVED, actor=actor, cause=why, facts={"withdrawal": order.pk})


def _change(order: Withdrawal, start: WithdrawalState, **fields: object) -> None:
    if Withdrawal.objects.filter(pk=order.pk, state=start).update(**fields) != 1:
        raise WrongState(_CHANGED)
    for name, value in fields.items():
        setattr(order, name, value)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(
            Denied(Text(zh="请写明理由（500 字以内）。", en="Give a reason of at most 500 characters."))
        )
    return reason


def _tell(actor: Actor, order: Withdrawal, action: Action, *, reason: str) -> None:
    record(
        institution=order.job.institution,
        actor=actor,
        action=action,
        subject=Subject("withdrawal", str(order.pk), order.job.account.name),
        facts={
            "job": order.job_id,
            "item": order.item_id,
            "takes_two": order.takes_two,
            "asked_by": order.asked_by_id,
            "decided_by": order.decided_by_id,
        },
        detail={"reason": reason},
    )
