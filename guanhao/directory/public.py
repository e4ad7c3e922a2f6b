"""How the directory leaves the house: as JSON, and in a form that browsers and proxies may keep for a while."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from guanhao.core.text import Text
from guanhao.directory.types import Answer, Entry, Open

PAGE = 200  # accounts in one answer of the API
SHORT, LONG = 60, 86_400  # seconds: an answer, a picture
LISTED = 300  # seconds: the list; a closing shows at the latest then

R = TypeVar("R", bound=HttpResponse)


def cached(request: HttpRequest, response: R, seconds: int) -> R:
    """Let the answer be kept, and answer "not modified" to whoever has it already. Only for what everybody may see."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    # Django's answer to a conditional request: 304 without a body, or the response itself.
    answer: R = get_conditional_response(request, etag=etag, response=response)  # type: ignore[assignment]
    answer.headers["Cache-Control"] = response.headers["Cache-Control"]
    return answer


def listing(directory: Open, rows: list[Entry], *, page: int, pages: int, total: int) -> dict[str, Any]:
    """The list as JSON."""
    return {
        "institution": {"key": directory.key, "name": directory.name},
        "total": total,
        "page": page,
        "pages": pages,
        "accounts": [entry(row) for row in rows],
    }


def answer(directory: Open, given: Answer) -> dict[str, Any]:
    """The answer to a question as JSON."""
    return {
        "institution": {"key": directory.key, "name": directory.name},
        "asked": given.typed,
        "outcome": given.outcome.value,
        "recognised_by": given.by.value if given.by else None,
        "accounts": [entry(row) for row in given.entries],
        "similar": [entry(row) for row in given.near],
        "warning": _text(given.warning),
    }


def entry(row: Entry) -> dict[str, Any]:
    """One account as JSON."""
    return {
        "id": row.key,
        "platform": row.platform,
        "platform_title": _text(row.platform_title),
        "kind_title": _text(row.kind_title),
        "name": row.name,
        "handle": row.handle,
        "url": row.address,
        "unit": row.unit,
        "filing_number": row.filing_number,
        "standing": row.standing.value,
        "verified": row.verified,
        "verified_until": row.verified_until,
        "inspected_on": row.inspected_on,
        "closed_on": row.closed_on,
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return {"zh": text.zh, "en": text.en or text.zh} if text else None
