"""Long exports: asked for, their progress, the finished file; each only for whoever asked."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanhao.core import clock
from guanhao.exports import actions
from guanhao.exports.files import path_of
from guanhao.exports.models import ExportJob
from guanhao.limiting.types import Use
from guanhao.web import access, exporting
from guanhao.web.answers import done
from guanhao.web.limits import counts_as
from guanhao.web.lists import Column, Empty, Link, ListSpec, answer
from guanhao.web.marks import BLOCKED, DONE, WAITING, Mark
from guanhao.web.viewer import WebRequest


def _standing(job: ExportJob) -> Mark:
    if job.set_aside_at:
        return Mark(_("未能生成"), BLOCKED, icon="alert-triangle")
    return Mark(_("可下载"), DONE) if job.finished_at else Mark(_("生成中"), WAITING)


EXPORTS = ListSpec(
    title=gettext_lazy("导出"),
    columns=(
        Column(key="title", label=gettext_lazy("内容"), main=True,
               value=lambda job: Link(job.title, reverse("export", args=[job.pk]))),
        Column(key="state", label=gettext_lazy("状态"), value=_standing, tight=True),
        Column(key="rows", label=gettext_lazy("行数"), value=lambda job: job.done, number=True, tight=True),
        Column(key="asked", label=gettext_lazy("申请时间"), value=lambda job: job.asked_at, sort=("asked_at",), tight=True),
        Column(key="until", label=gettext_lazy("保留至"), value=lambda job: job.expires_at, sort=("expires_at",), tight=True),
    ),
    order=("-pk",),
    search=("title",),
    empty=Empty(
        why=gettext_lazy("没有导出"),
        hint=gettext_lazy("行数较多的列表在后台导出，完成后在这里下载，保留 7 天。"),
    ),
)  # fmt: skip


@require_safe
def exports(request: WebRequest) -> HttpResponse:
    """What the viewer asked for."""
    return answer(request, EXPORTS, access.exports(request.viewer))


@counts_as(Use.EXPORT)
@require_POST
def ask(request: WebRequest) -> HttpResponse:
    """Ask for the list at an address of ours, as it is filtered."""
    path, query = request.POST.get("path", ""), request.POST.get("query", "")
    return redirect("export", pk=exporting.ask_for_list(request.viewer, path, query).pk)


@require_safe
def export(request: WebRequest, pk: int) -> HttpResponse:
    """Its progress with counts and remaining time; afterwards the file."""
    job = access.one(access.exports(request.viewer), pk=pk)
    gone = (clock.now() - job.begun_at).total_seconds() if job.begun_at else 0.0
    left = int(gone * (job.total - job.done) / job.done) if job.done else None
    share = 100 * job.done // job.total if job.total else 0
    return render(request, "web/exports/export.html", {"job": job, "left": left, "share": share})


@require_safe
def file(request: WebRequest, pk: int) -> FileResponse:
    """The file, as a download, as long as it is kept."""
    job = access.one(access.exports(request.viewer), pk=pk)
    place = path_of(job)
    if job.finished_at is None or job.expires_at <= clock.now() or not place.is_file():
        raise Http404
    return FileResponse(
        place.open("rb"), as_attachment=True, filename=f"{job.title}-{job.asked_at:%Y%m%d}{place.suffix}"
    )


@require_POST
def cancel(request: WebRequest, pk: int) -> HttpResponse:
    """Stop it, or throw it away."""
    actions.cancel(actor=request.viewer.actor, job=access.one(access.exports(request.viewer), pk=pk))
    done(request, _("已取消导出。"))
    return redirect("exports")
