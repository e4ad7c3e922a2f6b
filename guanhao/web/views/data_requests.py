"""个人信息请求: everybody asks on their own page, the office answers (PD3, PIPL 44–50)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.people.permissions import Permission
from guanhao.privacy import requests as actions
from guanhao.privacy.models import PersonRequest
from guanhao.privacy.types import RequestKind
from guanhao.web import access
from guanhao.web.answers import attempt, done
from guanhao.web.forms.data_requests import AnswerForm, AskForm, CorrectForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.lists import answer as list_answer
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import consent_pages
from guanhao.web.work import data_request_pages as pages

ANSWERS = Permission.REQUEST_ANSWER


@require_http_methods(["GET", "POST"])
def mine(request: WebRequest) -> HttpResponse:
    """What the viewer asked about their own data, and a form to ask."""
    viewer = request.viewer
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(actor=viewer.actor, by=viewer.person, person=viewer.person, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("请求已提出，十五天内答复。"))
            return redirect("my_data")
    return render(
        request,
        "web/privacy/my_data.html",
        {"form": form, "rows": pages.mine(viewer), "consents": consent_pages.mine(viewer)},
    )


@require_POST
def withdraw(request: WebRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    viewer = request.viewer
    row = access.one(pages.mine(viewer), pk=pk)
    act = partial(actions.withdraw, actor=viewer.actor, person=viewer.person, request=row)
    attempt(request, act, _("请求已撤回。"))
    return redirect("my_data")


@require_safe
@needs(ANSWERS)
def listing(request: WebRequest) -> HttpResponse:
    """What waits for an answer, the nearest due first."""
    return list_answer(request, pages.request_list(), pages.requests(request.viewer))


@require_http_methods(["GET", "POST"])
@needs(ANSWERS)
def new(request: WebRequest) -> HttpResponse:
    """Write down what somebody asked who cannot sign in."""
    viewer = request.viewer
    form = pages.on_behalf_form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.ask(actor=viewer.actor, by=viewer.person, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, said(refusal.denied.reason))
        else:
            done(request, _("已登记，十五天内答复。"))
            return redirect("data_request", row.pk)
    return render(request, "web/privacy/data_request_new.html", {"form": form})


@require_safe
@needs(ANSWERS)
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One, with its answer or the form for it."""
    row = access.one(pages.requests(request.viewer), pk=pk)
    return render(request, "web/privacy/data_request.html", pages.request_context(request.viewer, row))


@require_POST
@needs(ANSWERS)
def answer(request: WebRequest, pk: int) -> HttpResponse:
    """Do what was asked, or decline it; deleting asks for the password first (SI5)."""
    row = access.one(pages.requests(request.viewer), pk=pk)
    declines = "decline" in request.POST
    if row.kind == RequestKind.DELETE and not declines and not is_fresh(request):
        return redirect(confirm_first(reverse("data_request", args=[pk])))
    form = AnswerForm(request.POST) if declines else pages.answer_form(row, request.POST)
    context = pages.request_context(request.viewer, row) | {"form": form}
    if not form.is_valid() or (not declines and _mistyped(row, form)):
        return render(request, "web/privacy/data_request.html", context, status=422)
    try:
        _carry_out(request, row, form, declines=declines)
    except Refused as refusal:
        form.add_error(None, said(refusal.denied.reason))
        return render(request, "web/privacy/data_request.html", context, status=422)
    done(request, _("已答复。"))
    return redirect("data_request", pk)


def _mistyped(row: PersonRequest, form: AnswerForm) -> bool:
    """Whether a deletion names somebody else than the person."""
    if row.kind != RequestKind.DELETE or form.cleaned_data["name"].strip() == row.person.name:
        return False
    form.add_error("name", _("与本人姓名不一致。"))
    return True


def _carry_out(request: WebRequest, row: PersonRequest, form: AnswerForm, *, declines: bool) -> None:
    viewer = request.viewer
    common: dict[str, Any] = {
        "actor": viewer.actor, "person": viewer.person, "request": row, "answer": form.cleaned_data["answer"],
    }  # fmt: skip
    if declines:
        actions.decline(**common)
    elif isinstance(form, CorrectForm):
        actions.give_correction(values=form.values(), **common)
    else:
        does = {RequestKind.COPY: actions.give_copy, RequestKind.DELETE: actions.give_deletion}
        does.get(RequestKind(row.kind), actions.explain)(**common)
