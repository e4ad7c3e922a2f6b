"""Sending what is due together (decision 0008): armed in volleys, called in slots, settled in groups.

A worker with slots takes turns here while anything is due or under way:

1. While fewer jobs wait than a volley, claim the next ones, no two of one account.
2. Arm them in one transaction (`arming`), remember the number (K9), and hand each to the slots. At most as many public
   calls are under way as there are slots; the next volley is armed meanwhile.
3. Write what the answers mean, as many together as have come.

Whatever cannot be done together is done by itself: a job of which the platform must be asked something first, one that
was tried before, a repeat under its key (each in a slot, as a worker without slots does it), every job of a volley that
could not be armed, and every answer but a plain acceptance. So no job spoils or delays another.

What this process knows it keeps while the database has no room or cannot be reached: an answer that could not be written
is written a little later, unless somebody else has the job by then. So it need not be looked for, or a person be asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import timedelta
from functools import partial
from operator import attrgetter
from threading import Event
from typing import TypeVar

from django.db import DatabaseError, OperationalError

from guanhao.core import tenancy
from guanhao.ledger.gathering import gathering
from guanhao.people.models import Institution
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.publishing import due, epoch, readying, sending
from guanhao.publishing.arming import Armed, Ready, armed_together
from guanhao.publishing.channels import DRIVERS, work_on
from guanhao.publishing.handling import PATIENT, handle
from guanhao.publishing.models import PublishJob
from guanhao.publishing.points import Point, passing
from guanhao.publishing.settling import FIRST_POLL, accept
from guanhao.publishing.work import Work, close
from guanhao.steps.claims import LeaseLost, claim, claim_together
from guanhao.steps.clock import database_now
from guanhao.steps.slots import Ended, Slots
from guanhao.steps.types import Worker

_T = TypeVar("_T")
log = logging.getLogger(__name__)

TURN_SECONDS = 0.1  # how long is waited for an answer before it is asked again whether anything is due
LEAST = 2
LOOK_LATER = timedelta(seconds=8)  # while more is due: sending comes before looking


def send_due(worker: Worker, slots: Slots) -> bool:
    """One turn: begin what is due, settle what has ended; whether there was anything, or is anything under way.

    It never waits for a call: one that hangs keeps its own slot busy and nobody else.
    """
    turn = _Turn(worker, slots)
    taken = 0 if slots.closing else turn.take()
    more = taken > 0 or slots.busy > slots.number
    ended = slots.ended(0.0 if taken else TURN_SECONDS)
    turn.settle(ended, more=more)
    return bool(taken or ended or slots.busy)


class _Turn:
    """One worker's jobs on their way out."""

    def __init__(self, worker: Worker, slots: Slots) -> None:
        self._worker, self._slots = worker, slots
        self._volley = min(max(slots.number // 2, LEAST), due.MOST_TOGETHER)

    def take(self) -> int:
        """Claim the next volley and begin it, unless enough waits already; how many jobs it is."""
        if self._slots.busy > self._slots.number:
            return 0
        epoch.hold_if_restored()
        with tenancy.everywhere("the publisher serves every institution"):
            jobs = claim_together(
                due.TO_SEND_TOGETHER, self._worker, most=self._volley, apart=attrgetter("account_id")
            )
            # Asked first: on PostgreSQL `claim` opens a transaction at once, and there is seldom one to repeat.
            repeats = due.TO_REPEAT.exists(database_now())
            repeat = claim(due.TO_REPEAT, self._worker, PATIENT) if repeats else None
        for institution, several in _by_institution(jobs, lambda job: job):
            with tenancy.within(institution):
                self._begin(several)
        if repeat is not None:
            self._alone(repeat, sending.repeat)
        return len(jobs) + (repeat is not None)

    def _begin(self, jobs: Sequence[PublishJob]) -> None:
        together = []
        for job in jobs:
            ready = self._ready(job)
            if ready is None:
                self._alone(job, sending.send)
            else:
                together.append(ready)
        if together:
            self._arm(together)

    def _ready(self, job: PublishJob) -> Ready | None:
        """The job as it can be armed with others, if it can."""
        told = readying.seen_ahead(job, database_now())
        work = work_on(job, self._worker)
        tried = job.attempts > 1
        if tried or told is None or sending.looks_first(job) or not work.token_at_hand():
            return None
        return Ready(work, DRIVERS[job.channel], told)

    def _arm(self, several: Sequence[Ready]) -> None:
        as_claimed = [copy(one.work.job) for one in several]
        try:
            volley = armed_together(several)
        except (LeaseLost, DatabaseError, epoch.Behind):
            # Undone as a whole. Where only the answer to its COMMIT was lost, a fence finds each of them armed already.
            for job in as_claimed:
                self._alone(job, sending.send)
            return
        if volley.armed:
            act = _called if sending.remembered(volley.value) else sending.unsent
            for shot in volley.armed:
                self._slots.begin(shot, partial(act, shot))
        for work, put in volley.closed:
            _by_itself(partial(close, work, put), work.job)

    def _alone(self, job: PublishJob, act: Callable[[Work], None]) -> None:
        self._slots.begin(job, partial(_handled, job, self._worker, act))

    def settle(self, ended: Iterable[Ended], *, more: bool) -> None:
        """Write what came of calls that ended; ``more`` says that others are due, so that looking can wait."""
        answered = []
        for one in ended:
            if one.error is not None:
                _tell(one.error, one.what.work.job if isinstance(one.what, Armed) else one.what)
            elif isinstance(one.what, Armed):
                answered.append((one.what, one.answer))
        for institution, several in _by_institution(answered, lambda one: one[0].work.job):
            with tenancy.within(institution):
                unwritten = _settled(several, LOOK_LATER if more else FIRST_POLL)
            for shot, answer in () if self._slots.closing else unwritten:
                self._slots.begin(shot, partial(_kept, answer))


def _settled(several: Sequence[tuple[Armed, Answer]], look_after: timedelta) -> list[tuple[Armed, Answer]]:
    """Write the acceptances in one transaction, and every other answer in its own; answers those that could not be."""
    accepted = [one for one in several if one[1].outcome is AnswerClass.DONE]
    others = [one for one in several if one[1].outcome is not AnswerClass.DONE]
    if not _accepted(accepted, look_after):
        others = list(several)
    unwritten = [(shot, answer) for shot, answer in others if not _written(shot, answer)]
    for _one in several:
        passing(Point.AFTER_OUTCOME)
    return unwritten


def _written(shot: Armed, answer: Answer) -> bool:
    """Whether there was a database to write the answer to; if not, the job in hand is as it was."""
    job = shot.work.job
    try:
        sending.settled(shot, answer)
    except OperationalError as error:
        _tell(error, job)
        return False
    except Exception as error:  # noqa: BLE001 - as in `_by_itself`.
        _tell(error, job)
    return True


def _accepted(several: Sequence[tuple[Armed, Answer]], look_after: timedelta) -> bool:
    """Whether the acceptances could be written together; if not, the jobs in hand are as they were."""
    before = [copy(shot.work.job) for shot, _ in several]
    try:
        with gathering():
            for shot, answer in several:
                accept(shot.work, shot.driver, shot.attempt, answer, look_after)
    except (LeaseLost, DatabaseError):
        for (shot, _), job in zip(several, before, strict=True):
            shot.work.job = job
        return False
    return True


def _by_institution(
    several: Iterable[_T], job_of: Callable[[_T], PublishJob]
) -> list[tuple[Institution, list[_T]]]:
    """Each institution with what is its own: scopes are not mixed (TN3)."""
    found: dict[int, tuple[Institution, list[_T]]] = {}
    for one in several:
        institution = job_of(one).institution
        found.setdefault(institution.pk, (institution, []))[1].append(one)
    return list(found.values())


def _called(shot: Armed) -> Answer:
    """The one call of an armed job, in a slot."""
    with tenancy.within(shot.work.job.institution):
        return sending.called(shot)


def _kept(answer: Answer) -> Answer:
    """The same answer a little later, in a slot."""
    Event().wait(sending.KEPT_SECONDS)
    return answer


def _handled(job: PublishJob, worker: Worker, act: Callable[[Work], None]) -> None:
    """A whole job by itself, in a slot."""
    with tenancy.within(job.institution):
        handle(job, worker, act)


def _by_itself(act: Callable[[], None], job: PublishJob) -> None:
    """Let the trouble of one job be its own; it waits for its lease, and is looked for if it was armed."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - the last frame of this job's step; the others go on.
        _tell(error, job)


def _tell(error: Exception, job: PublishJob) -> None:
    if not isinstance(error, LeaseLost):  # Somebody else has it by now: a normal, quiet outcome.
        log.error("Job %s came to no end; it waits for its lease.", job.pk, exc_info=error)
