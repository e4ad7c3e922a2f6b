"""Identifiers in the shapes the platforms use: long, opaque and impossible to guess or to derive."""

from __future__ import annotations

import secrets

_TOKEN_BYTES = 96
_MEDIA_BYTES = 32


def access_token() -> str:
    """Answer a new access token: a short number, an underscore, 128 URL-safe characters (wechat.md 1.1)."""
    return f"99_{secrets.token_urlsafe(_TOKEN_BYTES)}"


def media_id() -> str:
    """Answer a new media id, used for material and drafts alike, at most 128 characters (wechat.md 4.1)."""
    return secrets.token_urlsafe(_MEDIA_BYTES)


def article_id() -> str:
    """Answer a new id of a published article (wechat.md 5.2)."""
    return secrets.token_urlsafe(_MEDIA_BYTES)


def serial() -> str:
    """Answer 32 hexadecimal characters: the ``sn`` of an article address, a picture's name, an AppSecret."""
    return secrets.token_hex(16)


def request_id() -> str:
    """Answer a ``rid`` as error messages carry it: three groups of eight hexadecimal characters."""
    digits = secrets.token_hex(12)
    return f"{digits[:8]}-{digits[8:16]}-{digits[16:]}"


def app_id() -> str:
    """Answer a new AppID: ``wx`` and 16 hexadecimal characters."""
    return f"wx{secrets.token_hex(8)}"


def original_id() -> str:
    """Answer a new original id of an account: ``gh_`` and 12 hexadecimal characters."""
    return f"gh_{secrets.token_hex(6)}"
