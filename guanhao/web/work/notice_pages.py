"""The privacy notice as pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from guanhao.privacy.models import Acknowledgement, PrivacyNotice
from guanhao.web.viewer import Viewer, WebRequest


def in_force() -> PrivacyNotice | None:
    """The version in force; nothing before the worker published the first."""
    notice: PrivacyNotice | None = PrivacyNotice.objects.in_force().select_related("institution").first()
    return notice


def versions(viewer: Viewer) -> QuerySet[PrivacyNotice]:
    """All versions of the viewer's institution, the newest first."""
    return PrivacyNotice.objects.filter(institution=viewer.institution)


def own_words(notice: PrivacyNotice | None) -> dict[str, str]:
    """What the institution said in a version."""
    return {"contact": notice.contact, "words": notice.words} if notice else {}


def context(request: WebRequest, notice: PrivacyNotice | None) -> dict[str, Any]:
    """What the page shows: the sections in the page's language, when the viewer read it, the other versions."""
    read = None
    if notice is not None:
        read = Acknowledgement.objects.filter(notice=notice, person=request.viewer.person).first()
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return {
        "notice": notice,
        "sections": notice.body[_language()] if notice else [],
        "read": read,
        "owed": notice is not None and read is None and notice.superseded_at is None,
        "versions": versions(request.viewer),
        "next": wanted if safe else "",
    }


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
