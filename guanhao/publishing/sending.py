"""The public step: gate, intent, last look at the clock, one call, outcome (§2.3, §2.5). See `settling` for the last.

1. Ask the gate and the rulebook's send stage; re-read the draft; observe the account as it is before: at the time, or
   shortly ahead of it where that is allowed (`readying`).
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
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.publishing import attempts, checks, epoch, readying
from guanhao.publishing.channels import DRIVERS, Driver
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.evidence import take_in
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.moves import move
from guanhao.publishing.points import Point, passing
from guanhao.publishing.settling import REPEAT_APART, settle, unknown
from guanhao.publishing.types import AskWhy, EffectClass, JobState, LookVerdict
from guanhao.publishing.work import Put, StagedGone, Work, note_look
from guanhao.steps.clock import database_now

ALLOWED_TO_BEGIN = timedelta(seconds=15)  # from the intent to the first byte
BUSY = timedelta(seconds=3)
PUNCTUAL = timedelta(seconds=60)
REPEAT_FOR = timedelta(hours=23)  # the platform remembers a key for a day (§2.2)

STARTED = clock.now()

_AS_IT_IS: Prepared[PublishJob] = Prepared(
    lambda: PublishJob.objects.filter(pk=given("job")).select_related(
        "push", "account__institution", "account__first_responsible"
    )
)
_STILL_OURS: Prepared[int] = Prepared(
    lambda: PublishJob.objects.filter(
        pk=given("job"), state=JobState.ARMED, serial=given("fence"), owner=given("owner")
    ).values_list("pk", flat=True)
)

_KEY_OLD = Text(
    zh="结果未知已超过 23 小时，不能再凭同一编号核对。请到公众平台查看后选择。",
    en="Unknown for more than 23 hours; the key can no longer tell. See the console, then choose.",
)
_WINDOW_OVER = Text(
    zh="平台没有明确答复，推送时间已过，不再自动提交。请到公众平台查看后选择。",
    en="The platform gave no clear answer and the push's time is over, so nothing is submitted again. See the console.",
)


def send(work: Work) -> None:
    """Send a staged job whose time has come.

    Raises:
        Put: the job waits, is put before a person, or ends.
    """
    job, driver = work.job, DRIVERS[work.job.channel]
    told = readying.seen_ahead(job, database_now())
    if told is None:
        _require(checks.gate(job))
        _require(checks.rules_gate(job, database_now()))
    if _look_first(job) and _landed_before(work, driver):
        return
    try:
        told = told or driver.ready(work)
    except StagedGone as gone:
        _staged_gone(work, driver, gone)
        return
    call_once(work, driver, told)


def make_ready(work: Work) -> None:
    """Ask ahead what may be asked ahead of the time.

    Raises:
        Put: the job waits, at most until it is due, is put before a person, or ends.
    """
    driver = DRIVERS[work.job.channel]
    try:
        readying.make_ready(work, driver.ready)
    except StagedGone as gone:
        _staged_gone(work, driver, gone)


def repeat(work: Work) -> None:
    """Make an unanswered call of class Q once more under its key, to learn whether the first one landed (§2.2).

    Should the first not have landed, this one does: so everything is asked as for a first send, and never after the
    push's window. Past the window, or the key's life, a person is asked (§2.7).

    Raises:
        Put: it waits, or is put before a person.
    """
    job, driver, now = work.job, DRIVERS[work.job.channel], database_now()
    assert job.keyed_until is not None
    if now > job.keyed_until:
        raise Put(Gate(Denied(_KEY_OLD), Barrier.ASK, AskWhy.KEY_OLD))
    if now > job.late_after:
        raise Put(Gate(Denied(_WINDOW_OVER), Barrier.ASK, AskWhy.NOT_FOUND))
    soonest = job.tries.filter(call=driver.call).latest("pk").armed_at + REPEAT_APART
    if now < soonest:
        raise Put(Gate(), soonest)
    _require_asking(checks.gate(job))
    _require_asking(checks.rules_gate(job, now))
    call_once(work, driver, driver.ready(work))


def call_once(work: Work, driver: Driver[Any], told: dict[str, object]) -> None:
    """Intent, call, outcome: steps 2 to 5."""
    work.token()
    passing(Point.BEFORE_INTENT)
    attempt, value = _armed(work, driver, told)
    epoch.remember(value)
    passing(Point.AFTER_INTENT)
    answer = driver.submit(work, _hooks(work, attempt))
    passing(Point.AFTER_REPLY)
    settle(work, driver, attempt, answer)
    passing(Point.AFTER_OUTCOME)


def _require_asking(gate: Gate) -> None:
    """A closed gate, while a send may have landed: it waits, or a person decides; it is never simply cancelled."""
    if gate.denied is not None and gate.barrier is not Barrier.HOLD:
        raise Put(Gate(gate.denied, Barrier.ASK, AskWhy.NOT_FOUND))
    _require(gate)


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
    except epoch.Behind:
        raise Put(Gate(Denied(epoch.RESTORED))) from None  # The next step holds everything (K9).


def _arm(work: Work, driver: Driver[Any], told: dict[str, object]) -> tuple[Attempt, int]:
    """The intent, with everything re-checked in its own transaction (§2.3), while no approval can change."""
    job, items = work.job, checks.items_of(work.job)
    hold(item.revision.article.case_id for item in items)
    require = _require if job.keyed_until is None else _require_asking
    require(checks.gate(_AS_IT_IS.one(job=job.pk)))
    now = database_now()
    if now > job.late_after and job.keyed_until is not None:
        # It became late while the repeat was prepared: an earlier send may be out, so nobody is told that none was.
        raise Put(Gate(Denied(_WINDOW_OVER), Barrier.ASK, AskWhy.NOT_FOUND))
    if not job.due_at <= now <= job.late_after:
        late = Text(zh="已过推送时间。", en="The push's time has passed.")
        raise Put(Gate(Denied(late), Barrier.ASK, AskWhy.WINDOW_MISSED))
    relied_on = checks.approvals_of(items)
    value = epoch.advance()
    move(
        job,
        JobState.ARMED,
        worker=work.worker,
        hold=True,
        armed_at=now,
        keyed_until=(job.keyed_until or now + REPEAT_FOR) if driver.effect is EffectClass.KEYED else None,
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
        """Not too late, nobody else has the job, no jump back before its time: asked when the connection stands."""
        now = database_now()
        if now > attempt.deadline:
            raise NotSent("TooLate")
        if now < work.job.due_at:
            raise NotSent("TooEarly")
        if not _STILL_OURS.all(job=work.job.pk, fence=attempt.fence, owner=work.worker.name):
            raise NotSent("FenceLost")

    return Hooks(before_first_byte=last_moment, after_first_write=lambda: passing(Point.MID_REQUEST))


def _staged_gone(work: Work, driver: Driver[Any], gone: StagedGone) -> None:
    """After an earlier send it is a sign that that one landed; before any send somebody took it away."""
    if not work.job.tries.filter(call=driver.call).exists():
        raise Put(Gate(Denied(gone.lost), Barrier.ASK, AskWhy.DRAFT_CHANGED))
    unknown(work, None, None, gone.landed)
