"""Middleware: security headers, the tenant of each request, refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from guanhao.core import clock, logs, memo, randomness, tenancy
from guanhao.core.address import client_address
from guanhao.core.verdicts import Refused
from guanhao.web import csp
from guanhao.web.belonging import belonging
from guanhao.web.errors import refusal
from guanhao.web.viewer import Viewer

Handler = Callable[[HttpRequest], HttpResponse]
TOUCH_SECONDS = 60
READING = frozenset({"GET", "HEAD"})
WITHOUT_INSTITUTION = frozenset({"account_logout", "choose_institution", "set_language"})
WITHOUT_SECOND_FACTOR = WITHOUT_INSTITUTION | {
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_index",
    "mfa_reauthenticate",
}
# A person asks about their own data, and withdraws a consent, whatever they have read or not.
WITHOUT_NOTICE = WITHOUT_SECOND_FACTOR | {
    "my_consent_answer",
    "my_consent_withdraw",
    "my_data",
    "my_data_withdraw",
    "privacy_notice",
    "privacy_notice_acknowledge",
    "privacy_notice_version",
}


class Reference:
    """Gives each request a number that its log lines carry and that the error page shows."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind the number, answer, and forget everything bound: the thread serves somebody else next."""
        logs.forget()
        logs.bind(request=randomness.token_hex(4), method=request.method or "")
        try:
            return self.get_response(request)
        finally:
            logs.forget()


class SecurityHeaders:
    """What every answer carries (CF2). Django's own middleware adds nosniff, HSTS and the referrer policy."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = csp.policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add the headers a view did not set itself."""
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", self.policy)
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if "frame-ancestors 'none'" in headers["Content-Security-Policy"]:
            headers.setdefault("X-Frame-Options", "DENY")
        # A shared computer's back button must not show what the last person saw (等保 剩余信息保护).
        headers.setdefault("Cache-Control", "no-store")
        return response


class Tenancy:
    """Find the person and the institution of a request and keep the scope open while it is answered (K4, TN3).

    1. Nobody signed in: no scope at all, so a scoped query raises; only views marked as public are answered.
    2. A session older than the absolute limit, or whose person has left, ends at once (SI4, TN6).
    3. A person of several institutions chooses one; the choice is checked again at every request.
    4. Who can decide, publish or administer owes a second factor before anything else (SI1).
    5. Who has not read the privacy notice in force reads it before other pages (PD2). What is posted, and parts of a page
       that is open, go on: a new version takes nobody's typing away.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the institution of whoever is signed in, or without any scope."""
        request.viewer = None  # type: ignore[attr-defined] # WebRequest declares it for views behind this line.
        if not request.user.is_authenticated:
            return self.get_response(request)
        if _too_old(request):
            return _signed_out(request, _("登录已超过时限，请重新登录。"))
        found = belonging(request.user, request.session.get("institution"))
        if not found.persons:
            return _signed_out(request, _("您在本系统中已没有在用的身份，请联系主管部门。"))
        if found.chosen is None:
            request.choices = found.persons  # type: ignore[attr-defined]
            return self.get_response(request)
        reads = request.method in READING
        scope = tenancy.within_a_reading if reads else tenancy.within
        logs.bind(person=found.chosen.pk, institution=found.chosen.institution.key)
        with scope(found.chosen.institution), memo.during() if reads else nullcontext():
            found.note()
            request.viewer = Viewer(found.chosen, found.chosen.institution, client_address(request))  # type: ignore[attr-defined]
            request.several = len(found.persons) > 1  # type: ignore[attr-defined]
            translation.activate(found.chosen.language)
            request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ARG002 - Django's signature.
        """Send strangers to the sign-in page, and deciders without a second factor to its set-up."""
        logs.bind(route=request.resolver_match.url_name)
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        name = request.resolver_match.url_name
        if request.viewer is None:
            return None if name in WITHOUT_INSTITUTION else redirect("choose_institution")
        if name not in WITHOUT_SECOND_FACTOR and _owes_second_factor(request):
            messages.warning(request, _("您的职务可以审批、发布或管理，须先启用两步验证。"))
            return redirect("mfa_activate_totp")
        if name not in WITHOUT_NOTICE and _owes_notice(request):
            return redirect(f"{reverse('privacy_notice')}?{urlencode({'next': request.get_full_path()})}")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal of the domain is an answer, not a malfunction: a page with the reason and the article."""
        return refusal(request, exception) if isinstance(exception, Refused) else None


def _owes_second_factor(request: Any) -> bool:
    return settings.SECOND_FACTOR and not request.viewer.person.second_factor and request.viewer.decides()


def _owes_notice(request: Any) -> bool:
    """Whether a whole page is asked for by somebody who has not read the notice; pictures and frames lead nobody away."""
    whole = (
        request.headers.get("Sec-Fetch-Dest", "document") == "document"
        and "HX-Request" not in request.headers
    )
    return request.method in READING and whole and request.viewer.person.owes_notice


def _too_old(request: HttpRequest) -> bool:
    """Count the absolute limit from the first request after signing in, and the idle limit from the last minute used."""
    now = int(clock.now().timestamp())
    began = request.session.setdefault("began", now)
    if now - request.session.get("seen", 0) >= TOUCH_SECONDS:
        request.session["seen"] = now
    return bool(now - began > settings.SESSION_ABSOLUTE_SECONDS)


def _signed_out(request: HttpRequest, why: str) -> HttpResponse:
    logout(request)
    messages.warning(request, why)
    return redirect(settings.LOGIN_URL)
