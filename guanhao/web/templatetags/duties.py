"""Template tags of duties: ``{% load duties %}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from guanhao.duties.models import Duty
from guanhao.duties.naming import task_of, thing_of
from guanhao.web.templatetags.guanhao import mark
from guanhao.web.viewer import said
from guanhao.web.work.duty_pages import owed_by as name_of_owner
from guanhao.web.work.duty_pages import state_mark

register = template.Library()


@register.filter
def task_said(duty: Duty) -> str:
    """What is owed, in the language of the page."""
    return said(task_of(duty))


@register.simple_tag(takes_context=True)
def owed_by(context: Mapping[str, Any], duty: Duty) -> str:
    """Who owes it, by the names of the offices."""
    return name_of_owner(context["viewer"], duty)


@register.simple_tag
def duty_state(duty: Duty) -> SafeString:
    """Its state as a mark."""
    return mark(state_mark(duty))


@register.filter
def thing(duty: Duty) -> str:
    """What it is about, by its name today."""
    return thing_of(duty)
