"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from guanhao.web import access
from guanhao.web.rail import rail
from guanhao.web.viewer import Viewer

THEMES = ("auto", "light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Theme and, for a signed-in person, the rail with its counts and the unread notices. A fragment needs none of it."""
    theme = request.COOKIES.get("theme", "auto")
    values: dict[str, Any] = {
        "theme": theme if theme in THEMES else "auto",
        "demo": settings.DEMO,
        "test_switch": settings.TEST_SWITCH,
    }
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is not None:
        values["viewer"] = viewer
        values["leaving"] = getattr(
            viewer.person, "leaving", None
        )  # came along with the person (`belonging`)
        if not request.headers.get("HX-Request"):
            values["rail"] = rail(viewer, request.path)
            values["unread"] = access.unread_count(viewer)
    return values
