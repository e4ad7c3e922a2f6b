"""The public step: gate, intent, last look at the clock, one call, outcome (§2.3, §2.5).

1. Ask the gate and the rulebook's send stage; re-read the draft; observe the account as it is before.
2. In one transaction ask the gate again, write the attempt, and arm the job. One public step per account.
3. Write the epoch outside the database (K9).
4. Immediately before the first byte, check deadline and fence once more.
5. Make the call once; write outcome, state and event in one transaction.

Whoever dies between 2 and 5 leaves an armed job whose lease ends; `recover` turns it into an unknown one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from guanhao.cases.progress import hold
from guanhao.core import clock
from guanhao.core.http import Hooks, NotSent
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.publishing import attempts, breaker, checks, epoch
from guanhao.publishing.channels import DRIVERS, Driver
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.evidence import take_in
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.moves import move
from guanhao.publishing.points import Point, passing
from guanhao.publishing.types import AskWhy, JobState, LookVerdict
from guanhao.publishing.work import Put, StagedGone, Work, note_look
from guanhao.steps.clock import database_now

ALLOWED_TO_BEGIN = timedelta(seconds=15)  # from the intent to the first byte
FIRST_LOOK = timedelta(seconds=15)
FIRST_POLL = timedelta(seconds=3)
BUSY = timedelta(seconds=3)
PUNCTUAL = timedelta(seconds=60)
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (2, 8, 30, 120))

STARTED = clock.now()


def send(work: Work) -> None:
    """Send a staged job whose time has come.

    Raises:
        Put: the job waits, is put before a person, or ends.
    """
    driver = DRIVERS[work.job.channel]
    _require(checks.gate(work.job))
    _require(checks.rules_gate(work.job, database_now()))
    if _look_first(work.job) and _landed_before(work, driver):
        return
    try:
        told = driver.ready(work)
    except StagedGone as gone:
        _staged_gone(work, driver, gone)
        return
    work.token()
    passing(Point.BEFORE_INTENT)
    attempt, value = _armed(work, driver, told)
    epoch.remember(value)
    passing(Point.AFTER_INTENT)
    answer = driver.submit(work, _hooks(work, attempt))
    passing(Point.AFTER_REPLY)
    settle(work, driver, attempt, answer)
    passing(Point.AFTER_OUTCOME)


def _require(gate: Gate) -> None:
    if not gate:
        raise Put(gate)


def _look_first(job: PublishJob) -> bool:
    """K9: a job that was already due when we started, or that is late, may have been sent by a forgotten self."""
    if job.remote.get("look_first"):
        return True
    return job.due_at <= STARTED or database_now() - job.due_at > PUNCTUAL


def _landed_before(work: Work, driver: Driver[Any]) -> bool:
    seen = driver.look(work)
    if seen.state is not None:
        take_in(work, seen)
        return True
    if seen.verdict is LookVerdict.SEVERAL:
        raise Put(Gate(Denied(seen.sentence), Barrier.ASK, AskWhy.SEVERAL))
    if seen.verdict is LookVerdict.INCONCLUSIVE:
        raise Put(Gate(Denied(seen.sentence)))
    with transaction.atomic():
        note_look(work, seen.verdict, seen.calls, seen.sentence)
    return False


def _armed(work: Work, driver: Driver[Any], told: dict[str, object]) -> tuple[Attempt, int]:
    try:
        with transaction.atomic():
            return _arm(work, driver, told)
    except IntegrityError:
        # job_one_public_step_in_flight: another push of this account is on its way this moment.
        busy = Text(zh="同一账号的另一次推送正在发送。", en="Another push of this account is being sent.")
        raise Put(Gate(Denied(busy)), database_now() + BUSY) from None


def _arm(work: Work, driver: Driver[Any], told: dict[str, object]) -> tuple[Attempt, int]:
    """The intent, with everything re-checked in its own transaction (§2.3), while no approval can change."""
    job = work.job
    hold(item.revision.article.case_id for item in checks.items_of(job))
    _require(checks.gate(PublishJob.objects.select_related("push", "account").get(pk=job.pk)))
    now = database_now()
    if not job.due_at <= now <= job.late_after:
        late = Text(zh="已过推送时间。", en="The push's time has passed.")
        raise Put(Gate(Denied(late), Barrier.ASK, AskWhy.WINDOW_MISSED))
    value = epoch.advance()
    relied_on = checks.approvals_of(job)
    move(
        job,
        JobState.ARMED,
        worker=work.worker,
        hold=True,
        armed_at=now,
        epoch=str(value),
        facts={"decisions": relied_on},
    )
    attempt = attempts.intend(
        job,
        driver.call,
        driver.effect,
        work.worker,
        request=driver.request(work),
        allowed=ALLOWED_TO_BEGIN,
        approvals=relied_on,
        **told,
    )
    return attempt, value


def _hooks(work: Work, attempt: Attempt) -> Hooks:
    def last_moment() -> None:
        """The deadline has not passed and nobody else has taken the job: asked when the connection already stands."""
        if database_now() > attempt.deadline:
            raise NotSent("TooLate")
        still = PublishJob.objects.filter(
            pk=work.job.pk, state=JobState.ARMED, serial=attempt.fence, owner=work.worker.name
        )
        if not still.exists():
            raise NotSent("FenceLost")

    return Hooks(before_first_byte=last_moment, after_first_write=lambda: passing(Point.MID_REQUEST))


# --- The outcome ----------------------------------------------------------------------------------------------------


def settle(work: Work, driver: Driver[Any], attempt: Attempt, answer: Answer) -> None:
    """Write what the answer means: outcome, state and event in one transaction (§2.5)."""
    refused = answer.outcome is AnswerClass.REFUSED
    if refused and attempt.number > 1 and answer.errcode in driver.landed:
        # Such as no draft on a second attempt: evidence that the first one landed.
        unknown(work, attempt, answer, work.codes.sentence(answer))
    elif answer.outcome is AnswerClass.DONE:
        _accepted(work, driver, attempt, answer)
    elif answer.outcome is AnswerClass.UNKNOWN:
        unknown(work, attempt, answer, work.codes.sentence(answer))
    elif refused:
        _rejected(work, attempt, answer)
    else:
        _try_again(work, attempt, answer)


def _accepted(work: Work, driver: Driver[Any], attempt: Attempt, answer: Answer) -> None:
    ids = driver.ids(answer)
    with transaction.atomic():
        attempts.conclude(attempt, answer, ids)
        move(
            work.job,
            JobState.ACCEPTED,
            worker=work.worker,
            run_after=database_now() + FIRST_POLL,
            cause=Text(zh="", en=""),
            facts={"ids": ids},
            remote={**work.job.remote, **ids},
        )


def unknown(work: Work, attempt: Attempt | None, answer: Answer | None, why: Text) -> None:
    """No usable answer: nothing is sent again, it is looked for (K2)."""
    now = database_now()
    with transaction.atomic():
        if attempt is not None and answer is not None:
            attempts.conclude(attempt, answer)
        attempts.give_up_pending(work.job)
        breaker.note_unknown(work.account.platform)
        move(
            work.job,
            JobState.UNKNOWN,
            worker=work.worker,
            run_after=now + FIRST_LOOK,
            cause=why,
            unknown_since=now,
            looks_done=0,
        )


def _rejected(work: Work, attempt: Attempt, answer: Answer) -> None:
    with transaction.atomic():
        attempts.conclude(attempt, answer)
        move(
            work.job,
            JobState.REJECTED,
            worker=work.worker,
            cause=work.codes.sentence(answer),
            cause_code=str(answer.errcode or ""),
            facts={"errcode": answer.errcode, "rid": answer.rid},
        )


def _try_again(work: Work, attempt: Attempt, answer: Answer) -> None:
    """Surely not sent, or refused for now: back to STAGED; the next send has its own intent."""
    again = database_now() + _wait(work, attempt, answer)
    cause = work.codes.sentence(answer)
    if again > work.job.late_after:
        cause = Text(zh=f"{cause.zh}来不及按时推送。", en=f"{cause.en} The push will miss its time.")
        again = work.job.late_after + timedelta(seconds=1)
    with transaction.atomic():
        attempts.conclude(attempt, answer)
        move(work.job, JobState.STAGED, worker=work.worker, run_after=again, cause=cause)
    if answer.outcome is AnswerClass.REFUSED_TOKEN:
        work.renew_token()


def _wait(work: Work, attempt: Attempt, answer: Answer) -> timedelta:
    if answer.outcome is AnswerClass.REFUSED_TOKEN and attempt.number == 1:
        return timedelta(0)
    backoff = BACKOFF[min(attempt.number, len(BACKOFF)) - 1]
    if answer.outcome is AnswerClass.REFUSED_LATER:
        return work.codes.wait_of(answer.errcode, backoff)
    return backoff


def _staged_gone(work: Work, driver: Driver[Any], gone: StagedGone) -> None:
    """After an earlier send it is a sign that that one landed; before any send somebody took it away."""
    if not work.job.tries.filter(call=driver.call).exists():
        raise Put(Gate(Denied(gone.lost), Barrier.ASK, AskWhy.DRAFT_CHANGED))
    unknown(work, None, None, gone.landed)
