"""The ask page (§2.7): a person says what the machine cannot know. Who decided, and why, is kept.

已发出 takes a link and is looked up where possible; 重发 sends the same draft again, after the quiet time or earlier with
a second person; 放弃 ends the job.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.publishing import checks
from guanhao.publishing.channels import by_api
from guanhao.publishing.jobs import GRACE
from guanhao.publishing.looking import QUIET_TIME
from guanhao.publishing.models import HandReport, JobItem, PublishJob
from guanhao.publishing.moves import apply, move, subject_of
from guanhao.publishing.types import Answered, AskWhy, JobState
from guanhao.steps.clock import database_now

MOST_LINK = 1000
_SAY_MORE = Denied(Text(zh="请写明理由。", en="Give a reason."))


@transaction.atomic
def answer_ask(
    *,
    actor: Actor,
    person: Person,
    job: PublishJob,
    choice: str,
    links: list[str] | None = None,
    note: str = "",
    screenshot: Asset | None = None,
) -> HandReport:
    """Answer for a job that waits for a person.

    ``links`` are the published addresses in the order of the items. An early 重发 is only written down; it takes effect
    when a second person confirms it (`confirm_resend`).

    Raises:
        Refused: without the role, with an answer that is not open now, or without what it needs.
        WrongState: the job no longer waits for an answer.
    """
    job = _waiting(job)
    require(checks.may_handle(person, job))
    answered = Answered(choice)
    require(may_answer(job, answered))
    if answered is Answered.PUBLISHED and job.armed_at is None:
        _require_open(job)  # Nothing was sent by us, so this is a publication by hand.
    report = _report(job, person, answered, note=note, screenshot=screenshot, links=links or [])
    if answered is Answered.PUBLISHED:
        _published(actor, job, report, links or [])
    elif answered is Answered.GIVE_UP:
        if not note.strip():
            raise Refused(_SAY_MORE)
        _given_up(actor, job, note)
    elif quiet(job):
        _resend(actor, job)
    _answer_event(actor, job, report)
    return report


@transaction.atomic
def confirm_resend(*, actor: Actor, person: Person, report: HandReport) -> None:
    """The second person's yes to an early 重发.

    Raises:
        Refused: without the role, or by the person who asked for it.
        WrongState: it is settled already.
    """
    report = HandReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    job = _waiting(report.job)
    require(checks.may_handle(person, job))
    if checks.same_person(report.by, person):
        raise Refused(
            Denied(Text(zh="提前重发须由另一人确认。", en="Another person must confirm an early re-send."))
        )
    if report.choice != Answered.RESEND or report.second_id is not None:
        raise WrongState(Denied(Text(zh="这项请求已经处理。", en="This request is settled already.")))
    require(may_answer(job, Answered.RESEND))
    HandReport.objects.filter(pk=report.pk).update(second=person)
    _resend(actor, job)
    _answer_event(actor, job, report, second=person.pk)


@transaction.atomic
def report_by_hand(
    *,
    actor: Actor,
    person: Person,
    job: PublishJob,
    links: list[str],
    screenshot: Asset | None = None,
    note: str = "",
    published_at: datetime | None = None,
    notified: bool = False,
) -> HandReport:
    """Record a publication made by hand: the links, or a screenshot where the platform gives none (architecture §4).

    ``notified`` says that followers were notified: it then counts against the account's allowance.

    The approval is asked once more, so that nothing unapproved is recorded as a proper publication.

    Raises:
        Refused: without the role, without link and screenshot, or without a valid approval.
        WrongState: the job no longer waits for it.
    """
    job = _waiting(job)
    require(checks.may_handle(person, job))
    _require_open(job)
    report = _report(job, person, Answered.PUBLISHED, note=note, screenshot=screenshot, links=links)
    if notified:
        HandReport.objects.filter(pk=report.pk).update(notified=True)
    _published(actor, job, report, links, at=published_at)
    record(
        institution=job.institution,
        actor=actor,
        action=Action.JOB_REPORTED_BY_HAND,
        subject=subject_of(job),
        facts={
            "report": report.pk,
            "screenshot": screenshot.digest if screenshot else "",
            "notified": notified,
        },
        detail={"links": links, "note": note},
    )
    return report


@transaction.atomic
def look_again(*, actor: Actor, person: Person, job: PublishJob) -> None:
    """Let the machine look once more before a person decides; nothing is sent.

    A job that is being looked for anyway is looked for at once.

    Raises:
        Refused: without the role, or where no machine can look.
    """
    job = _waiting(job)
    require(checks.may_handle(person, job))
    if job.state == JobState.UNKNOWN:
        apply(job, {"run_after": database_now()})
        return
    if not by_api(job.channel) or job.armed_at is None:
        raise Refused(Denied(Text(zh="这项任务无法自动核对。", en="This job cannot be looked up.")))
    move(
        job,
        JobState.UNKNOWN,
        actor=actor,
        run_after=database_now(),
        unknown_since=database_now(),
        looks_done=0,
    )


def may_answer(job: PublishJob, choice: Answered) -> Verdict:
    """Whether the answer is open for the job now.

    While the machine still looks, a person who saw it may say that it is out, and two may send it again; whether to
    give it up is asked when the looks are over, for until then it may turn up.
    """
    if choice is Answered.GIVE_UP and job.state == JobState.UNKNOWN:
        return Denied(
            Text(
                zh="系统还在核对，现在放弃会漏掉已经发出的内容；核对结束后再选。",
                en="It is still being looked for and may turn up; give it up when the looks are over.",
            )
        )
    if choice is not Answered.RESEND:
        return ALLOWED
    if job.ask_why == AskWhy.SEVERAL:
        return Denied(
            Text(
                zh="平台上已有多条符合，不能再发。", en="Several match on the platform; it is not sent again."
            )
        )
    if not by_api(job.channel):
        return Denied(Text(zh="这项推送由人工发布。", en="This push is published by hand."))
    if job.ask_why == AskWhy.NOT_CONFIRMED:
        return Denied(
            Text(
                zh="这次群发已经作废，不能原样重发；请放弃后重新排期。",
                en="This send is void and cannot be sent as it is; give it up and plan it again.",
            )
        )
    if job.ask_why in {AskWhy.DRAFT_CHANGED, AskWhy.CONTENT, AskWhy.BY_HAND}:
        return Denied(
            Text(
                zh="草稿已变动或被拒绝，不能原样重发；请改时间重新排期、手工发布或放弃。",
                en="The draft changed or was refused and cannot be sent as it is; re-plan, publish by hand, or give up.",
            )
        )
    return ALLOWED


def opens_at(job: PublishJob) -> datetime | None:
    """From when one person may send it again (§2.7); nothing where no send was made."""
    return job.armed_at + QUIET_TIME if job.armed_at else None


def quiet(job: PublishJob) -> bool:
    """Whether an earlier send, if there was one, is old enough for a second (§2.7), or its key forbids a second effect."""
    opens, now = opens_at(job), database_now()
    keyed = job.keyed_until is not None and now <= job.keyed_until
    return keyed or opens is None or now >= opens


def answerable(job: PublishJob) -> bool:
    """Whether a person may answer: it asks, or its outcome is unknown and somebody knows better than the machine."""
    return job.state in {JobState.ASK, JobState.UNKNOWN}


def _require_open(job: PublishJob) -> None:
    gate = checks.gate(job, by_hand=True)
    if gate.denied is not None:
        raise Refused(gate.denied)


def _waiting(job: PublishJob) -> PublishJob:
    fresh: PublishJob = PublishJob.objects.select_related("institution", "account", "push").get(pk=job.pk)
    if not answerable(fresh):
        raise WrongState(
            Denied(
                Text(
                    zh=f"这项任务现在是“{JobState(fresh.state).label}”，不需要回答。",
                    en="The job no longer waits for an answer.",
                )
            )
        )
    return fresh


def _report(
    job: PublishJob,
    person: Person,
    choice: Answered,
    *,
    note: str,
    screenshot: Asset | None,
    links: list[str],
) -> HandReport:
    if choice is Answered.PUBLISHED:
        _require_proof(job, links, screenshot)
    report = HandReport(
        institution_id=job.institution_id,
        job=job,
        choice=choice,
        link=links[0] if links else "",
        screenshot=screenshot,
        note=note.strip(),
        by=person,
        at=clock.now(),
    )
    report.save()
    return report


def _require_proof(job: PublishJob, links: list[str], screenshot: Asset | None) -> None:
    if not any(links) and screenshot is None:
        raise Refused(
            Denied(Text(zh="请粘贴文章链接，或上传截图。", en="Paste the link or upload a screenshot."))
        )
    for link in filter(None, links):
        require_address(link)
    if len(links) > len(job.manifest):
        raise Refused(Denied(Text(zh="链接比文章多。", en="There are more links than articles.")))


def require_address(link: str) -> None:
    """An address that a browser can open.

    Raises:
        Refused: it is none.
    """
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(link) > MOST_LINK:
        raise Refused(
            Denied(
                Text(zh="链接须以 http:// 或 https:// 开头。", en="A link begins with http:// or https://.")
            )
        )


def _published(
    actor: Actor, job: PublishJob, report: HandReport, links: list[str], at: datetime | None = None
) -> None:
    """On a person's word; the machine confirms it where it can, soon after."""
    for item, link in zip(job.items.order_by("position"), links, strict=False):
        JobItem.objects.filter(pk=item.pk).update(url=link)
    now = database_now()
    move(
        job,
        JobState.PUBLISHED,
        actor=actor,
        published_at=min(at, now) if at else now,
        run_after=now,
        looks_done=0,
        cause=Text(zh="", en=""),
        facts={"by_hand": True, "report": report.pk},
    )


def _given_up(actor: Actor, job: PublishJob, note: str) -> None:
    sweep_at = (
        clock.now() if job.armed_at is None else None
    )  # A draft that may have been sent is evidence; it stays.
    move(
        job, JobState.CANCELLED, actor=actor, cause=Text(zh=note.strip(), en=note.strip()), sweep_at=sweep_at
    )


def _resend(actor: Actor, job: PublishJob) -> None:
    """The same draft once more, or the first send where none was made; looked up by its mark before (K9)."""
    now = database_now()
    move(
        job,
        JobState.STAGED if job.staged.get("snapshot") else JobState.PLANNED,
        actor=actor,
        run_after=now,
        late_after=now + GRACE,
        due_at=min(job.due_at, now),
        remote={**job.remote, "look_first": True},
    )


def _answer_event(actor: Actor, job: PublishJob, report: HandReport, second: int | None = None) -> None:
    record(
        institution=job.institution,
        actor=actor,
        action=Action.JOB_ASK_ANSWERED,
        subject=subject_of(job),
        facts={"choice": str(report.choice), "report": report.pk, "second": second},
        detail={"note": report.note, "link": report.link},
    )
