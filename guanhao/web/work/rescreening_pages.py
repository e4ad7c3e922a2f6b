"""Re-screenings as pages: the list, the progress of one, its hits by account."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhao.contents import rescreening
from guanhao.contents.models import Rescreening, RescreeningHit
from guanhao.contents.types import Force, RescreeningState
from guanhao.web.access import one
from guanhao.web.lists import Cite, Column, Empty, Filter, Link, ListSpec
from guanhao.web.marks import mark_of, state_of
from guanhao.web.viewer import Viewer, said_of
from guanhao.web.work.hitwords import CLASS_WORDS, class_word

_MINUTE, _HUNDRED = 60, 100


def rows() -> QuerySet[Rescreening]:
    """The institution's re-screenings."""
    return Rescreening.objects.select_related("asked_by")


def one_of(pk: int) -> Rescreening:
    """One of them, or 404."""
    return one(rows(), pk=pk)


def hits(row: Rescreening) -> QuerySet[RescreeningHit]:
    """What one found."""
    found: QuerySet[RescreeningHit] = RescreeningHit.objects.filter(rescreening=row)
    return found.select_related("account", "revision__article")


def archive_facts(viewer: Viewer) -> dict[str, Any]:
    """How much there is to read, and whether one may begin now."""
    return {
        "archived": rescreening.archive(viewer.institution).count(),
        "alive": Rescreening.objects.alive().first(),
    }


def facts(row: Rescreening) -> dict[str, Any]:
    """Progress in numbers, the time that remains, and the counts by account."""
    return {
        "row": row,
        "share": row.done * _HUNDRED // row.total if row.total else _HUNDRED,
        "left": _left(row),
        "by_account": hits(row)
        .order_by()
        .values("account__pk", "account__name")
        .annotate(n=Count("pk"))
        .order_by("-n"),
        "running": row.state == RescreeningState.RUNNING,
        "paused": row.state == RescreeningState.PAUSED,
    }


def rescreening_list() -> ListSpec:
    """What the list is."""
    return ListSpec(
        title=_("全库复查"),
        columns=(
            Column(
                key="at",
                label=_("发起时间"),
                value=lambda row: Link(f"{row.asked_at:%Y-%m-%d}", reverse("rescreening", args=[row.pk])),
                sort=("asked_at",),
                main=True,
            ),
            Column(key="state", label=_("状态"), value=state_of),
            Column(key="done", label=_("已查"), value=lambda row: f"{row.done}/{row.total}"),
            Column(key="found", label=_("发现"), value=lambda row: row.found, number=True),
            Column(key="lists", label=_("词库版本"), value=lambda row: row.list_version, number=True),
            Column(key="by", label=_("发起人"), value=lambda row: row.asked_by.name),
            Column(key="ended", label=_("结束时间"), value=lambda row: row.ended_at, tight=True),
        ),
        empty=Empty(why=_("还没有复查过。"), hint=_("词库或制度改动后，可以把已发布的稿件全部再查一遍。")),
        order=("-asked_at",),
        template="web/screening/rescreenings.html",
    )


def hit_list(row: Rescreening) -> ListSpec:
    """What one found, filtered by account and class."""
    accounts = hits(row).order_by().values_list("account__pk", "account__name").distinct()
    return ListSpec(
        title=_("复查发现"),
        columns=(
            Column(
                key="article",
                label=_("稿件"),
                value=lambda hit: Link(
                    hit.revision.article.title, reverse("article", args=[hit.revision.article_id])
                ),
                main=True,
            ),
            Column(
                key="account", label=_("账号"), value=lambda hit: hit.account.name, sort=("account__name",)
            ),
            Column(key="class", label=_("分类"), value=lambda hit: class_word(hit.hit_class)),
            Column(
                key="force", label=_("力度"), value=lambda hit: mark_of(Force(hit.force)), sort=("force",)
            ),
            Column(key="message", label=_("问题"), value=lambda hit: said_of(hit, "message")),
            Column(key="excerpt", label=_("原文"), value=lambda hit: hit.excerpt),
            Column(key="clause", label=_("依据"), value=lambda hit: Cite(hit.article_ref, hit.clause)),
        ),
        empty=Empty(why=_("没有发现问题。")),
        order=("account__name", "revision"),
        filters=(
            Filter(
                key="account",
                label=_("账号"),
                choices=tuple((str(pk), name) for pk, name in accounts),
                apply=lambda rows, value: rows.filter(account=value),
            ),
            Filter(
                key="class",
                label=_("分类"),
                choices=tuple((key, label) for key, label in CLASS_WORDS.items() if key),
                apply=lambda rows, value: rows.filter(hit_class=value),
            ),
        ),
        search=("revision__article__title", "message_zh", "excerpt"),
        template="web/screening/rescreening.html",
    )


def _left(row: Rescreening) -> str:
    """「约 3 分钟」, at the pace so far; empty before anything is known or when nothing is left."""
    left = (
        rescreening.remaining(row)
        if row.state in {RescreeningState.RUNNING, RescreeningState.PAUSED}
        else None
    )
    if left is None:
        return ""
    minutes = int(left.total_seconds() // _MINUTE)
    if not minutes:
        return _("不到一分钟")
    return ngettext("约 %(n)d 分钟", "约 %(n)d 分钟", minutes) % {"n": minutes}
