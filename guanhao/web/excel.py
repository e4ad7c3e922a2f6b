"""Tables as Excel workbooks, with cells that can never become formulas (CF6, ASVS 1.2.10)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from guanhao.core import clock

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet that re-reads text as a formula looks at the first character; the full-width forms are read alike.
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
WIDTHS = (8, 60)


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A workbook with one sheet, its head frozen, offered as a download under the list's title and today's day."""
    buffer = io.BytesIO()
    write_workbook(buffer, heads, rows)
    name = f"{title}-{clock.today():%Y%m%d}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(buffer.getvalue(), content_type=MIME, headers={"Content-Disposition": disposition})


def write_workbook(target: io.BytesIO | str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the workbook into memory, or into a file of that name, row by row without keeping them."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    how = {"constant_memory": True} if isinstance(target, str) else {"in_memory": True}
    book = xlsxwriter.Workbook(target, options | how)
    try:
        _fill(book, heads, rows)
    finally:
        book.close()  # Also where a row failed: the rows written so far lie in a file of the library's own.


def _fill(book: xlsxwriter.Workbook, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.add_worksheet()
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    widths = [len(head) * 2 for head in heads]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, neutral(head), formats["head"])
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            written = _write(sheet, (number, column), value, formats)
            widths[column] = max(widths[column], len(written.encode("gb18030", "replace")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 2, WIDTHS[0]), WIDTHS[1]))
    sheet.freeze_panes(1, 0)


def neutral(value: object) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous first character."""
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _write(sheet: Any, place: tuple[int, int], value: Any, formats: dict[Any, Any]) -> str:
    """Write one cell as its own type, everything that is not a number or a time as text; answer what its width is."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        sheet.write_datetime(*place, value.astimezone(clock.CHINA).replace(tzinfo=None), formats[datetime])
        return "2026-11-20 16:00"
    if isinstance(value, date):
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), formats[date])  # noqa: DTZ001 - a day has no zone.
        return "2026-11-20"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(*place, value)
        return str(value)
    text = neutral(getattr(value, "label", value))
    sheet.write_string(*place, text)
    return text
