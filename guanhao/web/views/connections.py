"""Connecting an account with Weibo: the institution's app, the way through the page of consent, its end."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused, require
from guanhao.people.permissions import Permission
from guanhao.registry import applications, checks, connections, consents
from guanhao.web.answers import done
from guanhao.web.answers import refused as toast
from guanhao.web.forms.accounts import AppForm
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work import access
from guanhao.web.work.connection_pages import app_context, connection_page, session_key


@require_http_methods(["GET", "POST"])
@needs(Permission.ACCOUNT_CONNECT)
@sensitive_post_parameters("secret")
def app(request: WebRequest) -> HttpResponse:
    """The institution's Weibo app. A secret goes one way, freshly authenticated (SI5): no answer of ours carries it."""
    viewer = request.viewer
    if not is_fresh(request):
        return redirect(confirm_first(request.path))
    form = AppForm(request.POST if request.method == "POST" else None, initial=app_context(viewer)["initial"])
    denied = None
    if request.method == "POST" and form.is_valid():
        try:
            applications.set_app(actor=viewer.actor, institution=viewer.institution, given=form.given())
        except Refused as refusal:
            denied = refusal.denied
        else:
            done(request, _("应用已保存。"))
            return redirect("weibo_app")
    context = {**app_context(viewer), "form": form, "denied": denied}
    return render(request, "web/accounts/app.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def authorise(request: WebRequest, pk: int) -> HttpResponse:
    """Send the browser to the platform's page of consent, for the first time or to renew."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    if not is_fresh(request):
        return redirect(confirm_first(connection_page(account)))
    address = consents.begin(
        actor=viewer.actor, person=viewer.person, account=account, session=session_key(request)
    )
    return redirect(address)


@require_safe
def back(request: WebRequest) -> HttpResponse:
    """Where the platform sends the browser back to. The state says whose request it ends, or nothing happens."""
    viewer, brought = request.viewer, request.GET
    code = brought.get("error_code", "")
    consent = consents.come_back(
        actor=viewer.actor,
        person=viewer.person,
        session=session_key(request),
        state=brought.get("state", ""),
        code=brought.get("code", ""),
        error=int(code) if code.isdecimal() else None,
    )
    if not consent.sealed:
        done(request, _("已连接微博。"))
    return redirect(connection_page(consent.account))


@require_POST
def confirm(request: WebRequest, pk: int) -> HttpResponse:
    """The uid that came back is, or is not, the account's."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    if "discard" in request.POST:
        consents.discard(actor=viewer.actor, person=viewer.person, account=account)
        done(request, _("已放弃，授权已退回。"))
        return redirect(connection_page(account))
    uid = request.POST.get("uid", "")
    consents.confirm(actor=viewer.actor, person=viewer.person, account=account, uid=uid)
    done(request, _("已连接微博。"))
    return redirect(connection_page(account))


@require_POST
def disconnect(request: WebRequest, pk: int) -> HttpResponse:
    """Give the authorisation back. What is planned for the account waits, and says why."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    try:
        confirmed = connections.disconnect(actor=viewer.actor, account=account)
    except Refused as refusal:
        toast(request, refusal.denied)
        return redirect(connection_page(account))
    said = _("已断开，微博已确认撤销。") if confirmed else _("已断开；微博没有确认撤销，请到微博网页核对。")
    done(request, said)
    return redirect(connection_page(account))
