"""What people do with pushes that are on their way: plan, move, cancel, answer, publish by hand, stop.

Each function is one change of state: guard, change, events, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from guanhao.contents import plan
from guanhao.contents.models import Push, Revision
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, WrongState, require
from guanhao.people.models import Person
from guanhao.platforms.registry import platform_of
from guanhao.publishing import allowance, checks, fitting
from guanhao.publishing.answering import answer_ask, confirm_resend, look_again, report_by_hand
from guanhao.publishing.jobs import create_job, operators_address, times
from guanhao.publishing.linking import add_links
from guanhao.publishing.models import PublishJob
from guanhao.publishing.moves import WAITING, apply
from guanhao.publishing.moves import move as move_job
from guanhao.publishing.previewing import ask_preview
from guanhao.publishing.queries import READ_AHEAD
from guanhao.publishing.stopping import ask_lift, lift, stop
from guanhao.publishing.types import EffectClass, JobState, Outcome
from guanhao.registry.models import Account, ObservedCapability
from guanhao.registry.types import CapabilityState

__all__ = [
    "add_links",
    "answer_ask",
    "ask_lift",
    "ask_preview",
    "cancel",
    "confirm_resend",
    "lift",
    "look_again",
    "move",
    "report_by_hand",
    "schedule",
    "stop",
]

_LEFT_NOTHING = (Outcome.NOT_SENT, Outcome.REFUSED, Outcome.REFUSED_TOKEN, Outcome.REFUSED_LATER)
_UNUSABLE = (CapabilityState.REFUSED, CapabilityState.BANNED)


@transaction.atomic
def schedule(
    *,
    actor: Actor,
    person: Person,
    account: Account,
    revisions: Sequence[Revision],
    channel: str,
    due_at: datetime,
    override_reason: str = "",
) -> Push:
    """Plan a push and its job in one transaction. ``override_reason`` as in `plan.plan_push`.

    Raises:
        Refused: by the plan (window, lead time, approval, who may publish), because the account cannot be sent to on
            this channel, or because a revision is on its way already.
    """
    require(usable(account, channel))
    require(fitting.lasts(account, channel, due_at))
    require(allowance.may_plan(account, channel, due_at))
    for revision in revisions:
        require(fitting.complete(revision, channel))
    push = plan.plan_push(
        actor=actor,
        person=person,
        account=account,
        revisions=revisions,
        channel=channel,
        due_at=due_at,
        override_reason=override_reason,
    )
    create_job(actor=actor, push=push)
    return push


def usable(account: Account, channel: str) -> Verdict:
    """Whether the channel exists on the account's platform and no probe found it refused (platform page §2)."""
    traits = platform_of(account.platform).channel(channel)
    if traits is None:
        return Denied(Text(zh="该平台没有这种发布方式。", en="The platform has no such channel."))
    lacking = ObservedCapability.objects.filter(
        account=account, capability__in=traits.needs, state__in=_UNUSABLE
    ).first()
    if lacking is not None:
        return Denied(
            Text(
                zh="检测发现该账号没有相应的接口权限，请改用手工发布。",
                en="The account was found to lack the right to this call; publish by hand instead.",
            )
        )
    return ALLOWED


def job_of(push: Push) -> PublishJob:
    """The push's live job.

    Raises:
        WrongState: it has none any more.
    """
    job: PublishJob | None = (
        PublishJob.objects.select_related("institution", "account", "push")
        .filter(push=push)
        .order_by("-pk")
        .first()
    )
    if job is None:
        raise WrongState(Denied(Text(zh="这次推送没有发布任务。", en="This push has no job.")))
    return job


@transaction.atomic
def move(*, actor: Actor, person: Person, push: Push, due_at: datetime, serial: int) -> Push:
    """Give a push another time; a draft that was staged already is kept for it.

    Raises:
        Refused: without the role, outside a window, or when something may have been sent already.
        WrongState: somebody else changed it first.
    """
    job = job_of(push)
    require(checks.may_handle(person, job))
    require(fitting.lasts(job.account, job.channel, due_at))
    if job.state not in WAITING and not never_sent(job):
        raise Refused(
            Denied(
                Text(
                    zh="已经开始发送，不能再改时间。",
                    en="It has begun to be sent; its time cannot be changed.",
                )
            )
        )
    require(allowance.may_plan(job.account, job.channel, due_at, instead_of=job))
    moved = plan.move_push(actor=actor, person=person, push=push, due_at=due_at, serial=serial)
    if job.state == JobState.ASK:
        move_job(job, JobState.STAGED if job.staged.get("snapshot") else JobState.PLANNED, actor=actor)
    times_now = times(moved)
    if job.state == JobState.STAGED:
        times_now["run_after"] = moved.due_at - READ_AHEAD  # Its draft is there; see `readying`.
    apply(job, {**times_now, **operators_address(actor, job.channel)})
    return moved


def never_sent(job: PublishJob) -> bool:
    """Whether nothing with public effect can have left: asked, and without any attempt at the public call."""
    public = job.tries.filter(effect__in=(EffectClass.PUBLIC, EffectClass.KEYED))
    return job.state == JobState.ASK and not public.exclude(outcome__in=_LEFT_NOTHING).exists()


@transaction.atomic
def cancel(*, actor: Actor, person: Person, push: Push, reason: str) -> None:
    """Take a push back before anything was sent; its articles stay approved, its draft is swept.

    Raises:
        Refused: without the role, without a reason, or when something may have been sent already.
    """
    job = job_of(push)
    if job.state not in WAITING and not never_sent(job):
        raise Refused(
            Denied(Text(zh="已经开始发送，不能取消。", en="It has begun to be sent and cannot be cancelled."))
        )
    require(checks.may_handle(person, job))
    plan.cancel_push(actor=actor, person=person, push=job.push, serial=job.push.serial, reason=reason)
    move_job(
        job,
        JobState.CANCELLED,
        actor=actor,
        cause=Text(zh=reason.strip(), en=reason.strip()),
        sweep_at=clock.now() if job.tries.exists() else None,
    )
