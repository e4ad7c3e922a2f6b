"""The addresses platforms push to. Parse, fetch the account by its key, store, answer: nothing else is done here (NT3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from guanhao.core import tenancy
from guanhao.core.address import client_address
from guanhao.inbound.access import callback_address
from guanhao.inbound.cancelling import institution_of, receive_cancel
from guanhao.inbound.models import CallbackAddress
from guanhao.inbound.receiving import MOST_BYTES, Arrival, Refusal, echo, receive
from guanhao.inbound.types import NotAccepted
from guanhao.platforms.wechat.sealed import Signed

TOO_LARGE = 413
STATUS = {
    NotAccepted.SIGNATURE: 403,
    NotAccepted.TIME: 403,
    NotAccepted.REPLAYED: 403,
    NotAccepted.PLAIN: 403,
    NotAccepted.RECEIVER: 403,
    NotAccepted.UNREADABLE: 400,
    NotAccepted.TOO_MANY: 429,
}


@csrf_exempt  # No cookie is read: the signature proves who pushes.
@login_not_required
@require_http_methods(["GET", "POST"])
def wechat(request: HttpRequest, key: str) -> HttpResponse:
    """WeChat checks the address (GET) or pushes a message (POST). A refusal says nothing about its reason."""
    with _address(key, "wechat") as address:
        arrival = Arrival(address, _signed(request), client_address(request))
        try:
            if request.method == "GET":
                return _text(echo(arrival, request.GET.get("echostr", "")))
            if not _is_small(request):
                return HttpResponse(status=TOO_LARGE)
            receive(arrival, request.body)
            return _text("success")
        except Refusal as refusal:
            return HttpResponse(status=STATUS[refusal.why])


@csrf_exempt  # No cookie is read, and nothing in the request is believed.
@login_not_required
@require_http_methods(["GET", "POST"])
def weibo(request: HttpRequest, key: str) -> HttpResponse:
    """Weibo says that a user withdrew. Whatever is said is answered alike, so that nobody can try uids here."""
    with tenancy.everywhere("whose address a platform called"):
        institution = institution_of(key)
    if institution is None:
        raise Http404
    if request.method == "POST" and not _is_small(request):
        return HttpResponse(status=TOO_LARGE)
    given = request.GET if request.method == "GET" else request.POST
    with tenancy.within(institution):
        receive_cancel(institution, given.get("source", ""), given.get("uid", ""))
    return _text("success")


@contextmanager
def _address(key: str, platform: str) -> Iterator[CallbackAddress]:
    """The address of the key, within its institution. Raises Http404 for none, and for one of a closed account."""
    with tenancy.everywhere("whose address a platform pushed to"):
        address = callback_address(key, platform)
    if address is None:
        raise Http404
    with tenancy.within(address.institution):
        yield address


def _signed(request: HttpRequest) -> Signed:
    given = request.GET
    return Signed(*(given.get(name, "") for name in ("signature", "msg_signature", "timestamp", "nonce")))


def _is_small(request: HttpRequest) -> bool:
    """Whether the body is announced as at most 64 KB. Decided before a byte of it is read."""
    length = request.headers.get("Content-Length", "")
    return length.isascii() and length.isdigit() and int(length) <= MOST_BYTES


def _text(content: str) -> HttpResponse:
    return HttpResponse(content, content_type="text/plain; charset=utf-8")
