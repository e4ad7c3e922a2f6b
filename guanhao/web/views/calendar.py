"""The plan (排期): the week, giving an article a place, moving and cancelling a push."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.contents import plan
from guanhao.contents.models import Article
from guanhao.core.verdicts import Refused, WrongState
from guanhao.publishing import actions
from guanhao.web import csp
from guanhao.web.answers import done
from guanhao.web.answers import refused as toast
from guanhao.web.forms.calendar import CancelForm, MoveForm, ScheduleForm
from guanhao.web.fresh import fresh
from guanhao.web.templatetags.guanhao import when
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access
from guanhao.web.work.allowances import notifies
from guanhao.web.work.plan_pages import (
    nearest_move,
    others_for,
    push_context,
    refused_context,
    schedule_context,
    week_context,
    wished_for,
)
from guanhao.web.work.scripts import form_refused, invalid, refused, wants_json
from guanhao.web.work.weeks import Week


@require_safe
@csp.relaxed(style_src_attr="'unsafe-inline'")
def week(request: WebRequest) -> HttpResponse:
    """A week with windows, pushes and gaps. Places on the grid are ``style`` attributes of numbers, so they are allowed."""
    viewer = request.viewer
    account = access.chosen_account(viewer, request.GET.get("account", ""))
    context = week_context(viewer, Week.of(request.GET.get("week", "")), account)
    return render(request, "web/calendar/week.html", context)


@require_http_methods(["GET", "POST"])
def schedule(request: WebRequest, pk: int) -> HttpResponse:
    """Give an approved article a place: channel, time, what goes along."""
    viewer = request.viewer
    article = access.approved_article(viewer, pk)
    others = others_for(viewer, article)
    if request.method != "POST":
        form = ScheduleForm(article, others, initial=wished_for(viewer, article, request.GET.get("at", "")))
        return render(request, "web/calendar/schedule.html", schedule_context(viewer, article, form))
    form = ScheduleForm(article, others, request.POST)
    if not form.is_valid():
        return render(
            request, "web/calendar/schedule.html", schedule_context(viewer, article, form), status=422
        )
    place = fresh(_place) if notifies(article.account, form.cleaned_data["channel"]) else _place
    try:
        return place(request, article, form)  # A mass send is scheduled only freshly authenticated (SI5).
    except Refused as refusal:
        context = schedule_context(viewer, article, form) | refused_context(viewer, form, refusal)
        return render(request, "web/calendar/schedule.html", context, status=422)


def _place(request: WebRequest, article: Article, form: ScheduleForm) -> HttpResponse:
    """Plan it; or only keep what stands against the time, so that who may let it pass finds it on the article."""
    viewer = request.viewer
    if "note" in request.POST:
        plan.note_findings(person=viewer.person, **form.wish())
        done(request, _("已记下。放行后按同一时间再排期。"))
        return redirect("article", article.pk)
    push = actions.schedule(
        actor=viewer.actor,
        person=viewer.person,
        override_reason=form.cleaned_data["override_reason"],
        **form.wish(),
    )
    done(request, _("已排期：%s。") % when(push.due_at))
    return redirect("push", push.pk)


@require_safe
def push(request: WebRequest, pk: int) -> HttpResponse:
    """One push."""
    found = access.push(request.viewer, pk)
    return render(request, "web/calendar/push.html", push_context(request.viewer, found))


@require_POST
def move(request: WebRequest, pk: int) -> HttpResponse:
    """Give a push another time: from a drag (answers JSON) or from the form on its page."""
    viewer = request.viewer
    found = access.push(viewer, pk)
    form = MoveForm(request.POST)
    script = wants_json(request)
    if not form.is_valid():
        return invalid(form) if script else form_refused(request, form, "push", pk)
    values = form.cleaned_data
    try:
        moved = actions.move(
            actor=viewer.actor, person=viewer.person, push=found, due_at=values["at"], serial=values["serial"]
        )
    except Refused as refusal:
        if script:
            offer = {} if isinstance(refusal, WrongState) else nearest_move(viewer, found, values["at"])
            return refused(request, refusal, **offer)
        toast(request, refusal.denied)
        return redirect("push", pk)
    said = _("已改到 %s。") % when(moved.due_at)
    if script:
        return JsonResponse({"said": said, "serial": moved.serial})
    done(request, said)
    return redirect("push", pk)


@require_POST
def cancel(request: WebRequest, pk: int) -> HttpResponse:
    """Take a push out of the plan; its articles stay approved."""
    viewer = request.viewer
    found = access.push(viewer, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return form_refused(request, form, "push", pk)
    actions.cancel(actor=viewer.actor, person=viewer.person, push=found, reason=form.cleaned_data["reason"])
    done(request, _("已取消，稿件回到待排期。"))
    return redirect("push", pk)
