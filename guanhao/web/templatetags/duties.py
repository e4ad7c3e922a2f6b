"""Template tags of duties: ``{% load duties %}``."""

from __future__ import annotations

from django import template

from guanhao.duties.models import Duty
from guanhao.duties.naming import task_of, thing_of
from guanhao.web.viewer import said

register = template.Library()


@register.filter
def task_said(duty: Duty) -> str:
    """What is owed, in the language of the page."""
    return said(task_of(duty))


@register.filter
def thing(duty: Duty) -> str:
    """What it is about, by its name today."""
    return thing_of(duty)
