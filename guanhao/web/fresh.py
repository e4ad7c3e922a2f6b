"""Fresh authentication (SI5): what was proved within the last five minutes, before roles change or the record leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from guanhao.core import clock

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def fresh(view: V) -> V:
    """Ask for the password or a code first, unless that was done within five minutes; the post goes on afterwards.

    A demonstration's one-click sign-in has no password to ask for.
    """
    asked = reauthentication_required(view)

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = view if settings.DEMO else asked
        answer: HttpResponseBase = chosen(request, *args, **kwargs)
        return answer

    return guarded  # type: ignore[return-value] # wraps keeps the signature; mypy cannot see it.


def is_fresh(request: HttpRequest) -> bool:
    """Whether it was done within five minutes; always in a demonstration, as above."""
    return settings.DEMO or bool(did_recently_reauthenticate(request))


def second_factor_is_fresh(request: HttpRequest) -> bool:
    """Whether a code was given within five minutes, at signing in or since: a password alone opens no secret (SE3)."""
    if settings.DEMO:
        return True
    now = clock.now().timestamp()
    return any(
        record.get("method") == "mfa"
        and now - record.get("at", 0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        for record in get_authentication_records(request, request.user)
    )


def second_factor_first(request: HttpRequest, back: str) -> str:
    """The address that asks for a code and then leads ``back``; that of the set-up where there is no second factor yet."""
    name = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "mfa_activate_totp"
    return f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: back})}"


def confirm_first(back: str) -> str:
    """The address that asks for the password or a code and then leads ``back``.

    For posts that carry a secret: `fresh` keeps the whole post in the session until it goes on, in plain text (SE2).
    """
    return f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: back})}"
