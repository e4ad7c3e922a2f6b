"""One job in one worker's hands, with the platform's client and its token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from guanhao.core import http
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.wechat.calls import Call
from guanhao.platforms.wechat.client import HOSTS, Upload, WeChat
from guanhao.platforms.wechat.errors import MEANINGS, meaning_of
from guanhao.publishing.checks import Barrier, Gate
from guanhao.publishing.models import Look, PublishJob
from guanhao.publishing.moves import PUBLISHER, move, subject_of
from guanhao.publishing.types import AskWhy, JobState, LookVerdict
from guanhao.registry import tokens
from guanhao.registry.models import Account
from guanhao.steps.claims import LeaseLost, extend, release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

CALL_SECONDS = 20.0  # less than any lease
REST = timedelta(seconds=15)


def wechat() -> WeChat:
    """A client of the configured WeChat address.

    Raises:
        NotAllowed: the address may not be spoken to (security §4.1).
    """
    return WeChat(http.caller(settings.WECHAT_BASE_URL, HOSTS, seconds=CALL_SECONDS))


class Put(Exception):  # noqa: N818 - control flow inside one step, caught where steps begin.
    """The work on this job ends here, for now or for good; the gate says how."""

    def __init__(self, gate: Gate, again_at: datetime | None = None) -> None:
        super().__init__("" if gate.denied is None else gate.denied.reason.en)
        self.gate = gate
        self.again_at = again_at


@dataclass(slots=True)
class Work:
    """A claimed job, the worker that holds it, and a client; the token is fetched once and renewed once.

    ``leased`` is false for work beside the job's lease, such as sweeping.
    """

    job: PublishJob
    worker: Worker
    leased: bool = True
    _client: WeChat | None = None
    _token: tokens.Token | None = field(default=None, repr=False)

    @property
    def client(self) -> WeChat:
        """The platform's client, made when it is first needed: a push by hand needs none.

        Raises:
            NotAllowed: the configured address may not be spoken to.
        """
        if self._client is None:
            self._client = wechat()
        return self._client

    @property
    def account(self) -> Account:
        """The account it goes out on."""
        account: Account = self.job.account
        return account

    def token(self) -> tokens.Token:
        """The account's token.

        Raises:
            NoToken: none can be had now.
        """
        if self._token is None:
            self._token = tokens.token_for(self.account, self.client, self.worker.name)
        return self._token

    def renew_token(self) -> tokens.Token:
        """Another token after the platform refused this one (SE7)."""
        self._token = tokens.after_refusal(self.account, self.client, self.worker.name, self.token())
        return self._token

    def ask(
        self,
        call: Call,
        payload: Mapping[str, Any] | None = None,
        *,
        upload: Upload | None = None,
        query: Mapping[str, str] | None = None,
        hooks: http.Hooks = http.Hooks(),  # noqa: B008 - frozen and empty.
    ) -> Answer:
        """Make a call without public effect; a refused token is renewed once and the call made again."""
        self.keep()
        answer = self.client.ask(call, self.token().value, payload, upload=upload, query=query, hooks=hooks)
        if answer.outcome is not AnswerClass.REFUSED_TOKEN:
            return answer
        token = self.renew_token().value
        return self.client.ask(call, token, payload, upload=upload, query=query, hooks=hooks)

    def keep(self) -> None:
        """Lengthen the lease before another call.

        Raises:
            LeaseLost: somebody else has the job by now.
        """
        if self.leased and not extend(self.job, self.worker):
            raise LeaseLost(f"Job {self.job.pk} is no longer held by {self.worker.name}.")


def unanswered(answer: Answer) -> Text:
    """Why a call brought nothing, in words."""
    if answer.outcome is AnswerClass.NOT_SENT:
        return Text(zh="暂时连接不上平台。", en="The platform cannot be reached at the moment.")
    if answer.errcode is None:
        return Text(zh="平台没有明确答复。", en="The platform gave no clear answer.")
    return meaning_of(answer.errcode)


def put_aside(answer: Answer) -> Put:
    """What to do with the job after a call without public effect failed: wait, as long as the platform says."""
    meaning = MEANINGS.get(answer.errcode or 0)
    wait = (
        timedelta(seconds=meaning.wait) if meaning and answer.outcome is AnswerClass.REFUSED_LATER else REST
    )
    return Put(Gate(Denied(unanswered(answer)), Barrier.HOLD), database_now() + wait)


def close(work: Work, put: Put) -> None:
    """Do with the job what a closed gate demands."""
    gate, job = put.gate, work.job
    if gate.denied is None or gate.barrier is Barrier.HOLD:
        reason = "" if gate.denied is None else gate.denied.reason.zh
        release(job, work.worker, put.again_at or database_now() + REST, cause=reason)
        return
    facts = {"clause": gate.denied.clause} if gate.denied.clause else {}
    with transaction.atomic():
        if gate.barrier is Barrier.CANCEL:
            move(job, JobState.CANCELLED, worker=work.worker, cause=gate.denied.reason, facts=facts)
        else:
            move(
                job, JobState.ASK, worker=work.worker, cause=gate.denied.reason, facts=facts, ask_why=gate.why
            )


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
        sentence=sentence.zh,
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
