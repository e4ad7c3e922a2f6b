"""The publisher's steps: each claims one job, does one thing with it, and answers whether there was work.

Two queues: `PUBLISH` brings jobs out, `LOOK` reads what became of them, so that neither starves the other (RS7).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from guanhao.core import tenancy
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.publishing import breaker, checks, due, epoch, looking, sending, withdrawing
from guanhao.publishing.channels import DRIVERS, by_api, work_on
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.handling import PATIENT, handle
from guanhao.publishing.models import Attempt, PublishJob, Withdrawal, worded
from guanhao.publishing.moves import move
from guanhao.publishing.points import Point, passing
from guanhao.publishing.previewing import preview_one
from guanhao.publishing.removing import take_down
from guanhao.publishing.types import AskWhy, JobState, WithdrawalState
from guanhao.publishing.volleys import send_due
from guanhao.publishing.work import REST, Put, Work
from guanhao.registry.tokens import NoToken
from guanhao.steps.claims import Due, claim, lockable, release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Step, Worker

FAR = 3600.0
JUST_NOW = timedelta(seconds=0.25)  # longer than a round without work takes
SOON = 0.005  # the least a publisher rests, so that a push it cannot take does not keep a processor busy
SWEEP_AGAIN = timedelta(minutes=30)

_BY_HAND = Text(
    zh="请按审批通过的内容手工发布，然后登记链接。",
    en="Publish the approved content by hand, then give the link.",
)
_MISSED = Text(zh="错过了推送时间，没有发送。", en="The push's time passed; nothing was sent.")


_NEXT_DUE: Prepared[datetime] = Prepared(
    lambda: (
        PublishJob.objects.filter(state=JobState.STAGED, due_at__gt=given("now"))
        .order_by("due_at")
        .values_list("due_at", flat=True)[:1]
    )
)


def _each(worker: Worker, jobs: Due[PublishJob], act: Callable[[Work], None]) -> bool:
    with tenancy.everywhere("the publisher serves every institution"):
        job = claim(jobs, worker, PATIENT)
    if job is None:
        return False
    with tenancy.within(job.institution):
        handle(job, worker, act)
    return True


# --- Out ------------------------------------------------------------------------------------------------------------


def stage(worker: Worker) -> bool:
    """Prepare one planned job: a draft on the platform, or the sheet for publishing by hand."""
    epoch.hold_if_restored()
    return _each(worker, due.TO_STAGE, _stage)


def _stage(work: Work) -> None:
    job = work.job
    gate = checks.gate(job)
    if not gate:
        raise Put(gate)
    if not by_api(job.channel):
        raise Put(Gate(Denied(_BY_HAND), Barrier.ASK, AskWhy.BY_HAND))
    if job.state == JobState.PLANNED:
        with transaction.atomic():
            move(job, JobState.STAGING, worker=work.worker, hold=True)
    passing(Point.STAGING_BEGUN)
    DRIVERS[job.channel].stage(work)


def send(worker: Worker) -> bool:
    """Send one staged job whose time has come; a worker with slots sends all of them, several at a time."""
    if worker.slots is not None:
        return send_due(worker, worker.slots)
    epoch.hold_if_restored()
    return _each(worker, due.TO_SEND, sending.send)


def make_ready(worker: Worker) -> bool:
    """Ask about one staged job, shortly before its time, what need not be asked at the time."""
    epoch.hold_if_restored()
    return _each(worker, due.TO_MAKE_READY, sending.make_ready)


def repeat(worker: Worker) -> bool:
    """Make one unanswered call again under its key: only so can be learnt whether it landed (class Q).

    A worker with slots makes it in one of them, as every public call (`send`).
    """
    if worker.slots is not None:
        return False
    epoch.hold_if_restored()
    return _each(worker, due.TO_REPEAT, sending.repeat)


def miss(worker: Worker) -> bool:  # noqa: ARG001 - every step has this form.
    """Put one job that missed its time before a person, whatever held it back (§2.7, 4)."""
    with tenancy.everywhere("missed jobs of every institution"):
        missed = PublishJob.objects.select_related("institution", "account").missed()
        if not missed.exists():
            return False  # An idle look must not take SQLite's write lock.
        with transaction.atomic():
            job = lockable(missed).first()
            return job is not None and _missed(job)


def _missed(job: PublishJob) -> bool:
    why, cause = (AskWhy.WINDOW_MISSED, _MISSED) if by_api(job.channel) else (AskWhy.BY_HAND, _BY_HAND)
    if job.cause and why == AskWhy.WINDOW_MISSED:
        cause = Text(
            zh=f"{_MISSED.zh}原因：{job.cause}", en=f"{_MISSED.en} The reason: {job.cause_en or job.cause}"
        )
    with tenancy.within(job.institution):
        move(job, JobState.ASK, ask_why=why, cause=cause, set_aside_at=None, set_aside_why="")
    return True


# --- Back -----------------------------------------------------------------------------------------------------------


def recover(worker: Worker) -> bool:
    """Take over one armed job whose worker is gone."""
    return _each(worker, due.ARMED, looking.recover)


def look(worker: Worker) -> bool:
    """Look once whether an unanswered call landed."""
    return _each(worker, due.UNKNOWN, looking.look)


def poll(worker: Worker) -> bool:
    """Look once how an accepted task stands."""
    return _each(worker, due.ACCEPTED, looking.poll)


def recheck(worker: Worker) -> bool:
    """Look once whether a publication is still there (0 may later become 5 or 6)."""
    return _each(worker, due.PUBLISHED, looking.recheck)


def sweep(worker: Worker) -> bool:
    """Delete leftover drafts of one job that is over. Taken by a conditional update, besides the job's lease."""
    with tenancy.everywhere("leftover drafts of every institution"):
        job = PublishJob.objects.select_related("institution", "account").to_sweep().first()
        if job is None:
            return False
        taken = PublishJob.objects.filter(pk=job.pk, sweep_at=job.sweep_at).update(
            sweep_at=database_now() + SWEEP_AGAIN
        )
    if taken != 1:
        return True
    with tenancy.within(job.institution):
        _sweep(job, worker)
    return True


def _sweep(job: PublishJob, worker: Worker) -> None:
    try:
        if by_api(job.channel):
            DRIVERS[job.channel].sweep(work_on(job, worker, leased=False))
    except (Put, NoToken):
        return  # It was put off when it was taken.
    PublishJob.objects.filter(pk=job.pk).update(sweep_at=None)


def withdraw(worker: Worker) -> bool:
    """Have the platform take one thing down that somebody decided to withdraw (class R: it may be repeated)."""
    with tenancy.everywhere("withdrawals of every institution"):
        orders = Withdrawal.objects.filter(state=WithdrawalState.ORDERED).select_related(
            "job__institution", "job__account", "job__push", "item", "institution"
        )
        order = claim(orders, worker, PATIENT)
    if order is None:
        return False
    with tenancy.within(order.institution):
        _withdraw(order, worker)
    return True


def _withdraw(order: Withdrawal, worker: Worker) -> None:
    work = work_on(order.job, worker, leased=False)
    try:
        take_down(work, order.item, lambda removed: withdrawing.take_in(order, worker, removed))
    except NoToken as trouble:
        if trouble.lasting:
            with transaction.atomic():
                withdrawing.leave_to_people(order, worker, trouble.sentence)
        else:
            release(order, worker, database_now() + REST, **worded(trouble.sentence))


def probe(worker: Worker) -> bool:
    """Ask a platform whose breaker is open something harmless; an answer closes it (§2.8)."""
    platform = breaker.take_probe()
    if platform is None:
        return False
    with tenancy.everywhere("the account whose send went unanswered, whichever institution's"):
        last = (
            Attempt.objects.filter(account__platform=platform, effect__in=breaker.PUBLIC)
            .select_related("job__institution", "job__account")
            .latest("pk")
        )
    assert last.job is not None
    with tenancy.within(last.job.institution):
        if _answers(last.job, worker):
            breaker.close(platform)
    return True


def _answers(job: PublishJob, worker: Worker) -> bool:
    try:
        answer = DRIVERS[job.channel].probe(work_on(job, worker, leased=False))
    except NoToken:
        return False
    return answer.done or answer.errcode is not None


def seconds_to_next() -> float:
    """How long until the next staged push is due, so that an idle publisher wakes at its time and not after it.

    One that became due between the look for work and this question counts too: the publisher would sleep through it.
    """
    now = database_now()
    with tenancy.everywhere("the publisher serves every institution"):
        next_due = _NEXT_DUE.first(now=now - JUST_NOW)
    return FAR if next_due is None else max((next_due - now).total_seconds(), SOON)


# What makes public calls, and with slots makes them all (`volleys`); what prepares them.
SENDING_STEPS: tuple[Step, ...] = (send,)
PREPARING_STEPS: tuple[Step, ...] = (make_ready, stage, miss)
PUBLISH_STEPS: tuple[Step, ...] = (send, repeat, *PREPARING_STEPS)
LOOK_STEPS: tuple[Step, ...] = (recover, look, poll, withdraw, preview_one, probe, recheck, sweep)
EVERYTHING: tuple[Step, ...] = PUBLISH_STEPS + LOOK_STEPS
