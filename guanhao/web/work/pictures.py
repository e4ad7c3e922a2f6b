"""Addresses of stored pictures for pages.

A preview stands in a sandboxed frame of an opaque origin (CF2), which sends no cookies for what it loads. So the address
itself is the permission: signed by us, handed out only in pages whose reader may see the picture, worthless after a day.
"""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urlsplit

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from guanhao.contents.content import ASSET_DIGEST, place_assets
from guanhao.contents.sanitise import LOST_PICTURE, sanitise
from guanhao.people.models import Institution

VALID_SECONDS = 24 * 3600
_signer = TimestampSigner(salt="guanhao.web.pictures")
_WAITING = re.compile(r'data-remote="([^"]*)"')
_ADDRESS = re.compile(r"/pictures/([^\s/\"'<>]+)/")


class NoPicture(Exception):  # noqa: N818 - reads as the fact it states.
    """The address was not made by us, or its time is over."""


def address(institution_id: int, digest: str) -> str:
    """The page's address of a picture of the institution."""
    return reverse("picture", args=[_signer.sign(f"{institution_id}.{digest}")])


def prefix() -> str:
    """What all such addresses begin with; the editor tells ours from foreign ones by it."""
    return reverse("picture", args=["x"]).removesuffix("x/")


def opened(token: str) -> tuple[int, str]:
    """Institution and digest behind a token.

    Raises:
        NoPicture: a forged or expired token.
    """
    return _parts(token, VALID_SECONDS)


def shown(institution: Institution, body: str) -> str:
    """A stored body for readers: sanitised again (CF1, old data) and with addresses in place of placeholders."""
    return placed(institution, sanitise(body))


def placed(institution: Institution, body: str) -> str:
    """A sanitised body with addresses in place of placeholders."""
    return place_assets(body, lambda digest: address(institution.pk, digest))


def stored(institution: Institution, body: str) -> str:
    """A body as the editor gives it back: our addresses become placeholders again, however old they are.

    A pasted picture that was not fetched leaves a named gap, which a check blocks, instead of vanishing.
    """
    body = _WAITING.sub(lambda match: f'{LOST_PICTURE}="{_host(match[1])}"', body)
    return _ADDRESS.sub(lambda match: placeholder(institution, match[0]) or match[0], body)


def placeholder(institution: Institution, text: str) -> str:
    """``asset:sha256:…`` for one of our addresses; empty for anything else, another institution's included (TN2)."""
    digest = digest_of(institution, text)
    return f"asset:{digest}" if digest else ""


def digest_of(institution: Institution, text: str) -> str:
    """The digest behind one of our addresses; empty for anything else."""
    match = _ADDRESS.search(text)
    if match is None:
        return ""
    try:
        owner, digest = _parts(match[1], None)
    except NoPicture:
        return ""
    return digest if owner == institution.pk else ""


def _host(address: str) -> str:
    try:
        return escape(urlsplit(unescape(address)).hostname or "?")
    except ValueError:
        return "?"


def _parts(token: str, max_age: int | None) -> tuple[int, str]:
    try:
        institution, _, digest = _signer.unsign(token, max_age=max_age).partition(".")
    except BadSignature:
        raise NoPicture from None
    if not ASSET_DIGEST.fullmatch(digest):
        raise NoPicture
    return int(institution), digest
