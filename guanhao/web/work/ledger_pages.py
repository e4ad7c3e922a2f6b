"""What the pages of the ledger's import and export show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from guanhao.intake import exporting, mapping
from guanhao.intake.cells import Fault
from guanhao.intake.checking import Report, check
from guanhao.intake.columns import LABELS, Column, order_of, plain
from guanhao.people.importing import Sheet
from guanhao.people.importing import read as read_sheet
from guanhao.registry import kinds
from guanhao.web import imports
from guanhao.web.excel import workbook
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import access

SHOWN_FAULTS, SHOWN_ROWS = 200, 8
_EXAMPLES = {
    Column.NAME: "（学校简称）图书馆",
    Column.PLATFORM: "微信公众平台",
    Column.KIND: "订阅号",
    Column.HANDLE: "（微信号）",
    Column.UNIT: "（单位全称）",
    Column.RESPONSIBLE: "张三（20260001）",
    Column.MANAGER: "李四",
    Column.OPERATOR: "李四、王五（20260003）",
    Column.OPENED_ON: "2026-09-01",
    Column.VERIFIED: "是",
    Column.VERIFIED_UNTIL: "2027-09-01",
    Column.FLAGSHIP: "否",
    Column.STATE: "在用",
}


def read(viewer: Viewer, data: bytes) -> Sheet:
    """The uploaded ledger, its row of headings told by our words, the forms' and those remembered.

    Raises:
        BadSheet: no workbook, too large, or no headings in the first rows.
    """
    known = mapping.known_headings(viewer.rulebook)
    return read_sheet(data, is_heading=lambda cell: plain(cell) in known)


def keep(viewer: Viewer, sheet: Sheet, name: str) -> str:
    """Keep the sheet and the file's name for an hour; answers the token of its pages."""
    token = imports.keep(viewer, sheet)
    cache.set(f"ledger-name:{token}", name[:200], imports.KEPT_SECONDS)
    return token


def name_of(viewer: Viewer, token: str) -> str:  # noqa: ARG001 - the sheet itself was asked for as the viewer's.
    """What the uploaded file was called."""
    return str(cache.get(f"ledger-name:{token}", ""))


def mapping_of(query: QueryDict, sheet: Sheet) -> dict[Column, int]:
    """The columns chosen in the address or form; remembered and guessed ones where nothing was chosen."""
    if "chosen" not in query:
        return mapping.guess(sheet)
    chosen: dict[Column, int] = {}
    for column in Column:
        text = query.get(column.value, "")
        if text.isdecimal() and int(text) < len(sheet.header):
            chosen[column] = int(text)
    return chosen


def shown(viewer: Viewer, token: str, sheet: Sheet, mapped: Mapping[Column, int]) -> dict[str, Any]:
    """The checking page: the mapper, the first faults by row, and how the first rows read."""
    report = check(viewer.institution, sheet, mapped)
    return {
        "token": token,
        "report": report,
        "rows": len(report.entries),
        "columns": imports.column_names(sheet),
        "fields": [(column, said(title), mapped.get(column)) for column, title in order_of(viewer.rulebook)],
        "faults": [(fault, said(LABELS[fault.column])) for fault in report.faults[:SHOWN_FAULTS]],
        "hidden_faults": max(0, len(report.faults) - SHOWN_FAULTS),
        "entries": [_read_as(entry.values) for entry in report.entries[:SHOWN_ROWS]],
        "query": _query(mapped),
        "unused": _unused(sheet, mapped),
    }


def faulty_ledger(viewer: Viewer, sheet: Sheet, mapped: Mapping[Column, int]) -> HttpResponse:
    """The ledger as it was uploaded, with the row's number and its faults before each row."""
    report = check(viewer.institution, sheet, mapped)
    return workbook(_("台账错误清单"), [_("行"), _("问题"), *sheet.header], _faulty_rows(sheet, report))


def ledger(viewer: Viewer) -> HttpResponse:
    """The accounts the viewer may see as a workbook in the registrar's order."""
    rows = exporting.ledger_rows(access.accounts(viewer), viewer.rulebook, kinds.platforms(viewer.rulebook))
    return workbook(_("公众账号备案台账"), [title.zh for title in exporting.heads(viewer.rulebook)], rows)


def empty_ledger(viewer: Viewer) -> HttpResponse:
    """An empty ledger with one example row."""
    order = order_of(viewer.rulebook)
    return workbook(
        _("账号台账模板"),
        [title.zh for _column, title in order],
        [[_EXAMPLES.get(column, "") for column, _t in order]],
    )


def _faulty_rows(sheet: Sheet, report: Report) -> list[list[Any]]:
    by_row: dict[int, list[Fault]] = {}
    for fault in report.faults:
        by_row.setdefault(fault.row, []).append(fault)
    rows = []
    for number, row in enumerate(sheet.rows, start=sheet.first_row):
        told = [f"{said(LABELS[fault.column])}：{said(fault.message)}" for fault in by_row.get(number, [])]
        rows.append([number, "\n".join(told), *row])
    return rows


def _read_as(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "state": values["state"].label if values["state"] else ""}


def _query(mapped: Mapping[Column, int]) -> str:
    query = QueryDict(mutable=True)
    query["chosen"] = "1"
    for column, position in mapped.items():
        query[column.value] = str(position)
    return str(query.urlencode())


def _unused(sheet: Sheet, mapped: Mapping[Column, int]) -> list[str]:
    """Headings that mean nothing to the register; what stands under them is not imported."""
    return [head for at, head in enumerate(sheet.header) if head and at not in mapped.values()]
