"""Template tags of the working pages: ``{% load working %}``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from guanhao.cases.models import Decision
from guanhao.core.text import Text
from guanhao.publishing.models import Attempt, InstallationStop, Look
from guanhao.registry.models import Account
from guanhao.web.callwords import CALLS, EFFECTS
from guanhao.web.marks import state_of
from guanhao.web.templatetags.guanhao import mark
from guanhao.web.viewer import said, said_of
from guanhao.web.work import access, application_pages
from guanhao.web.work.route import decided_by as name_of_decider

register = template.Library()


@register.simple_tag
def state(row: Any, field: str = "state") -> SafeString:
    """The state of a row as a mark."""
    return mark(state_of(row, field))


@register.filter
def said_in(row: Any, field: str) -> str:
    """``row|said_in:"title"``: the value of ``title_zh`` or ``title_en`` in the language of the page."""
    return said_of(row, field)


@register.filter
def unlocalise(number: float) -> str:
    """A number for a style sheet: a point, whatever the language writes."""
    return f"{number:g}"


@register.filter
def item_said(item: Mapping[str, Any]) -> str:
    """A checklist item in the language of the page."""
    return said(Text(zh=item["zh"], en=item.get("en", "")))


@register.simple_tag
def decided_by(decision: Decision) -> str:
    """Who decided, and for whom."""
    return name_of_decider(decision)


@register.filter
def told(row: Attempt | Look) -> str:
    """What a platform answered, as it was kept (secrets were removed before keeping)."""
    if isinstance(row, Look):
        return _json(row.evidence)
    parts = {"marks": row.marks, "ids": row.ids, "before": row.before}
    kept = {name: value for name, value in parts.items() if value}
    return "\n".join(text for text in (_json(kept) if kept else "", row.body) if text)


@register.filter
def call_said(call: str) -> str:
    """What a call does, in words; its technical name where it has none."""
    return str(CALLS.get(call, call))


@register.filter
def effect_said(effect: str) -> str:
    """What a class of calls does in the world."""
    return str(EFFECTS.get(effect, effect))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)


@register.simple_tag
def installation_stop() -> InstallationStop | None:
    """The stop of the whole installation, which stands above every page about publishing."""
    return access.installation_stop()


@register.inclusion_tag("web/publishing/part_stops.html", takes_context=True)
def stops_band(context: Mapping[str, Any], account: Account | None = None) -> dict[str, Any]:
    """The stops in force over an account, or over what the viewer sees; one query where nothing is stopped."""
    if not access.anything_stopped():
        return {"nothing_stopped": True}
    return {"stops": access.stops_seen(context["viewer"], account)}


@register.inclusion_tag("web/applications/part_open.html", takes_context=True)
def applications_open(context: Mapping[str, Any], account: Account | None = None) -> dict[str, Any]:
    """Applications that are not over: about an account, with what may be applied for; the viewer's own on the desk."""
    viewer = context["viewer"]
    kinds = application_pages.startable(viewer, account) if account else []
    return {"account": account, "rows": application_pages.open_rows(viewer, account), "kinds": kinds}
