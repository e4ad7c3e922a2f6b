"""Template tags about personal data: ``{% load privacy %}``."""

from __future__ import annotations

from django import template

from guanhao.privacy.models import PersonRequest, PublicationConsent
from guanhao.web.marks import Mark
from guanhao.web.work import consent_pages
from guanhao.web.work.data_request_pages import standing_of

register = template.Library()


@register.filter
def request_mark(row: PersonRequest) -> Mark:
    """Where a request stands, as a mark."""
    return standing_of(row)


@register.filter
def consent_mark(row: PublicationConsent) -> Mark:
    """Whether a consent counts, as a mark."""
    return consent_pages.standing_of(row)
