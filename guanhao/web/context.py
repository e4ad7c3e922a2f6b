"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - filled by the frame.
    """Values of the frame: institution, person, rail with counts, unread notices."""
    return {}
