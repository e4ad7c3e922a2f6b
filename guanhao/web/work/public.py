"""What pages for everybody share: the institution of the address in scope, the language asked for, limits by address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from guanhao.core import memo, tenancy
from guanhao.core.address import client_address
from guanhao.directory.queries import directory_of
from guanhao.directory.types import Open
from guanhao.limiting.counting import allowed, seconds_left
from guanhao.limiting.types import Use
from guanhao.people.models import Institution
from guanhao.registry.kinds import platforms_of
from guanhao.removal.departed import departed
from guanhao.web.viewer import said

GONE, TOO_LARGE, TOO_MANY = 410, 413, 429
MOST_BYTES = 6 * 1024 * 1024  # a picture and a few words
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, "Public", P], HttpResponse]
Routed = Callable[Concatenate[HttpRequest, str, P], HttpResponse]


@dataclass
class Public:
    """One request of somebody nobody knows, at an institution whose directory is open."""

    request: HttpRequest
    directory: Open

    @cached_property
    def institution(self) -> Institution:
        """The institution itself."""
        return Institution.objects.get(pk=self.directory.institution_id)

    def platforms(self) -> list[tuple[str, str]]:
        """Kinds of platform with their names, to choose from."""
        return [(key, said(word.title)) for key, word in platforms_of(self.institution).items()]

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page of the directory shows."""
        return {"directory": self.directory, "home": settings.PUBLIC_URL, **more}

    def limited(self, use: Use) -> HttpResponse | None:
        """The page that says "later", where this address asked too often; nothing otherwise. Counts the use."""
        if allowed(use, client_address(self.request)):
            return None
        page = render(self.request, "web/directory/later.html", self.context(), status=TOO_MANY)
        page.headers["Retry-After"] = str(seconds_left(use))
        return page


def publicly(view: View[P]) -> Routed[P]:
    """Answer within the institution whose key the address names; 404 where its directory is closed or there is none.

    Whoever is signed in sees what everybody sees: nothing here asks who it is.
    """

    @wraps(view)
    def answered(request: HttpRequest, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not _is_small(request):
            return HttpResponse(status=TOO_LARGE)
        directory = directory_of(key)
        if directory is None:
            return _gone(request, key)
        asked = request.GET.get("lang") or request.POST.get("lang", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        request.viewer = None  # type: ignore[attr-defined] # The frame of the signed-in is not drawn.
        institution = Institution.objects.get(pk=directory.institution_id)
        with tenancy.within(institution), memo.during(), translation.override(language):
            return view(request, Public(request, directory), *args, **kwargs)

    return answered  # type: ignore[return-value] # wraps names the first two arguments; mypy takes that for another form.


def _gone(request: HttpRequest, key: str) -> HttpResponse:
    """That the institution has left, where its directory was open; else as where there is none.

    Raises:
        Http404: there never was an open directory of that key.
    """
    left = departed(key)
    if left is None:
        raise Http404
    request.viewer = None  # type: ignore[attr-defined] # The frame of the signed-in is not drawn.
    return render(
        request, "web/directory/gone.html", {"left": left, "home": settings.PUBLIC_URL}, status=GONE
    )


def _is_small(request: HttpRequest) -> bool:
    """Whether the body is announced as small enough. Decided before a byte of it is read: a stranger sends it."""
    length = request.headers.get("Content-Length", "")
    return length.isascii() and length.isdigit() and int(length) <= MOST_BYTES
