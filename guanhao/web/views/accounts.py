"""Accounts (账号): the list, the record, the self-test, and setting a secret."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from guanhao.core.verdicts import require
from guanhao.publishing import selftest
from guanhao.registry import actions, checks
from guanhao.web.answers import done
from guanhao.web.forms.accounts import SecretForm
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access
from guanhao.web.work.account_pages import account_context, account_list, with_what_it_shows


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """The accounts the person may see."""
    viewer = request.viewer
    return answer(request, account_list(viewer), with_what_it_shows(access.accounts(viewer)))


@require_safe
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One account: who answers for it, what it can do, what went out on it."""
    account = access.account(request.viewer, pk)
    return render(request, "web/accounts/record.html", account_context(request.viewer, account))


@require_POST
def self_test(request: WebRequest, pk: int) -> HttpResponse:
    """Ask the platform, read-only, what the account may do; results and what to do about them are on the page."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    result = selftest.run(actor=viewer.actor, account=account)
    context = account_context(viewer, account)
    return render(request, "web/accounts/record.html", {**context, "result": result})


@require_POST
@sensitive_post_parameters("value")
def secret(request: WebRequest, pk: int) -> HttpResponse:
    """Set a secret. It goes one way: no answer of ours ever carries it."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return render(request, "web/accounts/record.html", account_context(viewer, account, form), status=422)
    values = form.cleaned_data
    actions.set_secret(actor=viewer.actor, account=account, kind=values["kind"], value=values["value"])
    done(request, _("已加密保存。请做一次接口自检。"))
    return redirect("account", pk)
