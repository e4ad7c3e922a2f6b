"""Accounts (账号): the list, the record, the interface with its self-test, and setting a secret."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from guanhao.core.verdicts import require
from guanhao.custody.actions import replace_secret
from guanhao.publishing import facing, selftest
from guanhao.registry import checks, faces
from guanhao.registry.models import Account
from guanhao.registry.types import FacePart
from guanhao.web import csp
from guanhao.web.answers import done
from guanhao.web.forms.accounts import SecretForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.lists import answer
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access
from guanhao.web.work.account_pages import account_context, interface_context
from guanhao.web.work.custody_pages import told_after
from guanhao.web.work.face_pages import told
from guanhao.web.work.register_list import account_list, figures, with_what_it_shows


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """The accounts the person may see."""
    viewer = request.viewer
    rows = access.accounts(viewer)
    listed = with_what_it_shows(rows)
    return answer(request, account_list(viewer), listed, figures=figures(viewer, rows))


@require_safe
def record(request: WebRequest, pk: int) -> HttpResponse:
    """One account: who answers for it, what is owed about it, what may follow, what went out on it."""
    viewer = request.viewer
    return render(request, "web/accounts/record.html", account_context(viewer, access.account(viewer, pk)))


@require_safe
def interface(request: WebRequest, pk: int) -> HttpResponse:
    """How we speak to the account's platform: what it lets us do, its connection, its secrets."""
    return page(request, access.account(request.viewer, pk))


@require_POST
def self_test(request: WebRequest, pk: int) -> HttpResponse:
    """Ask the platform, read-only, what the account may do; results and what to do about them are on the page."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    result = selftest.run(actor=viewer.actor, account=account)
    return page(request, account, result=result)


@require_POST
def look(request: WebRequest, pk: int) -> HttpResponse:
    """Ask the platform now what the account shows, and hold it against what was approved (ruian-6.4, ruian-15)."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    done(request, told(facing.look_now(actor=viewer.actor, account=account)))
    return redirect(reverse("account", args=[pk]) + "#faces")


@require_POST
def compared(request: WebRequest, pk: int, part: str) -> HttpResponse:
    """Somebody compared a change that the platform shows with the application that was approved (ruian-6.4, ruian-15)."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    if part not in FacePart:
        raise Http404
    same, seen = request.POST.get("same") == "yes", request.POST.get("seen", "")
    faces.settle(actor=viewer.actor, account=account, part=FacePart(part), seen=seen, same=same)
    done(request, _("已确认与批准的一致。") if same else _("已记为与批准的不一致，已通知负责人。"))
    return redirect(reverse("account", args=[pk]) + "#faces")


@require_POST
@sensitive_post_parameters("value")
def secret(request: WebRequest, pk: int) -> HttpResponse:
    """Set a secret, freshly authenticated (SI5). It goes one way: no answer of ours ever carries it.

    Who may not is told so first; who has to confirm types the value again, so that it is never kept on the way.
    """
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    if not is_fresh(request):
        return redirect(confirm_first(reverse("account_interface", args=[pk])))
    form = SecretForm(account.platform, request.POST)
    if not form.is_valid():
        return page(request, account, form, status=422)
    values = form.cleaned_data
    kept = replace_secret(actor=viewer.actor, account=account, kind=values["kind"], value=values["value"])
    done(request, told_after(viewer, kept))
    return redirect("account_interface", pk)


def page(
    request: WebRequest, account: Account, form: SecretForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The account's interface; who may set a secret but is not freshly authenticated finds the way to it instead of the fields."""
    confirm = "" if is_fresh(request) else confirm_first(reverse("account_interface", args=[account.pk]))
    context = {**interface_context(request.viewer, account, form), "confirm_first": confirm, **more}
    answer_page = render(request, "web/accounts/interface.html", context, status=status)
    # The form that begins a consent ends on the platform's own page.
    return csp.leads_to(answer_page, settings.WEIBO_BASE_URL) if context["connection"] else answer_page
