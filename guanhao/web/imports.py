"""A spreadsheet between its upload and its import: kept for an hour for the person who uploaded it (TN3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.cache import cache
from django.http import Http404

from guanhao.core import randomness
from guanhao.people.importing import LABELS, Field, Report, Sheet
from guanhao.web.viewer import Viewer, said

KEPT_SECONDS = 3600
SHOWN_FAULTS, SHOWN_ROWS = 200, 10


def keep(viewer: Viewer, sheet: Sheet) -> str:
    """Keep a sheet; answers the token of its pages."""
    token = randomness.token_hex(12)
    cache.set(_key(viewer, token), (sheet.header, sheet.rows, sheet.first_row), KEPT_SECONDS)
    return token


def kept(viewer: Viewer, token: str) -> Sheet:
    """The sheet; `Http404` when it is another person's, was imported, or an hour has passed."""
    found = cache.get(_key(viewer, token))
    if found is None:
        raise Http404
    header, rows, first_row = found
    return Sheet(tuple(header), tuple(tuple(row) for row in rows), first_row)


def forget(viewer: Viewer, token: str) -> None:
    """Drop a sheet that was imported."""
    cache.delete(_key(viewer, token))


def posts(viewer: Viewer) -> dict[str, str]:
    """What people write for a post: its key, its Chinese and its English title."""
    words: dict[str, str] = {}
    for key, post in viewer.rulebook.posts.items():
        words |= {key: key, post.title.zh: key, post.title.en: key}
    words.pop("", None)
    return words


def mapping_of(query: Mapping[str, str], sheet: Sheet) -> dict[Field, int]:
    """The columns chosen in the address; what is no column of the sheet is passed over."""
    chosen: dict[Field, int] = {}
    for field in Field:
        text = query.get(field.value, "")
        if text.isdecimal() and int(text) < len(sheet.header):
            chosen[field] = int(text)
    return chosen


def column_names(sheet: Sheet) -> list[tuple[int, str]]:
    """The sheet's columns to choose from, with the first value of each as a hint."""
    first = sheet.rows[0] if sheet.rows else ()
    names = []
    for index, head in enumerate(sheet.header):
        hint = first[index] if index < len(first) else ""
        names.append((index, f"{head or index + 1}（{hint}）" if hint else head or str(index + 1)))
    return names


def shown(sheet: Sheet, mapping: Mapping[Field, int], report: Report) -> dict[str, object]:
    """What the checking page shows: the mapper, the first faults by row, and how the first rows read."""
    return {
        "columns": column_names(sheet),
        "fields": [(field, said(LABELS[field]), mapping.get(field)) for field in Field],
        "report": report,
        "faults": [(fault, said(LABELS[fault.field])) for fault in report.faults[:SHOWN_FAULTS]],
        "rows": report.entries[:SHOWN_ROWS],
    }


def _key(viewer: Viewer, token: str) -> str:
    return f"import:{viewer.institution.pk}:{viewer.person.pk}:{token}"
