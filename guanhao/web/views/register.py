"""The register: adding and changing accounts, their operators, the steps of their life, and the roll-up by unit."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Denied, Refused, require
from guanhao.people.permissions import Permission
from guanhao.registry import actions, kinds, lifecycle, moves, operators
from guanhao.registry.types import AccountState
from guanhao.web.answers import done, refused
from guanhao.web.forms.register import OperatorForm, ParticularsForm, PlatformForm, StepForm, values_of
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, needs, said
from guanhao.web.work import access, register_pictures
from guanhao.web.work.rollup import rollup_list, unit_rows


@require_safe
def rollup(request: WebRequest) -> HttpResponse:
    """How many accounts each unit has, and how they stand."""
    return answer(request, rollup_list(request.viewer), unit_rows(request.viewer))


@require_http_methods(["GET", "POST"])
@needs(Permission.ACCOUNT_MANAGE)
def add(request: WebRequest) -> HttpResponse:
    """Register an account; first its platform, which decides what is asked."""
    viewer = request.viewer
    chosen = PlatformForm(viewer, request.GET or None)
    if not chosen.is_valid():
        return render(request, "web/accounts/choose.html", {"form": chosen, "back": reverse("accounts")})
    platform = chosen.cleaned_data["platform"]
    form = ParticularsForm(viewer, platform, request.POST or None, request.FILES or None)
    denied = None
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.add_account(
                actor=viewer.actor,
                institution=viewer.institution,
                platform=platform,
                state=AccountState.APPLIED,
                **(form.given() | register_pictures.stored(viewer, form)),
            )
        except Refused as refusal:
            denied = refusal.denied
        else:
            done(request, _("已登记，尚未备案。"))
            return redirect("account", account.pk)
    title = said(kinds.title_of(platform, kinds.platforms(viewer.rulebook)))
    return _form_page(request, form, denied, title=title, back=reverse("accounts"))


@require_http_methods(["GET", "POST"])
@needs(Permission.ACCOUNT_MANAGE)
def edit(request: WebRequest, pk: int) -> HttpResponse:
    """Change an account's particulars. What was filed stays as it was filed until it is filed anew."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    form = ParticularsForm(
        viewer, account.platform, request.POST or None, request.FILES or None, initial=values_of(account)
    )
    denied = None
    if request.method == "POST" and form.is_valid():
        try:
            changes = form.given() | register_pictures.stored(viewer, form)
            actions.change_account(actor=viewer.actor, account=account, **changes)
        except Refused as refusal:
            denied = refusal.denied
        else:
            done(request, _("已保存。"))
            return redirect("account", pk)
    return _form_page(request, form, denied, title=account.name, back=reverse("account", args=[pk]))


def _form_page(
    request: WebRequest, form: ParticularsForm, denied: Denied | None, *, title: str, back: str
) -> HttpResponse:
    wrong = denied is not None or (form.is_bound and not form.is_valid())
    context: dict[str, Any] = {"form": form, "denied": denied, "title": title, "back": back}
    return render(request, "web/accounts/particulars.html", context, status=422 if wrong else 200)


@require_POST
def step(request: WebRequest, pk: int, key: str) -> HttpResponse:
    """Take a step in the account's life; what it needs and who may is the rulebook's."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    taken = access.life_step(viewer, key)
    require(lifecycle.may_take(viewer.actor, account, taken, viewer.rulebook))
    form = StepForm(taken, request.POST)
    if not form.is_valid():
        refused(request, lifecycle.incomplete(taken))
        return redirect("account", pk)
    try:
        moves.move(actor=viewer.actor, account=account, step=key, given=form.given())
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已办理：%s。") % said(taken.title))
    return redirect("account", pk)


@require_POST
@needs(Permission.ACCOUNT_MANAGE)
def add_operator(request: WebRequest, pk: int) -> HttpResponse:
    """Name an operator of the account."""
    account = access.account(request.viewer, pk)
    form = OperatorForm(request.POST)
    if not form.is_valid():
        refused(request, operators.UNNAMED)
        return redirect("account", pk)
    try:
        operators.add_operator(actor=request.viewer.actor, account=account, **form.cleaned_data)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已设为管理员。"))
    return redirect("account", pk)


@require_POST
@needs(Permission.ACCOUNT_MANAGE)
def end_operator(request: WebRequest, pk: int, operator: int) -> HttpResponse:
    """End an operator's term today."""
    account = access.account(request.viewer, pk)
    serving = access.operator(account, operator)
    try:
        operators.end_operator(actor=request.viewer.actor, account=account, person=serving.person)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("任期今日结束。"))
    return redirect("account", pk)
