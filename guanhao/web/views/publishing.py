"""Publishing (发布): the record of every job, and the page that asks a person (§2.7)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused, require
from guanhao.people.permissions import Permission
from guanhao.publishing import actions, outages
from guanhao.publishing.models import PublishJob
from guanhao.web.answers import done
from guanhao.web.forms.publishing import AnswerForm
from guanhao.web.lists import answer as answer_list
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access, imports
from guanhao.web.work.asking import answers_in, ask_context, questions, same_answer, tell_answered
from guanhao.web.work.publishing_pages import job_context, job_list, with_what_it_shows
from guanhao.web.work.pulse_page import standing_still


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """All jobs the person may see; open questions and stops in force stand above them."""
    viewer = request.viewer
    above = {
        "asks": access.jobs(viewer).unsettled().count(),
        "stops": access.stops(viewer),
        "still": standing_still(viewer),
    }
    above["watches"] = viewer.may(Permission.WORK_WATCH)
    return answer_list(request, job_list(), with_what_it_shows(access.jobs(viewer)), **above)


@require_safe
def asks(request: WebRequest) -> HttpResponse:
    """Every open question in groups: those of one outage together, missed ones in one list, oldest first (§2.7)."""
    return render(request, "web/publishing/asks.html", {"groups": questions(request.viewer)})


@require_POST
def answer_several(request: WebRequest) -> HttpResponse:
    """Answer the questions of a group: each its own answer, or one answer for all of them; each is recorded by itself."""
    viewer, data = request.viewer, request.POST
    chosen = access.chosen_questions(viewer, data.getlist("job"))
    together = same_answer(data, chosen)
    if together:
        require(outages.may_answer_all(viewer.person, chosen, together[0].choice))
    answers = together or answers_in(data, chosen)
    refused = outages.answer_each(actor=viewer.actor, person=viewer.person, answers=answers)
    tell_answered(request, len(answers), refused)
    return redirect("asks")


@require_safe
def job(request: WebRequest, pk: int) -> HttpResponse:
    """One job with every attempt, look and word of a person."""
    found = access.job(request.viewer, pk)
    return render(request, "web/publishing/job.html", job_context(request.viewer, found))


@require_http_methods(["GET", "POST"])
def answer(request: WebRequest, pk: int) -> HttpResponse:
    """Say what became of a push: out, not out and again, or given up."""
    viewer = request.viewer
    found = access.one_question(viewer, pk)
    if request.method != "POST":
        return _ask_page(request, found, AnswerForm())
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask_page(request, found, form)
    values = form.cleaned_data
    try:
        actions.answer_ask(
            actor=viewer.actor,
            person=viewer.person,
            job=found,
            choice=values["choice"],
            links=form.links(),
            note=values["note"],
            screenshot=imports.screenshot(viewer, values["screenshot"]),
        )
    except Refused as refusal:
        return _ask_page(request, found, form, refusal)
    done(request, _("已记录。"))
    return redirect("asks") if access.questions(viewer).exists() else redirect("publish_job", pk)


@require_POST
def confirm(request: WebRequest, pk: int) -> HttpResponse:
    """The second person's yes to sending again before the quiet time is over."""
    viewer = request.viewer
    found = access.job(viewer, pk)
    report = access.waiting_resend(found)
    actions.confirm_resend(actor=viewer.actor, person=viewer.person, report=report)
    done(request, _("已确认重发。"))
    return redirect("publish_job", pk)


@require_POST
def look(request: WebRequest, pk: int) -> HttpResponse:
    """Let the machine look once more; nothing is sent."""
    viewer = request.viewer
    actions.look_again(actor=viewer.actor, person=viewer.person, job=access.job(viewer, pk))
    done(request, _("已开始重新核对，结果会出现在本页。"))
    return redirect("publish_job", pk)


def _ask_page(
    request: WebRequest, found: PublishJob, form: AnswerForm, refusal: Refused | None = None
) -> HttpResponse:
    context = ask_context(request.viewer, found, form)
    context["denied"] = refusal.denied if refusal else None
    status = 422 if form.is_bound else 200
    return render(request, "web/publishing/answer.html", context, status=status)
