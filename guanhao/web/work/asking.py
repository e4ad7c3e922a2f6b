"""The questions a person is asked about pushes: what is known, in words; what may be answered, and what follows (§2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Verdict
from guanhao.publishing import answering, checks
from guanhao.publishing.difference import difference
from guanhao.publishing.models import Attempt, HandReport, JobItem, Look, PublishJob
from guanhao.publishing.outages import Answer, Group, Kind, grouped, kind_of, may_answer_all
from guanhao.publishing.types import Answered, EffectClass, JobState, LookVerdict, Outcome
from guanhao.web.answers import done
from guanhao.web.answers import refused as refused_toast
from guanhao.web.callwords import CALLS
from guanhao.web.forms.publishing import AnswerForm, typed_links
from guanhao.web.viewer import Viewer
from guanhao.web.work import access
from guanhao.web.work.consoles import Record, record_of

PUBLIC = (EffectClass.PUBLIC, EffectClass.KEYED)
INLINE = (Kind.UNKNOWN, Kind.MISSED, Kind.RESTORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One job that asks: what was done and seen, in sentences, and which answers are open now."""

    job: PublishJob
    items: Sequence[JobItem]
    story: list[str]
    record: Record | None
    may: Verdict
    may_resend: Verdict
    may_give_up: Verdict
    sent: bool
    quiet: bool
    opens_at: datetime | None
    early: HandReport | None
    confirms: bool

    @property
    def looking(self) -> bool:
        """Whether the machine still looks for it."""
        return self.job.state == JobState.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """A group as the page shows it. ``inline`` ones are answered here, others on a page of their own."""

    kind: Kind
    heading: str
    advice: str
    rows: list[Question]
    inline: bool
    record: Record | None
    may_resend_all: bool
    may_give_up_all: bool


def questions(viewer: Viewer) -> list[Questions]:
    """Everything that asks or is unknown, in groups."""
    jobs = access.questions(viewer)
    return [_shown(viewer, group) for group in grouped(jobs)]


def _shown(viewer: Viewer, group: Group) -> Questions:
    rows = [question(viewer, job) for job in group.jobs]
    mine = [row.job for row in rows if row.may]
    several = len(mine) > 1 and group.kind in INLINE
    return Questions(
        kind=group.kind,
        heading=_heading(group),
        advice=_advice(group),
        rows=rows,
        inline=group.kind in INLINE and bool(mine),
        record=rows[0].record,
        may_resend_all=several and bool(may_answer_all(viewer.person, mine, Answered.RESEND)),
        may_give_up_all=several and bool(may_answer_all(viewer.person, mine, Answered.GIVE_UP)),
    )


def question(viewer: Viewer, job: PublishJob) -> Question:
    """One question with its open answers."""
    early = access.early_resend(job) if answering.answerable(job) else None
    return Question(
        job=job,
        items=sorted(job.items.all(), key=lambda item: item.position),
        story=story_of(job),
        record=record_of(job),
        may=checks.may_handle(viewer.person, job),
        may_resend=answering.may_answer(job, Answered.RESEND),
        may_give_up=answering.may_answer(job, Answered.GIVE_UP),
        sent=job.armed_at is not None,
        quiet=answering.quiet(job),
        opens_at=answering.opens_at(job),
        early=early,
        confirms=early is not None and early.by_id != viewer.person.pk,
    )


def ask_context(viewer: Viewer, job: PublishJob, form: AnswerForm) -> dict[str, Any]:
    """The page of one question."""
    asked = question(viewer, job)
    return {
        "job": job,
        "question": asked,
        "items": asked.items,
        "kind": kind_of(job),
        "form": form,
        "typed": form.links(),
        "asks": answering.answerable(job),
        "looks_up": asked.sent and bool(job.tries.all()),
        "different": difference(job),
        "tries": [try_ for try_ in job.tries.all() if try_.effect in PUBLIC],
        "looks": list(job.looks.all()),
        "approvals": access.approvals(job),
        "stops": access.stops_over(job),
    }


# --- In words -------------------------------------------------------------------------------------------------------


def story_of(job: PublishJob) -> list[str]:
    """What was done and seen so far, in short sentences, oldest first."""
    sends = sorted((one for one in job.tries.all() if one.effect in PUBLIC), key=lambda one: one.pk)
    told = [_sent(one) for one in sends] or [_("到现在没有向平台提交过。")]
    looks = [one for one in job.looks.all() if one.verdict != LookVerdict.DIFFERENT]
    if looks:
        told.append(_looked(looks))
    if job.state == JobState.UNKNOWN:
        until = answering.opens_at(job)
        told.append(_("系统会继续核对到 %(at)s。") % {"at": _hour(until)} if until else _("系统正在核对。"))
    return told


def _sent(attempt: Attempt) -> str:
    call = CALLS.get(attempt.call, attempt.call)
    said = {"at": _hour(attempt.armed_at), "call": call, "what": _outcome(attempt)}
    return _("%(at)s %(call)s：%(what)s。") % said


def _outcome(attempt: Attempt) -> str:
    words = {
        Outcome.DONE: _("平台已受理"),
        Outcome.NOT_SENT: _("没有连接上，确定没有发出"),
        Outcome.PENDING: _("还没有等到答复"),
        Outcome.UNKNOWN: _("没有等到明确答复，可能已发出，也可能没有"),
    }
    return words.get(Outcome(attempt.outcome), str(attempt.get_outcome_display()))


def _looked(looks: Sequence[Look]) -> str:
    last = max(looks, key=lambda one: one.pk)
    said = {"n": len(looks), "at": _hour(last.at), "what": last.get_verdict_display()}
    return _("已核对 %(n)s 次，最近 %(at)s：%(what)s。") % said


def _heading(group: Group) -> str:
    if group.kind is Kind.UNKNOWN and group.since is not None and len(group.jobs) > 1:
        return _("%(at)s 前后发送没有答复") % {"at": _hour(group.since)}
    return {
        Kind.UNKNOWN: _("发送没有答复"),
        Kind.RESTORED: _("数据恢复后待确认"),
        Kind.MISSED: _("错过推送时间，没有发送"),
        Kind.BY_HAND: _("待手工发布"),
        Kind.SEVERAL: _("平台上有多条相符"),
        Kind.CHANGED: _("平台草稿被改动或不见"),
        Kind.REFUSED: _("平台因内容拒绝"),
    }[group.kind]


def _advice(group: Group) -> str:
    return {
        Kind.UNKNOWN: _("先打开平台的记录，看每一篇在不在，再逐项选。不确定就先不答，系统会继续核对。"),
        Kind.RESTORED: _("备份之后的审批、停发和发送记录可能已丢失。逐项确认后才会继续。"),
        Kind.MISSED: _("没有发送，也不会自动补发。先到期的在前。"),
        Kind.BY_HAND: _("按审批通过的内容在平台上发布，然后登记链接。"),
        Kind.SEVERAL: _("打开逐条比对，指明哪一条是这次发布的。"),
        Kind.CHANGED: _("打开看差别，再决定。"),
        Kind.REFUSED: _("原样再发仍会被拒绝，请改时间重新排期、手工发布或放弃。"),
    }[group.kind]


def _hour(value: datetime | None) -> str:
    return f"{value.astimezone(clock.CHINA):%H:%M}" if value else "—"


# --- Several answers at once ----------------------------------------------------------------------------------------


def answers_in(data: QueryDict, jobs: Iterable[PublishJob]) -> list[Answer]:
    """The answers of a group's form: one per job that got one; the others stay open."""
    choices = {job.pk: data.get(f"choice-{job.pk}", "") for job in jobs}
    return [
        Answer(
            job,
            Answered(choices[job.pk]),
            links=tuple(typed_links(data.getlist(f"link-{job.pk}"))),
            note=data.get(f"note-{job.pk}", "").strip(),
        )
        for job in jobs
        if choices[job.pk] in Answered.values
    ]


def same_answer(data: QueryDict, jobs: Iterable[PublishJob]) -> list[Answer]:
    """One answer for all jobs of a group; nothing where it is none that we know."""
    note = data.get("note-all", "").strip()
    choice = str(data.get("all", ""))
    return [Answer(job, Answered(choice), note=note) for job in jobs] if choice in Answered.values else []


def tell_answered(request: HttpRequest, given: int, refused: Sequence[tuple[PublishJob, Denied]]) -> None:
    """Say how many answers were recorded, and for each that was refused why."""
    recorded = given - len(refused)
    if recorded:
        done(request, _("已记录 %(n)s 项。") % {"n": recorded})
    elif not refused:
        done(request, _("没有选择，什么也没有改变。"))
    for job, denied in refused:
        titles = [item.revision.article.title for item in job.items.all()]
        refused_toast(request, Denied(_titled(titles[0] if titles else "", denied), denied.article))


def _titled(title: str, denied: Denied) -> Text:
    return Text(zh=f"《{title}》{denied.reason.zh}", en=f"“{title}”: {denied.reason.en}")
