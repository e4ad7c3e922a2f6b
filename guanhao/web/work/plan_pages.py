"""What the calendar and its pages show: the week, what has no place yet, one push, one wish to plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from guanhao.contents import plan, weekplan
from guanhao.contents.attaching import may_let_pass
from guanhao.contents.checks import Found
from guanhao.contents.days import calendar_of, unpublished_years
from guanhao.contents.models import Article, Push, Revision
from guanhao.contents.placing import Publishers, may_publish
from guanhao.contents.plan import MOVABLE
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.publishing.channels import DRIVERS
from guanhao.publishing.checks import may_handle
from guanhao.publishing.models import PublishJob
from guanhao.publishing.previewing import left_today, may_preview
from guanhao.registry.models import Account
from guanhao.web.forms.calendar import CancelForm, MoveForm, ScheduleForm, channels_of
from guanhao.web.forms.publishing import PreviewForm
from guanhao.web.templatetags.guanhao import when
from guanhao.web.viewer import Viewer
from guanhao.web.work import access
from guanhao.web.work.allowances import Count, count_of, notifies, notifying
from guanhao.web.work.history import history_of
from guanhao.web.work.reasons import Reason, reasons_in
from guanhao.web.work.weeks import FIRST_HOUR, DayColumn, Week, hours, in_lanes, shade


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """The working days of a week on which an account still owes a push, in one line."""

    sentence: Text
    article: str
    clause: str


def week_context(viewer: Viewer, week: Week, account: Account | None) -> dict[str, Any]:
    """The week of one account, or of all with the windows of the first."""
    accounts = list(
        access.accounts(viewer).active().select_related("owner_unit").order_by("-flagship", "name")
    )
    shown = account or next(iter(accounts), None)
    pushes = access.pushes(viewer).between(week.begins, week.ends).with_items()
    pushes = pushes.filter(account=account) if account else pushes
    lacking = weekplan.gaps(viewer.institution, week.monday, [account] if account else accounts)
    return {
        "week": week,
        "account": account,
        "accounts": accounts,
        "keep": f"&account={account.pk}" if account else "",
        "columns": columns_of(viewer, week, shown, list(pushes)),
        "hours": hours(),
        "first_minute": FIRST_HOUR * 60,
        "gaps": lacks_of(lacking),
        "unplanned": unplanned(viewer, account),
        "unpublished": unpublished_years(calendar_of(viewer.institution), clock.today()),
    }


def columns_of(viewer: Viewer, week: Week, account: Account | None, pushes: list[Push]) -> list[DayColumn]:
    """The seven days with their windows and pushes."""
    if account is None:
        return []
    publishers = Publishers(viewer.person)
    movable = [push.pk for push in pushes if may_move(publishers, push)]
    columns = []
    for day in weekplan.days_of(account, week.monday, week.sunday):
        column = DayColumn(day=day.day, working=day.working, name=day.name, today=day.day == clock.today())
        column.shades = [shade(stretch.start, stretch.end) for stretch in day.stretches]
        of_day = [push for push in pushes if push.due_at.astimezone(clock.CHINA).date() == day.day]
        column.cards = in_lanes(of_day, movable)
        columns.append(column)
    return columns


def may_move(publishers: Publishers, push: Push) -> bool:
    """Whether the person may give the push another time now."""
    items = push.live_items
    return push.state in MOVABLE and all(publishers.may_publish(item.revision.article) for item in items)


def lacks_of(gaps: Iterable[weekplan.Gap]) -> list[Lack]:
    """One line per account and clause, naming the days."""
    days: dict[tuple[str, str, str], list[str]] = {}
    for gap in gaps:
        days.setdefault((gap.account.name, gap.article, gap.clause), []).append(f"{gap.day:%m-%d}")
    return [
        Lack(
            sentence=Text(
                zh=f"{name}：{'、'.join(dates)} 工作日尚无推送。",
                en=f"{name}: no push yet on the working days {', '.join(dates)}.",
            ),
            article=article,
            clause=clause,
        )
        for (name, article, clause), dates in days.items()
    ]


def unplanned(viewer: Viewer, account: Account | None) -> list[Article]:
    """Approved articles without a place that the person may publish, the earliest wished for first."""
    rows = (
        access.articles(viewer)
        .unplanned()
        .select_related("account__owner_unit", "owner_unit", "case", "current")
        .prefetch_related(
            "case__rulebook"
        )  # one row for all of them; joined, each would carry the whole text
    )
    rows = rows.filter(account=account) if account else rows
    publishers = Publishers(viewer.person)
    found = [
        article
        for article in rows.order_by("wanted_at", "changed_at")[:200]
        if publishers.may_publish(article)
    ]
    return sorted(found, key=lambda article: article.wanted_at or datetime.max.replace(tzinfo=clock.CHINA))


def schedule_context(viewer: Viewer, article: Article, form: ScheduleForm) -> dict[str, Any]:
    """The page that gives an approved article a place."""
    return {
        "article": article,
        "form": form,
        "days": weekplan.days_of(article.account, clock.today(), clock.today() + timedelta(days=13)),
        "counts": counts_for(article.account, form["due_at"].value()),
        "kind_missing": bool(notifying(article.account)) and not article.account.kind,
        "may": may_publish(viewer.person, article),
    }


def counts_for(account: Account, due_at: Any) -> list[Count]:
    """How the mass sends stand today and, where another day is asked for, on that day."""
    moments = [clock.now()]
    wished = due_at if isinstance(due_at, datetime) else _moment(str(due_at or ""))
    if wished is not None:
        moments.append(wished)
    counts = [count_of(account, moment) for moment in moments]
    return list(dict.fromkeys(count for count in counts if count is not None))


def others_for(viewer: Viewer, article: Article) -> list[Article]:
    """Other approved articles of the same account that may go along."""
    return [other for other in unplanned(viewer, article.account) if other.pk != article.pk]


def wished_for(viewer: Viewer, article: Article, at: str) -> dict[str, Any]:
    """What the form begins with: the time dropped at, or wished for, else the first lawful one."""
    channel = channels_of(article.account)[0][0]
    due_at = _moment(at) or article.wanted_at or _first_lawful(viewer, article, channel)
    return {"channel": channel, "due_at": due_at, "headline": str(article.current_id)}


def _first_lawful(viewer: Viewer, article: Article, channel: str) -> datetime | None:
    assert article.current is not None
    article.current.article = article
    soon = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=10)
    return plan.nearest_lawful(
        person=viewer.person,
        account=article.account,
        revisions=[article.current],
        channel=channel,
        after=soon,
    )


def refused_context(viewer: Viewer, form: ScheduleForm, refusal: Refused) -> dict[str, Any]:
    """Why a wish was refused, the first lawful time for it, and who may let it pass: the viewer, or another (`note`)."""
    wish = form.wish()
    found: tuple[Found, ...] = getattr(refusal, "found", ())
    reasons = list(dict.fromkeys(_against(viewer, wish["revisions"], one) for one in found))
    passable = bool(found) and all(one.override_role for one in found)
    return {
        "denied": refusal.denied,
        "reasons": reasons,
        "may_pass": passable and all(reason.settle for reason in reasons),
        "may_note": passable and not all(reason.settle for reason in reasons),
        "nearest": plan.nearest_lawful(person=viewer.person, after=wish.pop("due_at"), **wish),
    }


def _against(viewer: Viewer, revisions: list[Revision], found: Found) -> Reason:
    """One reason; where its clause names who may let it pass, whether the viewer may for every article, or who may."""
    [reason] = reasons_in([found])
    if not found.override_role:
        return reason
    verdicts = [may_let_pass(viewer.person, revision.article, found) for revision in revisions]
    denied = next((verdict for verdict in verdicts if isinstance(verdict, Denied)), None)
    return replace(reason, settle=denied is None, not_settle=denied)


def nearest_move(viewer: Viewer, push: Push, due_at: datetime) -> dict[str, str]:
    """The nearest lawful time for a refused drop, as the calendar's script reads it."""
    revisions = [
        item.revision for item in push.items.filter(live=True).select_related("revision__article__case")
    ]
    moment = plan.nearest_lawful(
        person=viewer.person, account=push.account, revisions=revisions, channel=push.channel, after=due_at
    )
    if moment is None:
        return {"nearest": "", "nearest_said": ""}
    local = moment.astimezone(clock.CHINA)
    return {
        "nearest": f"{local:%Y-%m-%dT%H:%M}",
        "nearest_said": _("改到最近的合规时间 %s") % when(moment),
    }


def push_context(viewer: Viewer, push: Push) -> dict[str, Any]:
    """One push: what goes out, when, how, and what became of it."""
    jobs = PublishJob.objects.filter(push=push).order_by("-pk")
    job = jobs.first()
    open_ = push.state in MOVABLE and job is not None and bool(may_handle(viewer.person, job))
    return {
        "push": push,
        "items": push.items.filter(live=True).select_related("revision__article").order_by("position")
        if push.state != "cancelled"
        else push.items.select_related("revision__article").order_by("position"),
        "job": job,
        "count": count_of(push.account, push.due_at) if notifies(push.account, push.channel) else None,
        "previews": preview_context(viewer, job) if job is not None else None,
        "move_form": MoveForm(initial={"at": push.due_at, "serial": push.serial}) if open_ else None,
        "cancel_form": CancelForm() if open_ else None,
        "entries": history_of(viewer, ("push", [push.pk]), ("job", [one.pk for one in jobs])),
    }


def preview_context(viewer: Viewer, job: PublishJob) -> dict[str, Any] | None:
    """The previews of a push and the way to another; nothing where its channel has none."""
    driver = DRIVERS.get(job.channel)
    if driver is None or driver.preview is None:
        return None
    may = may_preview(viewer.person, job)
    return {
        "form": PreviewForm() if may else None,
        "left": left_today(job.account),
        "rows": job.previews.select_related("asked_by"),
    }


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)
    except ValueError:
        return None
