"""撤回: having something published taken down, with a reason, by whoever may, and by two where it weighs more."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.publishing import withdrawing
from guanhao.web.answers import done
from guanhao.web.forms.withdrawing import GoneForm, WithdrawForm
from guanhao.web.viewer import WebRequest
from guanhao.web.work import access, imports
from guanhao.web.work.withdrawal_page import withdrawal_context


@require_http_methods(["GET", "POST"])
def page(request: WebRequest, pk: int) -> HttpResponse:
    """What is out, what withdrawing does, and the form that asks for it."""
    viewer = request.viewer
    job = access.job(viewer, pk)
    form = WithdrawForm(job, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = withdrawal_context(viewer, job, form)
        status = 422 if form.is_bound else 200
        return render(request, "web/publishing/withdraw.html", context, status=status)
    order = withdrawing.ask_withdrawal(
        actor=viewer.actor,
        person=viewer.person,
        job=job,
        item=form.cleaned_data["item"],
        reason=form.cleaned_data["reason"],
    )
    done(request, _("已提出，等另一人同意。") if order.takes_two else _("已决定撤回，系统正在删除。"))
    return redirect("withdraw", pk)


@require_POST
def agree(request: WebRequest, pk: int) -> HttpResponse:
    """The second person's yes."""
    viewer = request.viewer
    withdrawing.agree(actor=viewer.actor, person=viewer.person, order=access.open_withdrawal(viewer, pk))
    done(request, _("已同意，系统正在删除。"))
    return redirect("withdraw", pk)


@require_POST
def drop(request: WebRequest, pk: int) -> HttpResponse:
    """It is not withdrawn after all."""
    viewer, order = request.viewer, access.open_withdrawal(request.viewer, pk)
    reason = request.POST.get("reason", "")
    withdrawing.drop(actor=viewer.actor, person=viewer.person, order=order, reason=reason)
    done(request, _("已记录，不撤回。"))
    return redirect("withdraw", pk)


@require_POST
def gone(request: WebRequest, pk: int) -> HttpResponse:
    """It was removed by hand."""
    viewer, order = request.viewer, access.open_withdrawal(request.viewer, pk)
    form = GoneForm(request.POST, request.FILES)
    form.full_clean()
    withdrawing.confirm_gone(
        actor=viewer.actor,
        person=viewer.person,
        order=order,
        note=form.cleaned_data.get("note", ""),
        screenshot=imports.screenshot(viewer, form.cleaned_data.get("screenshot")),
    )
    done(request, _("已登记手工删除。"))
    return redirect("withdraw", pk)
