"""What the answer to a public call means: outcome, state and event in one transaction (§2.5)."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from django.db import transaction

from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.publishing import attempts, breaker
from guanhao.publishing.channels import Driver
from guanhao.publishing.models import Attempt
from guanhao.publishing.moves import move
from guanhao.publishing.readying import forgotten
from guanhao.publishing.types import AskWhy, EffectClass, JobState, Outcome
from guanhao.publishing.work import Work
from guanhao.registry.tokens import NoToken
from guanhao.steps.clock import database_now

FIRST_LOOK = timedelta(seconds=15)
FIRST_POLL = timedelta(seconds=3)
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (2, 8, 30, 45))  # RS2: alone in a minute
REPEAT_APART = timedelta(seconds=61)  # of calls under one key: the platform refuses a minute (§2.2)


def settle(work: Work, driver: Driver[Any], attempt: Attempt, answer: Answer) -> None:
    """Write what the answer means: outcome, state and event in one transaction (§2.5)."""
    if answer.outcome is AnswerClass.DONE:
        _accepted(work, driver, attempt, answer)
    elif answer.outcome is AnswerClass.UNKNOWN:
        unknown(work, attempt, answer, work.codes.sentence(answer))
    elif driver.effect is EffectClass.KEYED and _in_doubt(attempt):
        _doubt_stays(work, driver, attempt, answer)
    elif answer.outcome is AnswerClass.REFUSED:
        _refused(work, driver, attempt, answer)
    else:
        _try_again(work, attempt, answer)


def _in_doubt(attempt: Attempt) -> bool:
    """Whether an earlier send of the job may have landed."""
    assert attempt.job is not None
    earlier = attempt.job.tries.filter(call=attempt.call, pk__lt=attempt.pk)
    return earlier.filter(outcome__in=[Outcome.UNKNOWN, Outcome.DONE]).exists()


def _accepted(work: Work, driver: Driver[Any], attempt: Attempt, answer: Answer) -> None:
    with transaction.atomic():
        accept(work, driver, attempt, answer, FIRST_POLL)


def accept(work: Work, driver: Driver[Any], attempt: Attempt, answer: Answer, look_after: timedelta) -> None:
    """The platform took it; in the caller's transaction. ``look_after`` is when it is asked what became of it."""
    ids = driver.ids(answer)
    attempts.conclude(attempt, answer, ids)
    move(
        work.job,
        JobState.ACCEPTED,
        worker=work.worker,
        run_after=database_now() + look_after,
        cause=Text(zh="", en=""),
        facts={"ids": ids},
        remote={**work.job.remote, **ids},
        keyed_until=None,
    )


def unknown(work: Work, attempt: Attempt | None, answer: Answer | None, why: Text) -> None:
    """No usable answer: nothing is sent again, it is looked for (K2).

    Under the platform's key (class Q) the look is the same call once more; the doubt then counts from its beginning.
    """
    job, now = work.job, database_now()
    keyed = job.keyed_until is not None
    with transaction.atomic():
        if attempt is not None and answer is not None:
            attempts.conclude(attempt, answer)
        attempts.give_up_pending(job)
        breaker.note_unknown(work.account.platform)
        move(
            job,
            JobState.UNKNOWN,
            worker=work.worker,
            run_after=now + (REPEAT_APART if keyed else FIRST_LOOK),
            cause=why,
            unknown_since=(job.unknown_since or now) if keyed else now,
            looks_done=0,
        )


def _doubt_stays(work: Work, driver: Driver[Any], attempt: Attempt, answer: Answer) -> None:
    """A repeat under the key told nothing about the earlier send: it is repeated later, or a person is asked."""
    said = work.codes.sentence(answer)
    with transaction.atomic():
        attempts.conclude(attempt, answer)
        if answer.outcome is AnswerClass.REFUSED:
            likely = answer.errcode in driver.landed
            move(
                work.job,
                JobState.ASK,
                worker=work.worker,
                ask_why=AskWhy.NOT_FOUND,
                cause=_betrayed(said) if likely else _refused_repeat(said),
                cause_code=str(answer.errcode or ""),
                facts={"errcode": answer.errcode},
            )
        else:
            again = database_now() + max(_wait(work, attempt, answer), REPEAT_APART)
            move(work.job, JobState.UNKNOWN, worker=work.worker, run_after=again, cause=said)
    if answer.outcome is AnswerClass.REFUSED_TOKEN:
        _renew(work)


def _renew(work: Work) -> None:
    """Another token for the next send, which asks again and tells people where there is none: the state stands already."""
    with contextlib.suppress(NoToken):
        work.renew_token()


def _betrayed(said: Text) -> Text:
    return Text(
        zh=f"核对时平台答复：{said.zh}上一次很可能已经发出，请到公众平台查看后选择。",
        en=f"Asked again, the platform said: {said.en} The earlier send has probably landed; see the console, then choose.",
    )


def _refused_repeat(said: Text) -> Text:
    return Text(
        zh=f"核对时平台拒绝：{said.zh}上一次是否发出不明，请到公众平台查看后选择。",
        en=f"Asked again, the platform refused: {said.en} Whether the earlier send landed is not known; see the console, then choose.",
    )


def _refused(work: Work, driver: Driver[Any], attempt: Attempt, answer: Answer) -> None:
    """Nothing went out. An edit may mend it (REJECTED), or a person without one (``asked``)."""
    why = driver.asked.get(answer.errcode or 0)
    if attempt.number > 1 and answer.errcode in driver.landed:
        # Such as no draft on a second attempt: evidence that the first one landed.
        unknown(work, attempt, answer, work.codes.sentence(answer))
    elif why is None:
        _rejected(work, attempt, answer)
    else:
        with transaction.atomic():
            attempts.conclude(attempt, answer)
            move(
                work.job,
                JobState.ASK,
                worker=work.worker,
                ask_why=why,
                cause=work.codes.sentence(answer),
                cause_code=str(answer.errcode or ""),
                keyed_until=None,
                facts={"errcode": answer.errcode},
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
        move(
            work.job,
            JobState.STAGED,
            worker=work.worker,
            run_after=again,
            cause=cause,
            keyed_until=None,
            staged=forgotten(work.job),
        )
    if answer.outcome is AnswerClass.REFUSED_TOKEN:
        _renew(work)


def _wait(work: Work, attempt: Attempt, answer: Answer) -> timedelta:
    if answer.outcome is AnswerClass.REFUSED_TOKEN and attempt.number == 1:
        return timedelta(0)
    backoff = BACKOFF[min(attempt.number, len(BACKOFF)) - 1]
    if answer.outcome is AnswerClass.REFUSED_LATER:
        return work.codes.wait_of(answer.errcode, backoff)
    return backoff
