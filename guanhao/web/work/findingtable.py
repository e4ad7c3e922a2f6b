"""What was found in a revision and what became of it, as a table to take away: by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanhao.contents import checks
from guanhao.contents.models import ErrorMark, Finding, Handling, Revision
from guanhao.contents.types import FindingState, Force
from guanhao.core.clock import CHINA
from guanhao.web.citation import citation
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.hitwords import class_word
from guanhao.web.work.reasons import message_of

Row = list[Any]


def findings_table(viewer: Viewer, revision: Revision) -> tuple[list[str], list[Row]]:
    """Heads and rows: what is found in it, what its writers settled before handing it in, what reviewers marked."""
    heads = [
        _("分类"), _("力度"), _("问题"), _("原文"), _("建议"), _("依据"), _("处理"), _("处理人"), _("处理时间"), _("理由"),
    ]  # fmt: skip
    found = revision.findings.select_related("settled_by").order_by("pk")
    handled = revision.handlings.filter(undone_at=None).select_related("person")
    errors = revision.errors.filter(withdrawn_at=None).select_related("person")
    rows = [
        *_once(_found(viewer, one) for one in found),
        *(_handled(viewer, one) for one in handled),
        *(_marked(one) for one in errors),
    ]
    return heads, rows


def _once(rows: Iterator[Row]) -> Iterator[Row]:
    """Several stages find the same; the line is worth reading once, with what became of it last."""
    yield from {(row[2], row[3], row[5]): row for row in rows}.values()


def _found(viewer: Viewer, one: Finding) -> Row:
    return [
        *_about(one.place), Force(one.force).label, checks.message_of(one), *_words(one.place),
        _article(viewer, one.article_ref), FindingState(one.state).label,
        one.settled_by.name if one.settled_by else "", _when(one.settled_at), one.reason,
    ]  # fmt: skip


def _handled(viewer: Viewer, one: Handling) -> Row:
    return [
        *_about(one.place), "", message_of(one), *_words(one.place), _article(viewer, one.article_ref),
        FindingState(one.state).label, one.person.name, _when(one.at), one.reason,
    ]  # fmt: skip


def _marked(one: ErrorMark) -> Row:
    counts = _("差错，计入该单位") if one.counts else _("差错，不计数")
    return [class_word(one.hit_class), "", one.note or one.quote, one.quote, "", "", counts, one.person.name, _when(one.at), ""]  # fmt: skip


def _about(place: dict[str, Any]) -> Row:
    return [class_word(str(place.get("class", "")))]


def _words(place: dict[str, Any]) -> Row:
    return [str(place.get("excerpt", "")), "、".join(place.get("suggestions", ()))]


def _article(viewer: Viewer, ref: str) -> str:
    return said(citation(ref, viewer.rulebook)) if ref else ""


def _when(instant: Any) -> str:
    return timezone.localtime(instant, CHINA).strftime("%Y-%m-%d %H:%M") if instant else ""
