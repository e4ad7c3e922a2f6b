"""Template tags of our own. They are built in, so templates need no load line for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.rulebook.diff import LEANINGS, Leaning
from guanhao.web.answers import CITE, UNDO
from guanhao.web.citation import citation
from guanhao.web.fields import options_of
from guanhao.web.marks import Mark, due_mark, mark_of, state_of
from guanhao.web.viewer import Viewer
from guanhao.web.viewer import said as said_text
from guanhao.web.viewer import said_of as value_in_language

register = template.Library()

_WEEKDAYS = Text(zh="周一 周二 周三 周四 周五 周六 周日", en="Mon Tue Wed Thu Fri Sat Sun")
_CHINESE_THEN_LATIN = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9@#])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])"
)
HALF_SPACE = "\u2009"
_COLON = Text(zh="：", en=": ")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """A picture from the sprite; without a label it is decoration and hidden from screen readers."""
    return _drawn(_sprite(), name, str(label), size)


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("vendor/icons.svg")


@lru_cache(maxsize=512)
def _drawn(sprite: str, name: str, label: str, size: str) -> SafeString:
    use = format_html('<use href="{}#{}"/>', sprite, name)
    css = "icon icon-small" if size == "small" else "icon"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', css, label, use)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', css, use)


@register.simple_tag(takes_context=True)
def cite(context: Mapping[str, Any], article: str, clause: str = "") -> SafeString:
    """The citation chip: 第十六条. A link to the article that opens as a card where scripts run."""
    if not article:
        return SafeString("")
    viewer = context.get("viewer")
    page = reverse("rule_article", args=[article])
    card = reverse("rule_card", args=[article])
    return format_html(
        '<a class="cite" href="{}" hx-get="{}{}" hx-target="#cite-card" hx-swap="innerHTML" aria-haspopup="dialog">{}</a>',
        page,
        card,
        f"?clause={clause}" if clause else "",
        said_text(citation(article, viewer.rulebook if viewer else None)),
    )


@register.simple_tag
def mark(value: Any, tone: str = "", shape: str = "") -> SafeString:
    """A state as word, shape and colour: ``{% mark article.state_word %}`` or ``{% mark "逾期" "blocked" "alert-triangle" %}``."""
    shown = Mark(str(value), tone, shape) if tone else mark_of(value)
    drawing = icon(shown.icon) if shown.icon else ""
    return format_html('<span class="mark mark-{}">{}{}</span>', shown.tone, drawing, shown.label)


@register.filter
def when(value: datetime | date | None) -> str:
    """An instant as offices write it, in China's time: 2026-11-20 周五 16:00; a day without the time; nothing as a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        local = value.astimezone(clock.CHINA)
        return f"{day(local.date())} {local:%H:%M}"
    return day(value)


@register.filter
def day(value: date | None) -> str:
    """A day with its weekday: 2026-11-20 周五."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(clock.CHINA).date()
    return f"{value:%Y-%m-%d} {said_text(_WEEKDAYS).split()[value.weekday()]}"


@register.filter
def hour(value: datetime | None) -> str:
    """The time of day in China: 16:00."""
    return f"{value.astimezone(clock.CHINA):%H:%M}" if value else "—"


@register.filter
def ago(value: datetime | None) -> str:
    """How far away an instant is, for use beside the absolute time: 3 小时前, 还有 2 天."""
    if value is None:
        return ""
    distance = value - clock.now()
    amount = _amount(abs(distance))
    if not amount:
        return gettext("刚刚") if distance <= timedelta() else gettext("马上")
    return gettext("还有 %s") % amount if distance > timedelta() else gettext("%s前") % amount


def _amount(distance: timedelta) -> str:
    minutes = int(distance.total_seconds() // 60)
    if minutes < 1:
        return ""
    if minutes < 60:  # noqa: PLR2004 - an hour.
        return ngettext("%d 分钟", "%d 分钟", minutes) % minutes
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004 - up to two days hours say more.
        return ngettext("%d 小时", "%d 小时", hours) % hours
    return ngettext("%d 天", "%d 天", hours // 24) % (hours // 24)


@register.filter
def said(text: Text | str | None) -> str:
    """A `Text` in the language of the page."""
    return said_text(text) if isinstance(text, Text) else str(text or "")


@register.filter
def spaced(value: object) -> str:
    """Our half-width space between Chinese and Latin or digits; users never type it (ui.md, Look)."""
    return _CHINESE_THEN_LATIN.sub(HALF_SPACE, str(value or ""))


@register.simple_tag
def colon() -> str:
    """The colon of the page's language, where a label and its value are put together."""
    return said_text(_COLON)


@register.simple_tag
def language_code() -> str:
    """The language of the page for the ``lang`` attribute."""
    return "en" if (get_language() or "").startswith("en") else "zh-Hans"


@register.filter
def share(part: float, whole: float) -> int:
    """Per cent, for bars; 0 of nothing is 0."""
    return round(100 * part / whole) if whole else 0


@register.simple_tag(takes_context=True)
def toast_cite(context: Mapping[str, Any], message: Message) -> SafeString:
    """The chip of a refusal told by a toast."""
    tags = message.extra_tags or ""
    return cite(context, tags.removeprefix(CITE) if tags.startswith(CITE) else "")


@register.simple_tag
def toast_undo(message: Message) -> str:
    """The address that takes back what a toast tells."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.simple_tag
def options(choices: Iterable[tuple[str, Any]], value: str) -> SafeString:
    """The options of a filter, with the one that is chosen; there are as many as units or accounts."""
    return options_of(choices, {value})


@register.simple_tag
def leaning(value: Leaning) -> SafeString:
    """Whether a change of the rulebook is stricter or laxer, as a mark."""
    tone = {Leaning.STRICTER: "accent", Leaning.NEUTRAL: "neutral"}.get(value, "waiting")
    zh, en = LEANINGS[value]
    return mark(said_text(Text(zh=zh, en=en)), tone)


@register.simple_tag
def said_of(row: Any, field: str) -> str:
    """The value of ``field_zh`` / ``field_en`` of a row in the language of the page."""
    return spaced(value_in_language(row, field))


@register.simple_tag(takes_context=True)
def post(context: Mapping[str, Any], key: str) -> str:
    """A post by the institution's word for it; the key itself where the rulebook no longer knows it."""
    posts = context["viewer"].rulebook.posts
    return said_text(posts[key].title) if key in posts else key


@register.simple_tag(takes_context=True)
def function(context: Mapping[str, Any], key: str) -> str:
    """A function by the rulebook's word for it; the key itself where the rulebook no longer knows it."""
    functions = context["viewer"].rulebook.functions
    return said_text(functions[key].title) if key in functions else key


@register.filter
def may(viewer: Viewer, permission: str) -> bool:
    """Whether the viewer holds a permission: ``{% if viewer|may:"people.manage" %}``."""
    return viewer.may(permission)


@register.simple_tag
def due(value: datetime | None) -> SafeString | str:
    """A due time with the mark of being near or past."""
    near = due_mark(value)
    shown = when(value)
    return format_html("{} {}", mark(near), shown) if isinstance(near, Mark) else shown


@register.filter
def state(row: Any) -> Mark:
    """The mark of a row's state: ``{% mark article|state %}``."""
    return state_of(row)
