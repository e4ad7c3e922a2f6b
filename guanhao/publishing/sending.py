"""The public step: gate, intent, last look at the clock, one call, outcome (§2.3, §2.5). See `settling` for the last.

1. Ask the gate and the rulebook's send stage; re-read the draft; observe the account as it is before: at the time, or
   shortly ahead of it where that is allowed (`readying`).
2. In one transaction ask the gate again, write the attempt, and arm the job. One public step per account.
3. Write the epoch outside the database (K9).
4. Immediately before the first byte, check deadline and fence once more.
5. Make the call once; write outcome, state and event in one transaction.

An answer that the database does not take is kept and written as soon as it does. Whoever dies between 2 and 5 leaves an
armed job whose lease ends; `recover` turns it into an unknown one.
"""

from __future__ import annotations

import logging
from copy import copy
from datetime import timedelta
from typing import Any

import stamina
from django.db import OperationalError, connection, transaction

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.publishing import checks, epoch, readying
from guanhao.publishing.arming import WINDOW_OVER, Armed, armed, hooks, require_asking, require_open
from guanhao.publishing.channels import DRIVERS, Driver
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.evidence import take_in
from guanhao.publishing.models import PublishJob
from guanhao.publishing.points import Point, passing
from guanhao.publishing.settling import REPEAT_APART, settle, unknown
from guanhao.publishing.types import AskWhy, LookVerdict
from guanhao.publishing.work import Put, StagedGone, Work, note_look
from guanhao.steps.clock import database_now

log = logging.getLogger(__name__)

PUNCTUAL = timedelta(seconds=60)
KEPT_SECONDS = 1.0  # how long an answer that could not be written is kept before that is tried again

STARTED = clock.now()

_KEY_OLD = Text(
    zh="结果未知已超过 23 小时，不能再凭同一编号核对。请到公众平台查看后选择。",
    en="Unknown for more than 23 hours; the key can no longer tell. See the console, then choose.",
)
_NOT_REMEMBERED = Text(
    zh="这一次没有发出：本机的发布编号文件写不进去，可能磁盘已满。系统会自动再试，请告诉系统管理员清理磁盘。",
    en="Nothing was sent this time: the file with the number of what is sent cannot be written here, the disk may be full. "
    "It is tried again by itself; tell the system administrator to make room.",
)


def send(work: Work) -> None:
    """Send a staged job whose time has come.

    Raises:
        Put: the job waits, is put before a person, or ends.
    """
    job, driver = work.job, DRIVERS[work.job.channel]
    told = readying.seen_ahead(job, database_now())
    if told is None:
        require_open(checks.gate(job))
        require_open(checks.rules_gate(job, database_now()))
    if looks_first(job) and _landed_before(work, driver):
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
        raise Put(Gate(Denied(WINDOW_OVER), Barrier.ASK, AskWhy.NOT_FOUND))
    soonest = job.tries.filter(call=driver.call).latest("pk").armed_at + REPEAT_APART
    if now < soonest:
        raise Put(Gate(), soonest)
    require_asking(checks.gate(job))
    require_asking(checks.rules_gate(job, now))
    call_once(work, driver, driver.ready(work))


def call_once(work: Work, driver: Driver[Any], told: dict[str, object]) -> None:
    """Intent, call, outcome: steps 2 to 5."""
    work.token()
    shot, value = armed(work, driver, told)
    answer = called(shot) if remembered(value) else unsent(shot)
    _settled_in_time(shot, answer)
    passing(Point.AFTER_OUTCOME)


def settled(shot: Armed, answer: Answer) -> None:
    """Step 5: write what the answer means.

    Raises:
        OperationalError: the database took nothing. The job in hand is as it was, so that it can be tried again; should
            only the answer to the COMMIT have been lost, the next try finds the job changed: a lost lease.
    """
    as_armed = copy(shot.work.job)
    try:
        settle(shot.work, shot.driver, shot.attempt, answer)
    except OperationalError:
        shot.work.job = as_armed
        connection.close_if_unusable_or_obsolete()  # A dead one would refuse every later try.
        raise


def _settled_in_time(shot: Armed, answer: Answer) -> None:
    """Keep the answer while the database takes nothing, as long as the lease: after it others look for it."""
    tries = stamina.retry_context(
        on=OperationalError,
        attempts=None,
        timeout=shot.work.worker.lease,
        wait_initial=KEPT_SECONDS,
        wait_max=KEPT_SECONDS,
        wait_jitter=0,
    )
    for one in tries:
        with one:
            settled(shot, answer)


def remembered(value: int) -> bool:
    """Step 3: whether the number stands outside the database, without which nothing may be sent (K9)."""
    try:
        epoch.remember(value)
    except OSError:
        log.exception("The epoch file could not be written; what was armed is not sent.")
        return False
    return True


def unsent(shot: Armed) -> Answer:
    """What is known of a job whose call was not begun, and will not be: so nobody has to look for it (§2.6)."""
    return Answer(shot.driver.call, AnswerClass.NOT_SENT, why="NotRemembered", ours=_NOT_REMEMBERED)


def called(shot: Armed) -> Answer:
    """Step 4 and the call, of a job whose intent is committed and whose number is remembered."""
    passing(Point.AFTER_INTENT)
    answer = shot.driver.submit(shot.work, hooks(shot))
    passing(Point.AFTER_REPLY)
    return answer


def looks_first(job: PublishJob) -> bool:
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


def _staged_gone(work: Work, driver: Driver[Any], gone: StagedGone) -> None:
    """After an earlier send it is a sign that that one landed; before any send somebody took it away."""
    if not work.job.tries.filter(call=driver.call).exists():
        raise Put(Gate(Denied(gone.lost), Barrier.ASK, AskWhy.DRAFT_CHANGED))
    unknown(work, None, None, gone.landed)
