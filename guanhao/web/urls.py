"""All addresses. Each area writes its own whole; the demonstration's sign-in exists only in a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

AREAS = (
    "signin",
    "desk",
    "articles",
    "review",
    "calendar",
    "duties",
    "publishing",
    "intake",
    "accounts",
    "applications",
    "custody",
    "inspections",
    "screening",
    "forms",
    "directory",
    "rules",
    "ledger",
    "settings",
    "people",
    "exports",
    "privacy",
    "health",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"guanhao.web.routes.{area}")) for area in AREAS
]
# The sibling on this floor, by its name: the pages do not import it.
urlpatterns.append(path("", include("guanhao.api.urls")))
if settings.DEMO:
    urlpatterns.append(path("", include("guanhao.web.routes.demonstration")))

handler404 = "guanhao.web.errors.not_found"
handler500 = "guanhao.web.errors.failure"
