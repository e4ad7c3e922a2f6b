"""The desk and the inbox: what waits for me, what is coming, what I was told."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanhao.core import clock
from guanhao.notices.models import Notice
from guanhao.web import access, desks
from guanhao.web.answers import done
from guanhao.web.lists import Cite, Column, Empty, Link, ListSpec, Tab, answer
from guanhao.web.marks import NEUTRAL, WAITING, Mark
from guanhao.web.viewer import WebRequest, said_of


@require_safe
def desk(request: WebRequest) -> HttpResponse:
    """What waits for the viewer, by when; the day's push for the office; a contributor's own articles."""
    return render(request, "web/desk/desk.html", {"desk": desks.of(request.viewer)})


def _read_mark(notice: Notice) -> Mark:
    return Mark(_("已读"), NEUTRAL) if notice.read_at else Mark(_("未读"), WAITING, icon="circle-dot")


_NONE_UNREAD = Empty(
    why=gettext_lazy("没有未读通知"),
    hint=gettext_lazy("需要您处理的事也列在工作台。"),
    action=gettext_lazy("去工作台"),
    address="/",
)
NOTICES = ListSpec(
    title=gettext_lazy("通知"),
    columns=(
        Column(
            key="title",
            label=gettext_lazy("内容"),
            value=lambda notice: Link(said_of(notice, "title"), f"/notices/{notice.pk}/"),
            main=True,
        ),
        Column(
            key="article",
            label=gettext_lazy("依据"),
            value=lambda notice: Cite(notice.article_ref),
            tight=True,
        ),
        Column(
            key="at", label=gettext_lazy("时间"), value=lambda notice: notice.at, sort=("at",), tight=True
        ),
        Column(key="read", label=gettext_lazy("状态"), value=_read_mark, sort=("read_at",), tight=True),
    ),
    order=("-pk",),
    search=("title_zh", "title_en", "body_zh"),
    tabs=(
        Tab(
            key="unread",
            label=gettext_lazy("未读"),
            apply=lambda rows: rows.filter(read_at__isnull=True),
            empty=_NONE_UNREAD,
        ),
        Tab(key="all", label=gettext_lazy("全部"), apply=lambda rows: rows),
    ),
    empty=_NONE_UNREAD,
    template="web/desk/notices.html",
)


@require_safe
def notices(request: WebRequest) -> HttpResponse:
    """The viewer's inbox."""
    return answer(request, NOTICES, access.notices(request.viewer))


@require_safe
def open_notice(request: WebRequest, pk: int) -> HttpResponse:
    """Show a notice and count it as read; where it only points somewhere, go there."""
    notice = access.one(access.notices(request.viewer), pk=pk)
    if notice.read_at is None:
        access.mark_read(access.notices(request.viewer).filter(pk=pk), clock.now())
    if notice.link and not (notice.body_zh or notice.body_en):
        return redirect(notice.link)
    return render(request, "web/desk/notice.html", {"notice": notice})


@require_POST
def read_all(request: WebRequest) -> HttpResponse:
    """Count everything in the inbox as read."""
    number = access.mark_read(access.notices(request.viewer).filter(read_at__isnull=True), clock.now())
    done(request, _("已将 %d 条通知标为已读。") % number)
    return redirect("notices")
