"""The content security policy (CF2): nothing from elsewhere, no inline script, nothing frames us.

A view that needs more says so with `relaxed`, so that every exception can be found by searching for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.http.response import HttpResponseBase

F = TypeVar("F", bound=Callable[..., HttpResponseBase])
R = TypeVar("R", bound=HttpResponseBase)

STRICT: Mapping[str, str] = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# A page that shows user content in a frame of ours: no scripts at all, an origin of its own.
PREVIEW: Mapping[str, str] = {
    "default-src": "'none'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "",
}


def policy(base: Mapping[str, str] = STRICT, **changes: str) -> str:
    """The header's value; ``style_src="…"`` replaces one directive of the base."""
    directives = {**base, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())


def relaxed(base: Mapping[str, str] = STRICT, **changes: str) -> Callable[[F], F]:
    """Give a view's answers another policy than the strict one."""
    value = policy(base, **changes)

    def decorate(view: F) -> F:
        @wraps(view)
        def answered(*args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(*args, **kwargs)
            response.headers["Content-Security-Policy"] = value
            return response

        return answered  # type: ignore[return-value] # wraps keeps the signature; mypy cannot see it.

    return decorate


def leads_to(response: R, address: str) -> R:
    """Let the forms of one answer lead to another host too: a browser holds back a redirect that ends a form elsewhere."""
    parts = urlsplit(address)
    response.headers["Content-Security-Policy"] = policy(
        form_action=f"'self' {parts.scheme}://{parts.netloc}"
    )
    return response
