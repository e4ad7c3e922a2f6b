"""Custody (保管): what has to be replaced, who holds an account's credentials, proving a replacement."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.core.verdicts import Refused, require
from guanhao.custody import actions, checks, exposing, proving
from guanhao.registry import actions as registry
from guanhao.registry.models import Account
from guanhao.web.answers import done, refused
from guanhao.web.forms.custody import HolderForm, LeakForm, StatementForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest, said
from guanhao.web.work import access, custody_access
from guanhao.web.work.custody_pages import custody_context, exposure_list


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """Every secret that has to be replaced, of the accounts the person runs."""
    viewer = request.viewer
    return answer(request, exposure_list(viewer), custody_access.exposures(viewer))


@require_safe
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One account's holders, its secrets, what is owed and who looked."""
    return page(request, access.account(request.viewer, pk))


def page(request: WebRequest, account: Account, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one account's custody, for those who run it."""
    require(checks.runs(account, request.viewer.person))
    context = custody_context(request, account) | more
    return render(request, "web/custody/account.html", context, status=status)


@require_POST
def add(request: WebRequest, pk: int) -> HttpResponse:
    """Give a person a slot."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    form = HolderForm(custody_access.possible_holders(), request.POST)
    if not form.is_valid():
        return page(request, account, holder_form=form, status=422)
    person = form.cleaned_data["person"]
    try:
        registry.add_holder(actor=viewer.actor, account=account, person=person)
    except Refused as refusal:
        return page(request, account, holder_form=form, denied=refusal.denied, status=422)
    done(request, _("%s 现为保管人。") % person.name)
    return redirect("account_custody", pk)


@require_POST
def remove(request: WebRequest, pk: int, slot: int) -> HttpResponse:
    """Take a slot back; what its holder knew is due to be replaced from this moment."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    holder = custody_access.holder(account, slot)
    actions.remove_holder(actor=viewer.actor, account=account, person=holder.person)
    done(request, _("%s 不再是保管人，其知道的密钥须按期更换。") % holder.person.name)
    return redirect("account_custody", pk)


@require_POST
def leak(request: WebRequest, pk: int) -> HttpResponse:
    """Say that a secret got out; everything of the account is due."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    form = LeakForm(request.POST)
    if not form.is_valid():
        return page(request, account, leak_form=form, status=422)
    exposing.report_leak(
        actor=viewer.actor, person=viewer.person, account=account, reason=form.cleaned_data["reason"]
    )
    done(request, _("已报告，账号的全部密钥须立即更换。"))
    return redirect("account_custody", pk)


@require_POST
def prove(request: WebRequest, pk: int, kind: str) -> HttpResponse:
    """Ask the platform whether it takes the new secret and refuses the old one."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.runs(account, viewer.person))
    tried = proving.try_platform(actor=viewer.actor, secret=custody_access.current(account, kind))
    if not tried.proven:
        return page(request, account, tried=tried, status=422)
    done(request, said(tried.sentence))
    return redirect("account_custody", pk)


@require_POST
def attest(request: WebRequest, pk: int, kind: str) -> HttpResponse:
    """The second person's word on a secret that no platform can test, freshly authenticated."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    secret = custody_access.current(account, kind)
    require(checks.may_attest(secret, viewer.person))
    if not is_fresh(request):
        return redirect(confirm_first(reverse("account_custody", args=[pk])))
    form = StatementForm(request.POST)
    if not form.is_valid():
        return page(request, account, statement_form=form, status=422)
    try:
        proving.attest(actor=viewer.actor, person=viewer.person, secret=secret, **form.cleaned_data)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("已确认更换完成。"))
    return redirect("account_custody", pk)
