"""The publisher's steps: each claims one job, does one thing with it, and answers whether there was work.

Two queues: `PUBLISH` brings jobs out, `LOOK` reads what became of them, so that neither starves the other (RS7).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from guanhao.core import http, tenancy
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.publishing import breaker, checks, epoch, looking, sending, withdrawing
from guanhao.publishing.channels import DRIVERS, by_api, work_on
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.models import Attempt, PublishJob, Withdrawal
from guanhao.publishing.moves import PUBLISHER, move
from guanhao.publishing.points import Point, passing
from guanhao.publishing.previewing import preview_one
from guanhao.publishing.queries import JobQuerySet
from guanhao.publishing.removing import take_down
from guanhao.publishing.types import AskWhy, JobState, WithdrawalState
from guanhao.publishing.work import REST, Put, Work, close, not_beyond_due
from guanhao.registry.tokens import NoToken
from guanhao.steps.claims import Due, claim, lockable, release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Retry, Step, Worker

log = logging.getLogger(__name__)

# A job is never dropped for having been tried often: the clock ends it (`miss`), and then a person is asked.
PATIENT = Retry(cap=1_000_000)
FAR = 3600.0
SWEEP_AGAIN = timedelta(minutes=30)
LASTING = timedelta(minutes=2)

_BY_HAND = Text(
    zh="请按审批通过的内容手工发布，然后登记链接。",
    en="Publish the approved content by hand, then give the link.",
)
_MISSED = Text(zh="错过了推送时间，没有发送。", en="The push's time passed; nothing was sent.")


def _jobs() -> JobQuerySet:
    return PublishJob.objects.select_related("institution", "account", "push")


_NEXT_DUE: Prepared[datetime] = Prepared(
    lambda: (
        PublishJob.objects.filter(state=JobState.STAGED, due_at__gt=given("now"))
        .order_by("due_at")
        .values_list("due_at", flat=True)[:1]
    )
)
_TO_SEND: Due[PublishJob] = Due(lambda now: _jobs().to_send(now))
_TO_REPEAT: Due[PublishJob] = Due(lambda _: _jobs().to_repeat())
_TO_MAKE_READY: Due[PublishJob] = Due(lambda now: _jobs().to_make_ready(now))
_TO_STAGE: Due[PublishJob] = Due(lambda _: _jobs().to_stage())
_ARMED: Due[PublishJob] = Due(lambda _: _jobs().armed())
_UNKNOWN: Due[PublishJob] = Due(lambda _: _jobs().unknown())
_ACCEPTED: Due[PublishJob] = Due(lambda _: _jobs().accepted())
_PUBLISHED: Due[PublishJob] = Due(lambda _: _jobs().published())


def _each(worker: Worker, due: Due[PublishJob], act: Callable[[Work], None]) -> bool:
    with tenancy.everywhere("the publisher serves every institution"):
        job = claim(due, worker, PATIENT)
    if job is None:
        return False
    with tenancy.within(job.institution):
        _do(job, worker, act)
    return True


def _do(job: PublishJob, worker: Worker, act: Callable[[Work], None]) -> None:
    work = work_on(job, worker)
    try:
        act(work)
    except Put as put:
        close(work, put)
    except NoToken as trouble:
        _without_token(job, worker, trouble)
    except http.NotAllowed as refused:
        log.error("The configured platform address cannot be used: %s", refused)  # noqa: TRY400 - no trace wanted.
        release(job, worker, database_now() + LASTING, cause="平台地址的设置不正确。")


def _without_token(job: PublishJob, worker: Worker, trouble: NoToken) -> None:
    """The job waits; a refusal that only a person can mend is told once, not at every try (SE7)."""
    again = not_beyond_due(job, database_now() + (LASTING if trouble.lasting else REST))
    news = trouble.lasting and job.cause != trouble.sentence.zh
    with transaction.atomic():
        release(job, worker, again, cause=trouble.sentence.zh, cause_code=str(trouble.code or ""))
        if news:
            record(
                institution=job.institution,
                actor=PUBLISHER,
                action=Action.ACCOUNT_CONNECTION_FAILED,
                subject=Subject("account", str(job.account_id), job.account.name),
                facts={"errcode": trouble.code, "job": job.pk},
                detail={"reason": trouble.sentence.zh},
            )


# --- Out ------------------------------------------------------------------------------------------------------------


def stage(worker: Worker) -> bool:
    """Prepare one planned job: a draft on the platform, or the sheet for publishing by hand."""
    epoch.hold_if_restored()
    return _each(worker, _TO_STAGE, _stage)


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
    """Send one staged job whose time has come."""
    epoch.hold_if_restored()
    return _each(worker, _TO_SEND, sending.send)


def make_ready(worker: Worker) -> bool:
    """Ask about one staged job, shortly before its time, what need not be asked at the time."""
    epoch.hold_if_restored()
    return _each(worker, _TO_MAKE_READY, sending.make_ready)


def repeat(worker: Worker) -> bool:
    """Make one unanswered call again under its key: only so can be learnt whether it landed (class Q)."""
    epoch.hold_if_restored()
    return _each(worker, _TO_REPEAT, sending.repeat)


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
        cause = Text(zh=f"{_MISSED.zh}原因：{job.cause}", en=_MISSED.en)
    with tenancy.within(job.institution):
        move(job, JobState.ASK, ask_why=why, cause=cause, set_aside_at=None, set_aside_why="")
    return True


# --- Back -----------------------------------------------------------------------------------------------------------


def recover(worker: Worker) -> bool:
    """Take over one armed job whose worker is gone."""
    return _each(worker, _ARMED, looking.recover)


def look(worker: Worker) -> bool:
    """Look once whether an unanswered call landed."""
    return _each(worker, _UNKNOWN, looking.look)


def poll(worker: Worker) -> bool:
    """Look once how an accepted task stands."""
    return _each(worker, _ACCEPTED, looking.poll)


def recheck(worker: Worker) -> bool:
    """Look once whether a publication is still there (0 may later become 5 or 6)."""
    return _each(worker, _PUBLISHED, looking.recheck)


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
            release(order, worker, database_now() + REST, sentence=trouble.sentence.zh)


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
    """How long until the next staged push is due, so that an idle publisher wakes at its time and not after it."""
    now = database_now()
    with tenancy.everywhere("the publisher serves every institution"):
        due = _NEXT_DUE.first(now=now)
    return FAR if due is None else max((due - now).total_seconds(), 0.0)


PUBLISH_STEPS: tuple[Step, ...] = (send, repeat, make_ready, stage, miss)
LOOK_STEPS: tuple[Step, ...] = (recover, look, poll, withdraw, preview_one, probe, recheck, sweep)
EVERYTHING: tuple[Step, ...] = PUBLISH_STEPS + LOOK_STEPS
