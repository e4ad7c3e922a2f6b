"""The intent of a public step: everything is asked again, and written down with it, in one transaction (§2.3).

Several jobs may be armed together (`volleys`). Each has its own gate, its own number, attempt and event; what they share
is the transaction and every statement that means the same for one job as for eight. A closed gate closes its own job only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q

from guanhao.cases.progress import hold
from guanhao.core.http import Hooks, NotSent
from guanhao.core.memo import one_act
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.ledger.gathering import gathering
from guanhao.publishing import attempts, checks, epoch
from guanhao.publishing.channels import Driver
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.models import Attempt, InstallationStop, PublishJob, Stop
from guanhao.publishing.moves import move, pushes_follow
from guanhao.publishing.points import Point, passing
from guanhao.publishing.types import AskWhy, EffectClass, JobState
from guanhao.publishing.work import Put, Work
from guanhao.steps.clock import database_now

ALLOWED_TO_BEGIN = timedelta(seconds=15)  # from the intent to the first byte
BUSY = timedelta(seconds=3)
REPEAT_FOR = timedelta(hours=23)  # the platform remembers a key for a day (§2.2)

_AS_THEY_ARE: Prepared[PublishJob] = Prepared(
    lambda: PublishJob.objects.filter(pk__in=given("jobs", many=True)).select_related(
        "push", "account__institution", "account__first_responsible"
    )
)


def _ours() -> Any:
    return PublishJob.objects.filter(
        pk=given("job"), state=JobState.ARMED, serial=given("fence"), owner=given("owner")
    )


def _stopped() -> Q:
    on_it = Q(account__isnull=True) | Q(account=OuterRef("account"))
    return Q(Exists(Stop.objects.filter(on_it, lifted_at__isnull=True))) | Q(
        Exists(InstallationStop.objects.filter(lifted_at__isnull=True))
    )


_MAY_GO: Prepared[int] = Prepared(lambda: _ours().exclude(_stopped()).values_list("pk", flat=True))
_STILL_OURS: Prepared[int] = Prepared(lambda: _ours().values_list("pk", flat=True))

WINDOW_OVER = Text(
    zh="平台没有明确答复，推送时间已过，不再自动提交。请到公众平台查看后选择。",
    en="The platform gave no clear answer and the push's time is over, so nothing is submitted again. See the console.",
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A job that may be armed; ``told`` is what its driver saw shortly before."""

    work: Work
    driver: Driver[Any]
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Armed:
    """A job whose intent is committed, with nothing sent yet."""

    work: Work
    driver: Driver[Any]
    attempt: Attempt


@dataclass(slots=True)
class Volley:
    """What became of jobs that were to be armed together; ``value`` is the last number counted for them (K9)."""

    armed: list[Armed]
    closed: list[tuple[Work, Put]]
    value: int = 0


def armed(work: Work, driver: Driver[Any], told: Mapping[str, Any]) -> tuple[Armed, int]:
    """Arm one job, in a transaction of its own; answers the number to be remembered before its first byte (K9).

    Raises:
        Put: a gate is closed, its account is busy, or it is too late.
        LeaseLost: somebody else has it by now.
    """
    try:
        volley = armed_together([Ready(work, driver, told)])
    except IntegrityError:
        # job_one_public_step_in_flight: another push of this account is on its way this moment.
        busy = Text(zh="同一账号的另一次推送正在发送。", en="Another push of this account is being sent.")
        raise Put(Gate(Denied(busy)), database_now() + BUSY) from None
    except epoch.Behind:
        raise Put(Gate(Denied(epoch.RESTORED))) from None  # The next step holds everything (K9).
    for _work, put in volley.closed:
        raise put
    return volley.armed[0], volley.value


def armed_together(several: Sequence[Ready]) -> Volley:
    """Arm jobs of one institution, each on another account, in one transaction.

    Raises:
        LeaseLost, DatabaseError, epoch.Behind: none of them is armed then, and each may be tried by itself.
    """
    for _one in several:
        passing(Point.BEFORE_INTENT)
    with gathering(), one_act():
        return _armed(several)


def _armed(several: Sequence[Ready]) -> Volley:
    """Everything is asked while no approval can change. Cases are locked first, then the count, the jobs, the log."""
    jobs = [one.work.job for one in several]
    hold(checks.cases_of(jobs))
    around = checks.Around.of(jobs)
    as_they_are = {job.pk: job for job in _AS_THEY_ARE.all(jobs=[job.pk for job in jobs])}
    now = database_now()
    volley, passed = Volley([], []), []
    for one in several:
        job = one.work.job
        try:
            _require_open(job, as_they_are[job.pk], around, now)
        except Put as put:
            volley.closed.append((one.work, put))
        else:
            passed.append(one)
    if passed:
        volley.value = epoch.advance(len(passed))
        volley.armed = _written(passed, checks.approvals_of_each(around.items), volley.value, now)
    return volley


def _require_open(job: PublishJob, as_it_is: PublishJob, around: checks.Around, now: datetime) -> None:
    require = require_open if job.keyed_until is None else require_asking
    require(checks.gate(as_it_is, around=around))
    if now > job.late_after and job.keyed_until is not None:
        # It became late while the repeat was prepared: an earlier send may be out, so nobody is told that none was.
        raise Put(Gate(Denied(WINDOW_OVER), Barrier.ASK, AskWhy.NOT_FOUND))
    if not job.due_at <= now <= job.late_after:
        late = Text(zh="已过推送时间。", en="The push's time has passed.")
        raise Put(Gate(Denied(late), Barrier.ASK, AskWhy.WINDOW_MISSED))


def _written(
    passed: Sequence[Ready], relied_on: Mapping[int, list[int]], last: int, now: datetime
) -> list[Armed]:
    for number, one in enumerate(passed, last - len(passed) + 1):
        job, keyed = one.work.job, one.driver.effect is EffectClass.KEYED
        move(
            job,
            JobState.ARMED,
            worker=one.work.worker,
            hold=True,
            alone=False,
            armed_at=now,
            keyed_until=(job.keyed_until or now + REPEAT_FOR) if keyed else None,
            epoch=str(number),
            facts={"decisions": relied_on[job.pk]},
        )
    pushes_follow([one.work.job for one in passed], JobState.ARMED)
    intents = [_intent(one, relied_on[one.work.job.pk]) for one in passed]
    written = attempts.intend_all(intents, passed[0].work.worker)
    return [Armed(one.work, one.driver, attempt) for one, attempt in zip(passed, written, strict=True)]


def _intent(one: Ready, relied_on: list[int]) -> attempts.Intent:
    driver, work = one.driver, one.work
    told = {**one.told, "approvals": relied_on}
    return attempts.Intent(work.job, driver.call, driver.effect, driver.request(work), ALLOWED_TO_BEGIN, told)


def hooks(shot: Armed) -> Hooks:
    """What is asked immediately before the first byte, when the connection stands.

    Not too late, no jump back before its time, nobody else has the job, and nobody stopped publishing meanwhile: since
    jobs are armed while others are sent, an intent may be older than a fraction of a second.
    """
    work, attempt = shot.work, shot.attempt

    def last_moment() -> None:
        now = database_now()
        if now > attempt.deadline:
            raise NotSent("TooLate")
        if now < work.job.due_at:
            raise NotSent("TooEarly")
        asked = {"job": work.job.pk, "fence": attempt.fence, "owner": work.worker.name}
        if not _MAY_GO.all(**asked):
            raise NotSent("Stopped" if _STILL_OURS.all(**asked) else "FenceLost")

    return Hooks(before_first_byte=last_moment, after_first_write=lambda: passing(Point.MID_REQUEST))


def require_asking(gate: Gate) -> None:
    """A closed gate, while a send may have landed: it waits, or a person decides; it is never simply cancelled."""
    if gate.denied is not None and gate.barrier is not Barrier.HOLD:
        raise Put(Gate(gate.denied, Barrier.ASK, AskWhy.NOT_FOUND))
    require_open(gate)


def require_open(gate: Gate) -> None:
    """A closed gate ends the work on the job for now."""
    if not gate:
        raise Put(gate)
