"""Applications about accounts (账号申请): the list, filling in, handing in, the record, the printed form, the tasks."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.applications import actions, checks
from guanhao.applications.models import Application
from guanhao.applications.printing import sheet
from guanhao.applications.recording import matter_of
from guanhao.core.verdicts import Refused, require
from guanhao.documents.issuing import as_word
from guanhao.documents.pdf import pdf
from guanhao.limiting.types import Use
from guanhao.web.answers import done
from guanhao.web.forms.applications import BeginForm, FillForm
from guanhao.web.limits import counts_as
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access
from guanhao.web.work import application_pages as pages
from guanhao.web.work.stored import PDF, WORD, offered


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """Applications the person may see."""
    viewer = request.viewer
    rows = pages.with_what_it_shows(access.applications(viewer))
    return answer(request, pages.application_list(viewer), rows)


@require_safe
def tasks(request: WebRequest) -> HttpResponse:
    """What is to be carried out, such as building an account."""
    return answer(request, pages.task_list(request.viewer), pages.tasks(request.viewer))


@require_http_methods(["GET", "POST"])
def begin(request: WebRequest) -> HttpResponse:
    """Choose what to apply for; a refusal says which article lets whom."""
    viewer = request.viewer
    form = BeginForm(
        pages.kinds_known(viewer),
        pages.units_open_to(viewer),
        pages.accounts_open_to(viewer),
        request.POST or None,
        initial=pages.first_choice(viewer, request.GET),
    )
    denied = None
    if request.method == "POST" and form.is_valid():
        asked = pages.chosen(viewer, form.cleaned_data)
        try:
            application = actions.begin(
                actor=viewer.actor,
                person=viewer.person,
                kind=asked.kind,
                unit=asked.unit,
                account=asked.account,
            )
        except Refused as refusal:
            denied = refusal.denied
        else:
            return redirect("application_edit", application.pk)
    wrong = denied is not None or bool(form.errors)
    context = {"form": form, "denied": denied}
    return render(request, "web/applications/new.html", context, status=422 if wrong else 200)


@require_safe
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One application: what was handed in, where it is, what was decided, what came of it."""
    application = access.application(request.viewer, pk)
    return render(request, "web/applications/record.html", pages.context_of(request.viewer, application))


@require_http_methods(["GET", "POST"])
def edit(request: WebRequest, pk: int) -> HttpResponse:
    """The form as the rulebook has it: saved as a draft, or saved and handed in."""
    viewer = request.viewer
    application = access.application(viewer, pk)
    require(checks.may_edit(viewer.person, application))
    if request.method == "POST":
        return _saved(request, application)
    return _form_page(request, application, FillForm(matter_of(application)))


def _saved(request: WebRequest, application: Application) -> HttpResponse:
    viewer = request.viewer
    form = FillForm(matter_of(application), request.POST)
    try:
        application = actions.save(
            actor=viewer.actor,
            person=viewer.person,
            application=application,
            serial=pages.serial_of(request.POST),
            typed=request.POST.dict(),
        )
        if "submit" not in request.POST:
            done(request, _("已保存草稿。"))
            return redirect("application_edit", application.pk)
        actions.submit(actor=viewer.actor, person=viewer.person, application=application)
    except checks.Incomplete as incomplete:
        form.tell(incomplete.findings)
        return _form_page(request, access.application(viewer, application.pk), form, status=422)
    except Refused as refusal:
        form.tell([])
        fresh = access.application(viewer, application.pk)
        return _form_page(request, fresh, form, status=422, denied=refusal.denied)
    done(request, _("已提交。"))
    return redirect("application", application.pk)


@require_POST
def withdraw(request: WebRequest, pk: int) -> HttpResponse:
    """Take the application back."""
    viewer = request.viewer
    application = access.application(viewer, pk)
    reason = request.POST.get("reason", "")[:500]
    actions.withdraw(actor=viewer.actor, person=viewer.person, application=application, reason=reason)
    done(request, _("已撤回。"))
    return redirect("application", pk)


@counts_as(Use.EXPORT)
@require_safe
def as_pdf(request: WebRequest, pk: int) -> HttpResponse:
    """The official form as PDF."""
    viewer = request.viewer
    application = access.application(viewer, pk)
    paper = sheet(actor=viewer.actor, person=viewer.person, application=application)
    return offered(pdf(paper), f"{application.title}.pdf", PDF)


@counts_as(Use.EXPORT)
@require_safe
def as_docx(request: WebRequest, pk: int) -> HttpResponse:
    """The official form as Word."""
    viewer = request.viewer
    application = access.application(viewer, pk)
    paper = sheet(actor=viewer.actor, person=viewer.person, application=application)
    return offered(as_word(paper), f"{application.title}.docx", WORD)


def _form_page(
    request: WebRequest, application: Application, form: FillForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = pages.edit_context(request.viewer, application) | {"form": form, **more}
    return render(request, "web/applications/edit.html", context, status=status)
