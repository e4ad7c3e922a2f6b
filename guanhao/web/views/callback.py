"""Message push of an account: its address, its keys, whether readable pushes are taken."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanhao.core.verdicts import require
from guanhao.inbound import actions
from guanhao.registry import checks
from guanhao.web.answers import done
from guanhao.web.fresh import confirm_first, is_fresh
from guanhao.web.viewer import WebRequest
from guanhao.web.views.accounts import page
from guanhao.web.work import access


@require_POST
def renew(request: WebRequest, pk: int) -> HttpResponse:
    """Give the account an address, or another one."""
    viewer = request.viewer
    account = access.wechat_account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    if not is_fresh(request):
        return redirect(confirm_first(_place(pk)))
    actions.renew_address(actor=viewer.actor, account=account)
    done(request, _("已生成新地址，请到公众平台填写。"))
    return redirect(_place(pk))


@require_POST
def keys(request: WebRequest, pk: int) -> HttpResponse:
    """Make a new token and AES key, freshly authenticated (SI5). This one answer shows them; no later one does."""
    viewer = request.viewer
    account = access.wechat_account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    if not is_fresh(request):
        return redirect(confirm_first(_place(pk)))
    return page(request, account, new_keys=actions.make_keys(actor=viewer.actor, account=account))


@require_POST
def plain(request: WebRequest, pk: int) -> HttpResponse:
    """Take readable pushes, or no longer; freshly authenticated, as it weakens what protects them."""
    viewer = request.viewer
    account = access.wechat_account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    if not is_fresh(request):
        return redirect(confirm_first(_place(pk)))
    allowed = request.POST.get("allowed") == "yes"
    actions.take_plain(actor=viewer.actor, address=access.callback_address(account), allowed=allowed)
    done(request, _("已接收明文消息。") if allowed else _("已改为只接收加密消息。"))
    return redirect(_place(pk))


def _place(pk: int) -> str:
    return f"{reverse('account_interface', args=[pk])}#callback"
