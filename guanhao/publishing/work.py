"""One job in one worker's hands. What it can do on the platform, its driver's subclass of `Work` adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction

from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.platforms.types import Answer, AnswerClass, Codes
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.models import Look, PublishJob, worded
from guanhao.publishing.moves import PUBLISHER, caused_by, move, subject_of
from guanhao.publishing.types import AskWhy, JobState, LookVerdict
from guanhao.registry import tokens
from guanhao.registry.models import Account
from guanhao.steps.claims import LeaseLost, extend, release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

CALL_SECONDS = float(settings.PLATFORM_SECONDS)  # of any platform's call
REST = timedelta(seconds=15)

_NO_MACHINE = Text(
    zh="这项任务由人工发布，没有接口连接。", en="This job is done by hand; there is no connection for it."
)


class Put(Exception):  # noqa: N818 - control flow inside one step, caught where steps begin.
    """The work on this job ends here, for now or for good; the gate says how."""

    def __init__(self, gate: Gate, again_at: datetime | None = None) -> None:
        super().__init__("" if gate.denied is None else gate.denied.reason.en)
        self.gate = gate
        self.again_at = again_at


class StagedGone(Exception):  # noqa: N818 - states the fact.
    """What was staged is not on the platform any more.

    On a second attempt that is a sign that the first one landed (§2.5): ``landed`` says so. Before any attempt somebody
    took it away: ``lost``.
    """

    def __init__(self, landed: Text, lost: Text) -> None:
        super().__init__(lost.en)
        self.landed = landed
        self.lost = lost


class NotRemovable(Exception):  # noqa: N818 - states the fact.
    """The machine cannot remove this publication; the sentence says why, and that a person has to."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(slots=True)
class Work:
    """A claimed job and the worker that holds it. A push by hand needs no more; a driver's subclass adds the platform.

    ``leased`` is false for work beside the job's lease, such as sweeping. ``codes`` are the platform's.
    """

    codes: ClassVar[Codes] = Codes()

    job: PublishJob
    worker: Worker
    leased: bool = True

    @property
    def account(self) -> Account:
        """The account it goes out on."""
        account: Account = self.job.account
        return account

    def token(self) -> tokens.Token:
        """The account's token, from its one owner (SE7).

        Raises:
            NoToken: none can be had now.
        """
        raise tokens.NoToken(_NO_MACHINE, lasting=True)

    def token_at_hand(self) -> bool:
        """Whether a call could be made at once: nothing has to be asked of the platform before it."""
        return False

    def renew_token(self) -> tokens.Token:
        """Another token after the platform refused this one.

        Raises:
            NoToken: none can be had now, or only a person can get one.
        """
        return self.token()

    def put_aside(self, answer: Answer) -> Put:
        """What to do with the job after a call without public effect failed: wait, as long as the platform says."""
        later = answer.outcome is AnswerClass.REFUSED_LATER
        wait = self.codes.wait_of(answer.errcode, REST) if later else REST
        return Put(Gate(Denied(self.codes.sentence(answer)), Barrier.HOLD), database_now() + wait)

    def keep(self) -> None:
        """Lengthen the lease before another call.

        Raises:
            LeaseLost: somebody else has the job by now.
        """
        if self.leased and not extend(self.job, self.worker):
            raise LeaseLost(f"Job {self.job.pk} is no longer held by {self.worker.name}.")


def close(work: Work, put: Put) -> None:
    """Do with the job what a closed gate demands."""
    gate, job = put.gate, work.job
    if gate.denied is None or gate.barrier is Barrier.HOLD:
        reason = Text(zh="") if gate.denied is None else gate.denied.reason
        release(
            job, work.worker, not_beyond_due(job, put.again_at or database_now() + REST), **caused_by(reason)
        )
        return
    facts = {"clause": gate.denied.clause} if gate.denied.clause else {}
    with transaction.atomic():
        if gate.barrier is Barrier.CANCEL:
            move(job, JobState.CANCELLED, worker=work.worker, cause=gate.denied.reason, facts=facts)
        else:
            move(
                job, JobState.ASK, worker=work.worker, cause=gate.denied.reason, facts=facts, ask_why=gate.why
            )


def not_beyond_due(job: PublishJob, again_at: datetime) -> datetime:
    """When to take the job up again: what is staged and waits for its time is not kept waiting beyond it."""
    waits = job.state == JobState.STAGED and database_now() < job.due_at
    return min(again_at, job.due_at) if waits else again_at


def ask_person(why: AskWhy, zh: str, en: str) -> Put:
    """Put the job before a person."""
    return Put(Gate(Denied(Text(zh=zh, en=en)), Barrier.ASK, why))


def note_look(work: Work, verdict: LookVerdict, evidence: list[dict[str, Any]], sentence: Text) -> Look:
    """Keep a look with what the platform answered, and its event (LG1), in the caller's transaction."""
    job = work.job
    look = Look(
        institution_id=job.institution_id,
        job=job,
        number=job.looks.count() + 1,
        at=database_now(),
        worker=work.worker.name,
        verdict=verdict,
        evidence=evidence,
        **worded(sentence),
    )
    look.save()
    record(
        institution=job.institution,
        actor=PUBLISHER,
        action=Action.JOB_LOOKED,
        subject=subject_of(job),
        facts={"number": look.number, "verdict": verdict.value, "state": job.state},
    )
    return look


def evidence_of(answer: Answer, **more: Any) -> dict[str, Any]:
    """What one call showed, small enough to keep: texts of articles are left out."""
    told = {"call": answer.call, "outcome": answer.outcome.value, **more}
    if answer.errcode is not None:
        told["errcode"] = answer.errcode
    if answer.rid:
        told["rid"] = answer.rid
    if answer.why:
        told["why"] = answer.why
    return told
