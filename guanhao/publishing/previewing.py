"""A push shown to one named follower before it goes out (预览): asked for by a person, sent once by the publisher.

It reaches one person's chat, so it is never repeated by itself: an unclear answer is told as such, and whoever wants it
again asks again. The WeChat id is personal data; it stays in the row and reaches neither ledger nor attempt.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import transaction

from guanhao.core import tenancy
from guanhao.core.actors import Actor
from guanhao.core.clock import CHINA
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.platforms.types import Answer
from guanhao.publishing import attempts, checks
from guanhao.publishing.channels import DRIVERS, work_on
from guanhao.publishing.models import Attempt, Preview, PublishJob, worded
from guanhao.publishing.moves import PUBLISHER, WAITING, subject_of
from guanhao.publishing.types import EffectClass, JobState, Outcome
from guanhao.publishing.work import Work
from guanhao.registry.models import Account
from guanhao.registry.tokens import NoToken
from guanhao.steps.claims import claim, finish, release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

CALL = "mass_preview"
A_DAY = 100  # by WeChat id, for each account and Beijing day (wechat.md §6.3)
PATIENCE = timedelta(minutes=10)  # for the draft to be made
AGAIN = timedelta(seconds=3)
INTENT_ALLOWED = timedelta(seconds=30)
_WECHAT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{4,63}")

_SENT = Text(zh="已发送，请在微信里查看。", en="Sent; see WeChat.")
_UNCLEAR = Text(
    zh="平台没有明确答复，对方可能已收到；没有收到请再发一次。",
    en="The platform gave no clear answer; it may have arrived. If not, send it again.",
)
_NO_DRAFT = Text(zh="平台草稿没有备好，没有发送。", en="The draft was not ready; nothing was sent.")
_OVER = Text(zh="推送已不在待发状态，没有发送。", en="The push does not wait any more; nothing was sent.")


def may_preview(person: Person, job: PublishJob) -> Verdict:
    """Whether the person may show the push to a follower now: who may handle it, while it waits for its time."""
    driver = DRIVERS.get(job.channel)
    if driver is None or driver.preview is None:
        return Denied(Text(zh="该渠道没有预览。", en="This channel has no preview."))
    if job.state not in WAITING:
        return Denied(Text(zh="推送已不在待发状态。", en="The push does not wait any more."))
    handles = checks.may_handle(person, job)
    if not handles:
        return handles
    return ALLOWED if left_today(job.account) > 0 else Denied(_used_up())


def left_today(account: Account) -> int:
    """How many previews the account may send today, by our own count."""
    midnight = database_now().astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return A_DAY - Preview.objects.filter(account=account, asked_at__gte=midnight).count()


def _used_up() -> Text:
    return Text(
        zh=f"该账号今天的 {A_DAY} 次预览已用完。", en=f"Today's {A_DAY} previews of the account are used up."
    )


@transaction.atomic
def ask_preview(*, actor: Actor, person: Person, job: PublishJob, wechat_id: str) -> Preview:
    """Have the push shown to a follower. A draft that is not made yet is made now instead of half an hour before.

    Raises:
        Refused: as `may_preview` says, or for something that cannot be a WeChat id.
    """
    require(may_preview(person, job))
    wechat_id = wechat_id.strip()
    if not _WECHAT_ID.fullmatch(wechat_id):
        raise Refused(
            Denied(
                Text(
                    zh="微信号应为 5 位以上的字母、数字、下划线或减号（不是昵称）。",
                    en="A WeChat id has at least five letters, digits, underscores or hyphens; it is not the nickname.",
                )
            )
        )
    now = database_now()
    preview = Preview(
        institution_id=job.institution_id,
        job=job,
        account=job.account,
        wechat_id=wechat_id,
        asked_by=person,
        asked_at=now,
        run_after=now,
    )
    preview.save()
    PublishJob.objects.filter(pk=job.pk, state=JobState.PLANNED, run_after__gt=now).update(run_after=now)
    _tell(actor, Action.JOB_PREVIEW_ASKED, preview)
    return preview


def preview_one(worker: Worker) -> bool:
    """Send one preview that was asked for, once its draft is there."""
    with tenancy.everywhere("previews of all institutions are one queue"):
        rows = Preview.objects.select_related("institution", "job__account", "job__institution", "job__push")
        preview = claim(rows.filter(finished_at__isnull=True), worker)
    if preview is None:
        return False
    with tenancy.within(preview.institution):
        _handle(preview, worker)
    return True


def _handle(preview: Preview, worker: Worker) -> None:
    job = preview.job
    if preview.attempt is not None:
        _end(preview, worker, Outcome.UNKNOWN, _UNCLEAR)  # The worker that began it is gone.
    elif job.state == JobState.STAGED:
        _send(preview, work_on(job, worker, leased=False))
    elif job.state in WAITING and database_now() - preview.asked_at < PATIENCE:
        release(preview, worker, database_now() + AGAIN)
    else:
        _end(preview, worker, Outcome.NOT_SENT, _NO_DRAFT if job.state in WAITING else _OVER)


def _send(preview: Preview, work: Work) -> None:
    send = DRIVERS[work.job.channel].preview
    assert send is not None
    try:
        work.token()
    except NoToken as trouble:
        _end(preview, work.worker, Outcome.NOT_SENT, trouble.sentence)
        return
    attempt = _intended(preview, work)
    answer = send(work, preview.wechat_id)
    outcome = attempts.OUTCOMES[answer.outcome]
    _end(preview, work.worker, outcome, _said(work, answer), (attempt, answer))


@transaction.atomic
def _intended(preview: Preview, work: Work) -> Attempt:
    attempt = attempts.intend(
        work.job,
        CALL,
        EffectClass.INVISIBLE,
        work.worker,
        request={"media_id": work.job.staged["media_id"], "preview": preview.pk},
        allowed=INTENT_ALLOWED,
    )
    Preview.objects.filter(pk=preview.pk).update(attempt=attempt)
    return attempt


def _said(work: Work, answer: Answer) -> Text:
    if answer.done:
        return _SENT
    if attempts.OUTCOMES[answer.outcome] == Outcome.UNKNOWN:
        return _UNCLEAR
    return work.codes.sentence(answer)


def _end(
    preview: Preview,
    worker: Worker,
    outcome: Outcome,
    sentence: Text,
    called: tuple[Attempt, Answer] | None = None,
) -> None:
    with transaction.atomic():
        if called is not None:
            attempts.conclude(*called)
        elif preview.attempt is not None:
            Attempt.objects.filter(pk=preview.attempt_id, outcome=Outcome.PENDING).update(
                outcome=outcome, finished_at=database_now()
            )
        finish(preview, worker, outcome=outcome, **worded(sentence), finished_at=database_now())
        _tell(PUBLISHER, Action.JOB_PREVIEWED, preview, outcome=outcome.value)


def _tell(actor: Actor, action: Action, preview: Preview, **facts: str) -> None:
    record(
        institution=preview.job.institution,
        actor=actor,
        action=action,
        subject=subject_of(preview.job),
        facts={"preview": preview.pk, **facts},
    )
