"""The list of publishing jobs (发布任务) and what a job's page shows: every attempt, every look, every word of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from guanhao.contents.models import Revision
from guanhao.contents.types import Channel
from guanhao.platforms.manual.text import plain
from guanhao.publishing import answering, checks, outgoing
from guanhao.publishing.channels import by_api
from guanhao.publishing.difference import difference
from guanhao.publishing.linking import lacks_links
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.publishing.types import AskWhy, JobState
from guanhao.web.forms.choices import offerable_accounts
from guanhao.web.forms.publishing import LinksForm
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import state_of
from guanhao.web.paths import numbered
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import access, pictures
from guanhao.web.work.allowances import count_of, notifies
from guanhao.web.work.history import history_of

Rows = QuerySet[Any]
ON_THE_WAY = (
    JobState.PLANNED,
    JobState.STAGING,
    JobState.STAGED,
    JobState.ARMED,
    JobState.ACCEPTED,
    JobState.WAITING_CONFIRM,
    JobState.UNKNOWN,
)
OVER = (JobState.REJECTED, JobState.REMOVED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One article ready to paste: every field the platform's editor asks for."""

    revision: Revision
    title: str
    author: str
    digest: str
    link: str
    body: str
    text: str
    pictures: int


def with_what_it_shows(rows: Rows) -> Rows:
    """Jobs with account and titles."""
    items = Prefetch("items", queryset=JobItem.objects.select_related("revision__article"))
    return rows.select_related("account", "push").prefetch_related(items)


def job_list() -> ListSpec:
    """What the list is."""
    return ListSpec(
        title=_("发布"),
        columns=_columns(),
        empty=Empty(
            why=_("还没有发布任务。"),
            hint=_("稿件通过审批并排期后，到时间自动发送或提醒手工发布。"),
            action=_("去排期"),
            address=reverse("calendar"),
        ),
        order=("-due_at",),
        tabs=(
            Tab(
                key="ask",
                label=_("待人工确认"),
                apply=_in(JobState.ASK),
                empty=Empty(
                    why=_("没有待确认的"), hint=_("发送结果不明、错过时间或要手工发布的，会在这里。")
                ),
            ),
            Tab(key="way", label=_("进行中"), apply=_in(*ON_THE_WAY)),
            Tab(key="out", label=_("已发布"), apply=_in(JobState.PUBLISHED)),
            Tab(key="over", label=_("未发出"), apply=_in(*OVER)),
            Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        ),
        filters=_filters(),
        search=("items__revision__article__title", "account__name"),
        template="web/publishing/list.html",
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="title", label=_("内容"), value=_title, main=True),
        Column(key="state", label=_("状态"), value=state_of, sort=("state",), tight=True),
        Column(key="account", label=_("账号"), value=lambda row: row.account.name, sort=("account__name",)),
        Column(
            key="channel", label=_("方式"), value=lambda row: Channel(row.channel).label, sort=("channel",)
        ),
        Column(key="due", label=_("推送时间"), value=lambda row: row.due_at, sort=("due_at",), tight=True),
        Column(
            key="published",
            label=_("发布时间"),
            value=lambda row: row.published_at,
            tight=True,
            on_phone=False,
        ),
        Column(key="cause", label=_("说明"), value=lambda row: said(row.why), on_phone=False),
    )


def _filters() -> tuple[Filter, ...]:
    accounts = tuple((str(row.pk), row.name) for row in offerable_accounts())
    return (
        Filter(
            key="account",
            label=_("账号"),
            choices=accounts,
            apply=lambda rows, pk: rows.filter(account=pk),
        ),
        Filter(
            key="channel",
            label=_("方式"),
            choices=tuple(Channel.choices),
            apply=lambda rows, key: rows.filter(channel=key),
        ),
    )


def _in(*states: str) -> Callable[[Rows], Rows]:
    return lambda rows: rows.filter(state__in=states)


def job_context(viewer: Viewer, job: PublishJob) -> dict[str, Any]:
    """Everything known of a job."""
    return {
        "job": job,
        "items": job.items.select_related("revision__article").order_by("position"),
        "tries": job.tries.order_by("pk"),
        "looks": job.looks.order_by("pk"),
        "reports": job.hand_reports.select_related("by", "second", "screenshot").order_by("pk"),
        "asks": answering.answerable(job),
        "by_hand": is_by_hand(job),
        "different": difference(job),
        "count": count_of(job.account, job.due_at) if notifies(job.account, job.channel) else None,
        "lacks_links": by_api(job.channel)
        and lacks_links(job)
        and bool(checks.may_handle(viewer.person, job)),
        "stops": access.stops_over(job),
        "entries": history_of(viewer, ("job", [job.pk]), ("push", [job.push_id])),
    }


def by_hand_context(viewer: Viewer, job: PublishJob, form: LinksForm) -> dict[str, Any]:
    """The page of publishing by hand: each article ready to copy."""
    return {
        **job_context(viewer, job),
        "form": form,
        "typed": form.links(),
        "copies": [copy_of(viewer, item.revision) for item in job.items.select_related("revision__article")],
        "may": checks.may_handle(viewer.person, job),
    }


def copy_of(viewer: Viewer, revision: Revision) -> Copy:
    """One article as it is to be pasted: what readers get by API is what is pasted by hand."""
    content = outgoing.content_of(revision)
    body = outgoing.body_of(revision, lambda digest: pictures.address(viewer.institution.pk, digest))
    return Copy(
        revision=revision,
        title=content.title,
        author=content.author_line,
        digest=content.digest_text,
        link=content.source_url,
        body=mark_safe(body),  # noqa: S308 - sanitised by body_of; its ending is escaped there.
        text=content.status or plain(body),
        pictures=len(content.images),
    )


def is_by_hand(job: PublishJob) -> bool:
    """Whether the job waits for a person to publish it by hand."""
    return job.state == JobState.ASK and job.ask_why == AskWhy.BY_HAND


def _title(job: PublishJob) -> Link:
    items = list(job.items.all())
    first = items[0].revision.article.title if items else _("（空）")
    label = (
        _("%(title)s 等 %(number)d 篇") % {"title": first, "number": len(items)} if len(items) > 1 else first
    )
    return Link(label, numbered("publish_job", job.pk))
