"""Tags of the public pages: the language in the address, since no cookie keeps it, and what an account's standing is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanhao.directory.types import Answer, By, Entry, Outcome, Standing
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING
from guanhao.web.templatetags.guanhao import mark

register = template.Library()


@register.simple_tag(takes_context=True)
def lang_pair(context: Mapping[str, Any]) -> str:
    """``lang=en`` where the address asked for a language, to go behind another parameter."""
    return urlencode({"lang": asked}) if (asked := _asked(context)) else ""


@register.simple_tag(takes_context=True)
def lang_query(context: Mapping[str, Any]) -> str:
    """``?lang=en`` where the address asked for a language."""
    return f"?{pair}" if (pair := lang_pair(context)) else ""


@register.simple_tag(takes_context=True)
def lang_input(context: Mapping[str, Any]) -> SafeString:
    """The same for a form."""
    asked = _asked(context)
    return format_html('<input type="hidden" name="lang" value="{}">', asked) if asked else SafeString("")


@register.simple_tag(takes_context=True)
def in_language(context: Mapping[str, Any], language: str) -> str:
    """This page's parameters with another language."""
    query = context["request"].GET.copy()
    query["lang"] = language
    return str(query.urlencode())


@register.simple_tag
def standing(entry: Entry) -> SafeString:
    """What the public may think of an account, as a mark."""
    word, tone, shape = {
        Standing.OFFICIAL: (_("官方账号"), DONE, "check"),
        Standing.UNCONFIRMED: (_("未经年检确认"), WAITING, "clock"),
        Standing.SUSPENDED: (_("暂停发布"), WAITING, "clock"),
        Standing.CLOSED: (_("已关闭"), NEUTRAL, "ban"),
    }[entry.standing]
    return mark(word, tone, shape)


@register.simple_tag
def outcome(answer: Answer) -> SafeString:
    """The answer in a word. A name alone proves no account, so it says less."""
    if answer.outcome is Outcome.OFFICIAL and answer.by is By.NAME:
        return mark(_("名称在册"), DONE, "check")
    word, tone, shape = {
        Outcome.OFFICIAL: (_("官方账号"), DONE, "check"),
        Outcome.UNCONFIRMED: (_("未经年检确认"), WAITING, "clock"),
        Outcome.SUSPENDED: (_("暂停发布"), WAITING, "clock"),
        Outcome.CLOSED: (_("已关闭"), BLOCKED, "ban"),
        Outcome.UNKNOWN: (_("不在名录里"), BLOCKED, "alert-triangle"),
    }[answer.outcome]
    return mark(word, tone, shape)


def _asked(context: Mapping[str, Any]) -> str:
    request = context["request"]
    asked = request.GET.get("lang") or request.POST.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else ""
