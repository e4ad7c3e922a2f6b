"""People from a spreadsheet: read, guess the columns, check every row, then apply all of it or nothing.

A row names a person and may name a post: 姓名, 工号, 身份, 单位, 职务, 任职起, 邮箱, 手机. Several rows with the same
number are one person with several posts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from python_calamine import CalamineError, CalamineWorkbook

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.people import actions
from guanhao.people.models import Appointment, Institution, Person, Unit
from guanhao.people.types import PersonKind

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 20_000
HEADER_SEARCH = 10  # institutions put a title or two above the header


class Field(StrEnum):
    """What a column may mean."""

    NAME = "name"
    STAFF_NO = "staff_no"
    KIND = "kind"
    UNIT = "unit"
    POST = "post"
    SINCE = "since"
    EMAIL = "email"
    PHONE = "phone"


LABELS: dict[Field, Text] = {
    Field.NAME: Text("姓名", "Name"),
    Field.STAFF_NO: Text("工号/学号", "Staff or student number"),
    Field.KIND: Text("身份", "Staff or student"),
    Field.UNIT: Text("单位", "Unit"),
    Field.POST: Text("职务", "Post"),
    Field.SINCE: Text("任职起", "Since"),
    Field.EMAIL: Text("邮箱", "E-mail"),
    Field.PHONE: Text("手机", "Mobile"),
}

_HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.NAME: ("姓名", "名字", "name"),
    Field.STAFF_NO: ("工号", "学号", "工号/学号", "编号", "人员编号", "staff no", "number"),
    Field.KIND: ("身份", "类别", "人员类别", "kind"),
    Field.UNIT: ("单位", "部门", "所在单位", "所属部门", "处室", "unit", "department"),
    Field.POST: ("职务", "岗位", "角色", "post", "role"),
    Field.SINCE: ("任职起", "任职时间", "起始日期", "since", "from"),
    Field.EMAIL: ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail"),
    Field.PHONE: ("手机", "手机号", "电话", "联系电话", "phone", "mobile"),
}

_KINDS = {
    "教职工": PersonKind.STAFF,
    "教师": PersonKind.STAFF,
    "职工": PersonKind.STAFF,
    "staff": PersonKind.STAFF,
    "学生": PersonKind.STUDENT,
    "student": PersonKind.STUDENT,
    "其他": PersonKind.OTHER,
    "other": PersonKind.OTHER,
    "": PersonKind.STAFF,
}


class BadSheet(ValueError):  # noqa: N818 - it is an answer about the file, not a malfunction.
    """The file as a whole cannot be read; ``sentence`` says why and what to do."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.zh)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet's header and rows as text; ``first_row`` is the number Excel shows for the first data row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_row: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, and what would be right."""

    row: int
    field: Field
    message: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, understood."""

    row: int
    name: str
    staff_no: str
    kind: PersonKind
    email: str
    phone: str
    unit: Unit | None
    post: str
    since: date


@dataclass(frozen=True, slots=True)
class Report:
    """The result of checking: what would be done, and every fault; applied only when there is none."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    new_people: int
    new_posts: int

    @property
    def clean(self) -> bool:
        """Whether the sheet can be applied."""
        return not self.faults


def read(data: bytes, is_heading: Callable[[str], bool] | None = None) -> Sheet:
    """Read the first sheet of an Excel file. ``is_heading`` tells headings of another table than that of people.

    Raises:
        BadSheet: too large, not a spreadsheet, empty, or no header found.
    """
    if len(data) > MOST_BYTES:
        raise BadSheet(
            Text("文件超过 5 MB，请拆分后导入。", "The file is over 5 MB; split it and import the parts.")
        )
    _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        raw = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        raise BadSheet(
            Text("无法识别该文件，请使用 .xlsx 或 .xls 格式。", "The file cannot be read; use .xlsx or .xls.")
        ) from None
    table = [tuple(_as_text(cell) for cell in row) for row in raw]
    at = _header_row(table, is_heading or _is_heading)
    rows = tuple(row for row in table[at + 1 :])
    if len(rows) > MOST_ROWS:
        raise BadSheet(Text(f"超过 {MOST_ROWS} 行，请拆分。", f"More than {MOST_ROWS} rows; split the file."))
    return Sheet(header=table[at], rows=rows, first_row=at + 2)


def _refuse_bombs(data: bytes) -> None:
    """An .xlsx is a zip: look at its announced size before unpacking (CF4)."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        raise BadSheet(
            Text("文件已损坏，无法解压。", "The file is damaged and cannot be unpacked.")
        ) from None
    if unpacked > MOST_UNPACKED:
        raise BadSheet(Text("文件解压后过大，已拒绝。", "The file unpacks to too much and was refused."))


def _as_text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""


def _is_heading(cell: str) -> bool:
    return any(cell.lower() in headings for headings in _HEADINGS.values())


def _header_row(table: Sequence[tuple[str, ...]], is_heading: Callable[[str], bool]) -> int:
    for number, row in enumerate(table[:HEADER_SEARCH]):
        if sum(1 for cell in row if cell and is_heading(cell)) >= 2:  # noqa: PLR2004 - one match may be chance.
            return number
    raise BadSheet(
        Text(
            "前 10 行中没有找到表头，表头至少应有“名称”和“单位”等列名。",
            "No header in the first ten rows; it needs at least columns such as 名称 and 单位.",
        )
    )


def guess_mapping(sheet: Sheet) -> dict[Field, int]:
    """Guess which column means what, by heading. Columns that match nothing are left out."""
    mapping: dict[Field, int] = {}
    for position, heading in enumerate(sheet.header):
        for meaning, headings in _HEADINGS.items():
            if heading.lower() in headings and meaning not in mapping:
                mapping[meaning] = position
    return mapping


@dataclass(slots=True)
class _Checker:
    """Checks rows one by one, remembering what earlier rows said."""

    units: Mapping[str, Unit]
    posts: Mapping[str, str]
    known: Mapping[str, Person]
    held: set[tuple[int, int, str]]
    faults: list[Fault] = field(default_factory=list)
    names: dict[str, tuple[str, int]] = field(default_factory=dict)

    def fault(self, row: int, meaning: Field, zh: str, en: str) -> None:
        self.faults.append(Fault(row, meaning, Text(zh, en)))

    def name(self, row: int, name: str, staff_no: str) -> None:
        if not name:
            self.fault(row, Field.NAME, "缺少姓名。", "The name is missing.")
        earlier = self.names.get(staff_no)
        person = self.known.get(staff_no)
        if staff_no and earlier and earlier[0] != name:
            self.fault(
                row,
                Field.STAFF_NO,
                f"工号 {staff_no} 在第 {earlier[1]} 行对应“{earlier[0]}”。",
                f"Row {earlier[1]} gives {staff_no} to {earlier[0]}.",
            )
        elif staff_no and person and person.name != name:
            self.fault(
                row,
                Field.STAFF_NO,
                f"工号 {staff_no} 已属于“{person.name}”。",
                f"{staff_no} already belongs to {person.name}.",
            )
        self.names.setdefault(staff_no, (name, row))

    def kind(self, row: int, value: str) -> PersonKind:
        kind = _KINDS.get(value.lower())
        if kind is None:
            self.fault(
                row,
                Field.KIND,
                f"身份“{value}”不认识，请写“教职工”或“学生”。",
                f"{value} is not known; write 教职工 or 学生.",
            )
        return kind or PersonKind.OTHER

    def email(self, row: int, value: str) -> None:
        if not value:
            return
        try:
            validate_email(value)
        except ValidationError:
            self.fault(row, Field.EMAIL, f"邮箱“{value}”格式不对。", f"{value} is not an e-mail address.")

    def seat(self, row: int, unit_name: str, post_name: str) -> tuple[Unit | None, str]:
        unit = self.units.get(unit_name)
        if unit_name and unit is None:
            self.fault(
                row,
                Field.UNIT,
                f"没有名为“{unit_name}”的单位，请先建立单位或改正名称。",
                f"There is no unit called {unit_name}; add it first or correct the name.",
            )
        post = self.posts.get(post_name, "")
        if post_name and not post:
            choices = "、".join(sorted(set(self.posts) - set(self.posts.values())))
            self.fault(
                row,
                Field.POST,
                f"职务“{post_name}”不在制度中，可用：{choices}。",
                f"The post {post_name} is not in the rulebook; known: {choices}.",
            )
        if post_name and not unit_name:
            self.fault(row, Field.UNIT, "写了职务就要写单位。", "A post needs its unit.")
        return unit, post

    def since(self, row: int, value: str) -> date:
        if not value:
            return clock.today()
        try:
            return date.fromisoformat(value.replace("/", "-").replace(".", "-"))
        except ValueError:
            self.fault(
                row,
                Field.SINCE,
                f"日期“{value}”不对，请写 2026-09-01。",
                f"{value} is not a date; write 2026-09-01.",
            )
            return clock.today()


def check(sheet: Sheet, mapping: Mapping[Field, int], posts: Mapping[str, str]) -> Report:
    """Check every row against the institution in scope. ``posts`` maps what people write (titles and keys) to keys.

    Nothing is changed. Blank rows are passed over.
    """
    checker = _Checker(
        units={name: unit for unit in Unit.objects.open() for name in (unit.name, unit.short_name) if name},
        posts=posts,
        known={person.staff_no: person for person in Person.objects.exclude(staff_no="")},
        held=set(Appointment.objects.on().values_list("person_id", "unit_id", "post")),
    )
    if Field.NAME not in mapping:
        checker.fault(
            sheet.first_row - 1,
            Field.NAME,
            "没有指定“姓名”是哪一列。",
            "No column was chosen for the name.",
        )
        return Report((), tuple(checker.faults), 0, 0)
    entries = tuple(
        _entry(checker, sheet.first_row + offset, {f: _cell(row, at) for f, at in mapping.items()})
        for offset, row in enumerate(sheet.rows)
        if any(row)
    )
    new = {e.staff_no or f"{e.name}#{e.row}" for e in entries if e.staff_no not in checker.known}
    posts_new = sum(1 for e in entries if e.post and not _holds(checker, e))
    return Report(entries, tuple(checker.faults), len(new), posts_new)


def _cell(row: tuple[str, ...], at: int) -> str:
    return row[at] if at < len(row) else ""


def _holds(checker: _Checker, entry: Entry) -> bool:
    person = checker.known.get(entry.staff_no)
    return (
        person is not None
        and entry.unit is not None
        and (person.pk, entry.unit.pk, entry.post) in checker.held
    )


def _entry(checker: _Checker, row: int, cells: Mapping[Field, str]) -> Entry:
    name, staff_no = cells.get(Field.NAME, ""), cells.get(Field.STAFF_NO, "")
    checker.name(row, name, staff_no)
    checker.email(row, cells.get(Field.EMAIL, ""))
    unit, post = checker.seat(row, cells.get(Field.UNIT, ""), cells.get(Field.POST, ""))
    return Entry(
        row=row,
        name=name,
        staff_no=staff_no,
        kind=checker.kind(row, cells.get(Field.KIND, "")),
        email=cells.get(Field.EMAIL, ""),
        phone=cells.get(Field.PHONE, ""),
        unit=unit,
        post=post,
        since=checker.since(row, cells.get(Field.SINCE, "")),
    )


@transaction.atomic
def apply(*, actor: Actor, institution: Institution, report: Report) -> tuple[int, int]:
    """Enter everybody of a clean report, all or nothing; answers how many people and posts were new.

    Raises:
        BadSheet: when the report has faults.
        Refused: when the data changed since the check; nothing is kept.
    """
    if not report.clean:
        raise BadSheet(
            Text("表格还有错误，未导入任何一行。", "The sheet still has faults; nothing was imported.")
        )
    people = {person.staff_no: person for person in Person.objects.exclude(staff_no="")}
    new_people = new_posts = 0
    for entry in report.entries:
        person = people.get(entry.staff_no) if entry.staff_no else None
        if person is None:
            person = actions.add_person(
                actor=actor,
                institution=institution,
                name=entry.name,
                kind=entry.kind,
                staff_no=entry.staff_no,
                email=entry.email,
                phone=entry.phone,
            )
            new_people += 1
            if entry.staff_no:
                people[entry.staff_no] = person
        new_posts += _appoint_unless_held(actor, person, entry)
    return new_people, new_posts


def _appoint_unless_held(actor: Actor, person: Person, entry: Entry) -> int:
    if entry.unit is None or not entry.post:
        return 0
    if Appointment.objects.on(entry.since).filter(person=person, unit=entry.unit, post=entry.post).exists():
        return 0
    actions.appoint(actor=actor, person=person, unit=entry.unit, post=entry.post, since=entry.since)
    return 1


def template_rows() -> Iterable[tuple[str, ...]]:
    """Header and an example for the empty sheet we offer for download."""
    yield tuple(LABELS[meaning].zh for meaning in Field)
    yield (
        "张三",
        "20260001",
        "教职工",
        "（单位全称）",
        "（职务）",
        "2026-09-01",
        "zhangsan@example.edu.cn",
        "",
    )
