"""Fresh authentication (SI5): what was proved within the last five minutes, before roles change or the record leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

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


def confirm_first(back: str) -> str:
    """The address that asks for the password or a code and then leads ``back``.

    For posts that carry a secret: `fresh` keeps the whole post in the session until it goes on, in plain text (SE2).
    """
    return f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: back})}"
