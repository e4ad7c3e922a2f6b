"""What mass sending adds: a preview for one follower, what the console says of the account, addresses people bring."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanhao.core.verdicts import require
from guanhao.publishing import actions
from guanhao.registry import checks
from guanhao.registry.actions import set_sending
from guanhao.web.answers import done
from guanhao.web.forms.publishing import PreviewForm, typed_links
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access
from guanhao.web.work.account_pages import sending_form
from guanhao.web.work.scripts import form_refused


@require_POST
def preview(request: WebRequest, pk: int) -> HttpResponse:
    """Show a push to one follower."""
    viewer = request.viewer
    job = actions.job_of(access.push(viewer, pk))
    form = PreviewForm(request.POST)
    if not form.is_valid():
        return form_refused(request, form, "push", pk)
    actions.ask_preview(
        actor=viewer.actor, person=viewer.person, job=job, wechat_id=form.cleaned_data["wechat_id"]
    )
    done(request, _("已安排预览，结果会出现在本页。"))
    return redirect("push", pk)


@require_POST
def sending(request: WebRequest, pk: int) -> HttpResponse:
    """Say of what kind an account is and whether its sends wait for an administrator."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.may_connect(viewer.actor, account))
    form = sending_form(viewer, account, request.POST)
    if not form.is_valid():
        return form_refused(request, form, "account_interface", pk)
    set_sending(actor=viewer.actor, account=account, **form.cleaned_data)
    done(request, _("已保存。"))
    return redirect("account_interface", pk)


@require_POST
def links(request: WebRequest, pk: int) -> HttpResponse:
    """Fill in the addresses of a send."""
    viewer = request.viewer
    job = access.job(viewer, pk)
    actions.add_links(
        actor=viewer.actor, person=viewer.person, job=job, links=typed_links(request.POST.getlist("link"))
    )
    done(request, _("已补上链接。"))
    return redirect("publish_job", pk)
