"""Template tags about personal data: ``{% load privacy %}``."""

from __future__ import annotations

from django import template

from guanhao.privacy.models import PersonRequest
from guanhao.web.marks import Mark
from guanhao.web.work.data_request_pages import standing_of

register = template.Library()


@register.filter
def request_mark(row: PersonRequest) -> Mark:
    """Where a request stands, as a mark."""
    return standing_of(row)
