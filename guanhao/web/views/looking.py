"""Looking at a secret: asked for by post, shown by post, once (SE3); and asking for it in an emergency (SE5)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from guanhao.core import clock
from guanhao.core.verdicts import Refused, require
from guanhao.custody import checks, emergencies, revealing
from guanhao.custody.models import Reveal
from guanhao.web.answers import done, refused
from guanhao.web.forms.custody import LookForm
from guanhao.web.fresh import second_factor_first, second_factor_is_fresh
from guanhao.web.viewer import WebRequest
from guanhao.web.views.custody import page
from guanhao.web.work import access, custody_access
from guanhao.web.work.custody_pages import kinds_of


@require_POST
def ask(request: WebRequest, pk: int) -> HttpResponse:
    """Permit one look: a holder, or somebody with a granted emergency, with a second factor of the last five minutes."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.runs(account, viewer.person))
    form = LookForm(kinds_of(account), request.POST)
    if not form.is_valid():
        return page(request, account, look_form=form, status=422)
    require(checks.may_reveal(account, form.cleaned_data["kind"], viewer.person))
    if not second_factor_is_fresh(request):
        return redirect(second_factor_first(request, reverse("account_custody", args=[pk])))
    try:
        token = revealing.ask(
            actor=viewer.actor, person=viewer.person, account=account, session=_session(request),
            **form.cleaned_data,
        )  # fmt: skip
    except Refused as refusal:
        return page(request, account, look_form=form, denied=refusal.denied, status=422)
    return redirect("reveal", token)


@require_http_methods(["GET", "POST"])
@sensitive_variables("shown")
def look(request: WebRequest, token: str) -> HttpResponse:
    """The page of one look. Reading it shows nothing; the button's post shows the secret once and never again."""
    viewer = request.viewer
    reveal = revealing.find(person=viewer.person, token=token)
    if reveal is None:
        raise Http404
    if request.method != "POST":
        return _before(request, reveal)
    shown = revealing.open_once(actor=viewer.actor, reveal=reveal, session=_session(request))
    answer = render(request, "web/custody/shown.html", {"reveal": reveal, "value": shown.value})
    answer.headers["Cache-Control"] = "no-store, max-age=0"
    answer.headers["Pragma"] = "no-cache"
    return answer


def _before(request: WebRequest, reveal: Reveal) -> HttpResponse:
    usable = revealing.is_open(reveal, _session(request), clock.now())
    return render(request, "web/custody/look.html", {"reveal": reveal, "usable": usable})


@require_POST
def emergency(request: WebRequest, pk: int) -> HttpResponse:
    """Ask to look without a slot; two others have to agree."""
    viewer = request.viewer
    account = access.account(viewer, pk)
    require(checks.runs(account, viewer.person))
    form = LookForm(kinds_of(account), request.POST)
    if not form.is_valid():
        return page(request, account, emergency_form=form, status=422)
    try:
        emergencies.ask(actor=viewer.actor, person=viewer.person, account=account, **form.cleaned_data)
    except Refused as refusal:
        return page(request, account, emergency_form=form, denied=refusal.denied, status=422)
    done(request, _("已申请，已通知全部保管人和主管部门，须两人同意。"))
    return redirect("account_custody", pk)


@require_POST
def voice(request: WebRequest, pk: int) -> HttpResponse:
    """Agree to an emergency or decline it, freshly authenticated; or take one's own back."""
    viewer = request.viewer
    found = custody_access.emergency(viewer, pk)
    place = reverse("account_custody", args=[found.account_id])
    said = request.POST.get("voice", "")
    if said == "agree" and not second_factor_is_fresh(request):
        require(checks.may_agree(found, viewer.person))
        return redirect(second_factor_first(request, place))
    try:
        if said in {"agree", "decline"}:
            emergencies.voice(
                actor=viewer.actor, person=viewer.person, emergency=found, agrees=said == "agree"
            )
        else:
            emergencies.end(actor=viewer.actor, person=viewer.person, emergency=found)
    except Refused as refusal:
        refused(request, refusal.denied)
    else:
        messages.success(request, _("已记录。"))
    return redirect(place)


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""
