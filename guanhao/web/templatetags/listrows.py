"""The lines of a list. A page has hundreds of cells, so they are neither templates of their own nor drawn twice where they recur."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from guanhao.web.lists import Cite, Column, Link, ListView
from guanhao.web.marks import Mark
from guanhao.web.templatetags.guanhao import cite, mark, spaced, when

register = template.Library()


class Drawing:
    """Draws the cells of one page, each as escaped text.

    A word, a mark or a citation that recurs on the page is drawn once. It is kept no longer than the page: the next one may
    be in another language, or under other rules.
    """

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = context
        self._drawn: dict[Any, str] = {}

    def of(self, value: Any) -> str:
        """One cell: a mark, a link, a citation, an instant, a day, a number or text."""
        if isinstance(value, Link):
            return f'<a href="{escape(value.href)}">{escape(spaced(value.label))}</a>'
        if isinstance(value, date):
            return escape(when(value))
        if not isinstance(value, (str, Mark, Cite)):
            return "" if value is None else escape(spaced(value))
        if value not in self._drawn:
            self._drawn[value] = self._anew(value)
        return self._drawn[value]

    def _anew(self, value: str | Mark | Cite) -> str:
        if isinstance(value, Mark):
            return conditional_escape(mark(value))
        if isinstance(value, Cite):
            return conditional_escape(cite(self._context, value.article, value.clause))
        return escape(spaced(value))


@register.simple_tag(takes_context=True)
def list_rows(context: Mapping[str, Any], listing: ListView) -> SafeString:
    """The lines of the page that is shown, each with a box to choose it where something can be done to chosen ones."""
    drawing, choose = Drawing(context), _("选择")
    begins = [f'<td class="{_css(column)}">' for column in listing.columns]
    lines = []
    for row, cells in listing.lines():
        box = _box(row, choose) if listing.bulk else ""
        drawn = (f"{begin}{drawing.of(cell.value)}</td>" for begin, cell in zip(begins, cells, strict=True))
        lines.append(f"<tr>{box}{''.join(drawn)}</tr>\n")
    return mark_safe("".join(lines))  # noqa: S308 - each cell is escaped.


def _box(row: Any, choose: str) -> str:
    name = escape(f"{choose} {row}")
    return f'<td class="pick"><input type="checkbox" name="row" value="{row.pk}" form="bulk" aria-label="{name}"></td>'


def _css(column: Column) -> str:
    said = {"main-cell": column.main, "number": column.number, "tight": column.tight,
            "off-phone": not column.on_phone}  # fmt: skip
    return " ".join(word for word, holds in said.items() if holds)
