"""Fresh authentication (SI5): what was proved within the last five minutes, before roles change or the record leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http.response import HttpResponseBase

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
