"""People: the list, a record, what they hold, their sign-in, the three administrators."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.custody.leaving import end_post
from guanhao.handover import actions as handover
from guanhao.people import actions
from guanhao.people.permissions import Permission
from guanhao.web import access
from guanhao.web.answers import done, refused
from guanhao.web.fresh import fresh
from guanhao.web.lists import answer
from guanhao.web.peopleforms import AppointForm, CapabilityForm, ConfirmForm, PersonForm, SignInForm
from guanhao.web.peoplelist import people_list
from guanhao.web.viewer import WebRequest, needs


@require_safe
@needs(Permission.PEOPLE_SEE)
def people(request: WebRequest) -> HttpResponse:
    """Everybody of the institution."""
    return answer(request, people_list(request.viewer), access.people_with_posts(request.viewer))


@require_http_methods(["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def add_person(request: WebRequest) -> HttpResponse:
    """Enter one person."""
    form = PersonForm(request.POST or None)
    denied = None
    if request.method == "POST" and form.is_valid():
        viewer = request.viewer
        try:
            made = actions.add_person(actor=viewer.actor, institution=viewer.institution, **form.cleaned_data)
        except Refused as refusal:
            denied = refusal.denied
        else:
            done(request, _("已录入 %s。") % made.name)
            return redirect("person", pk=made.pk)
    return render(request, "web/people/add.html", {"form": form, "denied": denied, "back": reverse("people")})


@require_safe
@needs(Permission.PEOPLE_SEE)
def person(request: WebRequest, pk: int) -> HttpResponse:
    """One person: what is held now and was held, the sign-in, and for managers the forms that change it."""
    return _person_page(request, pk)


def _person_page(request: WebRequest, pk: int, denied: Denied | None = None, **forms: Any) -> HttpResponse:
    viewer = request.viewer
    found = access.one(access.people(viewer).select_related("user"), pk=pk)
    context: dict[str, Any] = {
        "person": found,
        "appointments": access.appointments(found),
        "grants": found.capabilities.filter(ended_at__isnull=True),
        "denied": denied,
        "manage": found.active and viewer.may(Permission.PEOPLE_MANAGE),
        "grant": found.active and viewer.may(Permission.CAPABILITY_GRANT),
        "appoint_form": AppointForm(viewer=viewer),
        "sign_in_form": SignInForm(),
        "capability_form": CapabilityForm(),
        "leave_form": ConfirmForm(),
    }
    return render(request, "web/people/person.html", context | forms, status=200 if denied is None else 422)


@require_POST
@needs(Permission.PEOPLE_MANAGE)
def appoint(request: WebRequest, pk: int) -> HttpResponse:
    """Give a person a post."""
    found = access.one(access.people(request.viewer), pk=pk)
    form = AppointForm(request.POST, viewer=request.viewer)
    if not form.is_valid():
        return _person_page(request, pk, appoint_form=form)
    try:
        actions.appoint(actor=request.viewer.actor, person=found, **form.cleaned_data)
    except Refused as refusal:
        return _person_page(request, pk, refusal.denied, appoint_form=form)
    done(request, _("任职已登记。"))
    return redirect("person", pk=pk)


@require_POST
@needs(Permission.PEOPLE_MANAGE)
def end_appointment(request: WebRequest, pk: int, appointment: int) -> HttpResponse:
    """Let a post end today."""
    found = access.one(access.people(request.viewer), pk=pk)
    held = access.one(access.appointments(found), pk=appointment)
    try:
        end_post(actor=request.viewer.actor, appointment=held, on=clock.today())
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        done(request, _("任职今日结束。"))
    return redirect("person", pk=pk)


@require_POST
@needs(Permission.PEOPLE_MANAGE)
def give_sign_in(request: WebRequest, pk: int) -> HttpResponse:
    """Let a person sign in; a bad password is told at the field, the name that was typed stays."""
    found = access.one(access.people(request.viewer), pk=pk)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _person_page(request, pk, sign_in_form=form)
    try:
        actions.give_sign_in(actor=request.viewer.actor, person=found, **form.cleaned_data)
    except ValidationError as error:
        form.add_error("password", error)
        return _person_page(request, pk, sign_in_form=form)
    except Refused as refusal:
        return _person_page(request, pk, refusal.denied, sign_in_form=form)
    done(request, _("%s 现在可以登录。") % found.name)
    return redirect("person", pk=pk)


@require_POST
@needs(Permission.PEOPLE_MANAGE)
def leave(request: WebRequest, pk: int) -> HttpResponse:
    """Let a person leave: posts and delegations end, sessions close. Typed confirmation, because it is not undone."""
    found = access.one(access.people(request.viewer).active(), pk=pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid() or form.cleaned_data["name"] != found.name:
        wrong = Denied(
            Text(zh="请输入此人的姓名并勾选确认。", en="Type the person's name and tick the confirmation.")
        )
        return _person_page(request, pk, wrong, leave_form=form)
    try:
        handover.leave(actor=request.viewer.actor, person=found, on=clock.today())
    except Refused as refusal:
        return _person_page(request, pk, refusal.denied, leave_form=form)
    done(request, _("%s 已离开，任职、委托和登录均已结束。") % found.name)
    return redirect("person", pk=pk)


@require_POST
@needs(Permission.CAPABILITY_GRANT)
@fresh
def grant_capability(request: WebRequest, pk: int) -> HttpResponse:
    """Make a person one of the three administrators (K12)."""
    found = access.one(access.people(request.viewer).active(), pk=pk)
    form = CapabilityForm(request.POST)
    if not form.is_valid():
        return _person_page(request, pk, capability_form=form)
    try:
        actions.grant_capability(
            actor=request.viewer.actor, person=found, capability=form.cleaned_data["capability"]
        )
    except Refused as refusal:
        return _person_page(request, pk, refusal.denied, capability_form=form)
    done(request, _("管理员职责已授予。"))
    return redirect("person", pk=pk)


@require_POST
@needs(Permission.CAPABILITY_GRANT)
@fresh
def end_capability(request: WebRequest, pk: int, grant: int) -> HttpResponse:
    """Take an administration back."""
    found = access.one(access.people(request.viewer), pk=pk)
    held = access.one(found.capabilities.filter(ended_at__isnull=True), pk=grant)
    actions.end_capability(actor=request.viewer.actor, grant=held)
    done(request, _("管理员职责已收回。"))
    return redirect("person", pk=pk)
