"""The public directory for machines: read-only JSON without sign-in, for any site (docs/directory.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from guanhao.core import tenancy
from guanhao.core.address import client_address
from guanhao.directory import openapi, public
from guanhao.directory.queries import directory_of, shown
from guanhao.directory.reading import entries, look_up
from guanhao.directory.types import Open
from guanhao.limiting.counting import allowed
from guanhao.limiting.types import Use
from guanhao.people.models import Institution
from guanhao.removal.departed import departed

GONE, TOO_MANY = 410, 429
V = TypeVar("V", bound=Callable[..., JsonResponse])


def _while_here(view: V) -> V:
    """Say of an institution that has left that it has, where its directory was open; all others stay unknown."""

    @wraps(view)
    def answered(request: HttpRequest, key: str) -> JsonResponse:
        try:
            return view(request, key)
        except Http404:
            left = departed(key)
            if left is None:
                raise
            told = {"key": left.key, "name": left.name, "left_on": left.on.isoformat()}
            return _answer({"error": "this institution has left the system", "institution": told}, GONE)

    return answered  # type: ignore[return-value] # wraps keeps the signature; mypy cannot see it.


@login_not_required
@require_safe
@_while_here
def accounts(request: HttpRequest, key: str) -> JsonResponse:
    """All accounts in use, in pages."""
    with _open(key) as (directory, institution):
        rows = shown()
        if request.GET.get("platform"):
            rows = rows.filter(platform=request.GET["platform"][:40])
        pages = Paginator(rows, public.PAGE)
        page = pages.get_page(request.GET.get("page"))
        told = public.listing(
            directory,
            entries(institution, page.object_list),
            page=page.number,
            pages=pages.num_pages,
            total=pages.count,
        )
    return public.cached(request, _answer(told), public.LISTED)


@login_not_required
@require_safe
@_while_here
def check(request: HttpRequest, key: str) -> JsonResponse:
    """Whether an account is the institution's."""
    with _open(key) as (directory, institution):
        if not allowed(Use.CHECK, client_address(request)):
            return _answer({"error": "too many questions; try again in a minute"}, TOO_MANY)
        given = look_up(institution, request.GET.get("q", ""))
        return public.cached(request, _answer(public.answer(directory, given)), public.SHORT)


@login_not_required
@require_safe
def document(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document."""
    return public.cached(request, _answer(openapi.document(settings.PUBLIC_URL)), public.LISTED)


@contextmanager
def _open(key: str) -> Iterator[tuple[Open, Institution]]:
    """The open directory with that key, within its institution. Raises Http404 for none."""
    directory = directory_of(key)
    if directory is None:
        raise Http404
    institution = Institution.objects.get(pk=directory.institution_id)
    with tenancy.within(institution):
        yield directory, institution


def _answer(told: object, status: int = 200) -> JsonResponse:
    """JSON that a page of any site may read: it holds nothing that is not public, and reads no cookie."""
    options = {"ensure_ascii": False}
    response = JsonResponse(told, status=status, json_dumps_params=options, safe=False)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
