"""Requests the sandbox makes itself, to callback addresses on this machine and nowhere else."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
SECONDS_TO_ANSWER = 5
NO_ANSWER = 0


def own_address(url: str) -> str:
    """Answer an http address of this machine. Raises ValueError for any other."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK_HOSTS:
        raise ValueError(f"{url!r} is no http address of this machine")
    return url


def request(method: str, address: str, body: bytes, content_type: str) -> tuple[int, str]:
    """Answer status and text; ``NO_ANSWER`` when there was none within 5 seconds."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request(
            method, f"{parts.path or '/'}?{parts.query}", body or None, {"Content-Type": content_type}
        )
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as failure:
        return NO_ANSWER, type(failure).__name__
    finally:
        connection.close()
