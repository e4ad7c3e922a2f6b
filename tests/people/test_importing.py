"""People from a spreadsheet: every fault is named by row and column, and nothing is half-applied."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from guanhao.core import actors
from guanhao.ledger.models import Event
from guanhao.people import importing
from guanhao.people.importing import BadSheet, Field
from guanhao.people.models import Person, Unit
from guanhao.people.types import PersonKind

ACTOR = actors.system("test")
POSTS = {"科长": "head", "head": "head", "成员": "member", "member": "member"}
HEADER = ["姓名", "工号", "身份", "部门", "职务", "任职起", "邮箱"]


def workbook(rows, *, above=()):
    """An .xlsx with optional title rows above the header."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([*above, *rows]):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def checked(rows, **kwargs):
    sheet = importing.read(workbook([HEADER, *rows], **kwargs))
    return importing.check(sheet, importing.guess_mapping(sheet), POSTS)


def test_columns_are_guessed_below_a_title_row(ruian):
    """Offices put a title above the header; the columns are found all the same."""
    sheet = importing.read(workbook([HEADER, ["甲", "1"]], above=[["2026 年人员名册"], []]))
    assert sheet.first_row == 4
    assert importing.guess_mapping(sheet) == {
        Field.NAME: 0,
        Field.STAFF_NO: 1,
        Field.KIND: 2,
        Field.UNIT: 3,
        Field.POST: 4,
        Field.SINCE: 5,
        Field.EMAIL: 6,
    }


def test_a_clean_sheet_is_applied_whole(ruian):
    """Two rows with one number are one person with two posts; kinds, units and dates arrive."""
    report = checked(
        [
            ["程远山", "N1", "教职工", "学生科", "科长", "2026-03-01", "a@example.invalid"],
            ["程远山", "N1", "教职工", "教务科", "成员", "2026/03/02", ""],
            ["白露", "N2", "学生", "", "", "", ""],
        ]
    )
    assert report.clean
    assert (report.new_people, report.new_posts) == (2, 2)
    assert importing.apply(actor=ACTOR, institution=ruian.institution, report=report) == (2, 2)
    person = Person.objects.get(staff_no="N1")
    assert {(a.unit.name, a.post, a.since.isoformat()) for a in person.appointments.all()} == {
        ("学生科", "head", "2026-03-01"),
        ("教务科", "member", "2026-03-02"),
    }
    assert Person.objects.get(staff_no="N2").kind == PersonKind.STUDENT


def test_applying_the_same_sheet_again_changes_nothing(ruian):
    """An office imports its list every term; nobody is doubled."""
    rows = [["程远山", "N1", "教职工", "学生科", "科长", "2026-03-01", ""]]
    importing.apply(actor=ACTOR, institution=ruian.institution, report=checked(rows))
    events = Event.objects.count()
    assert importing.apply(actor=ACTOR, institution=ruian.institution, report=checked(rows)) == (0, 0)
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (["", "N9", "教职工", "", "", "", ""], Field.NAME),
        (["甲", "N9", "校友会", "", "", "", ""], Field.KIND),
        (["甲", "N9", "教职工", "不存在的科", "科长", "", ""], Field.UNIT),
        (["甲", "N9", "教职工", "学生科", "大总管", "", ""], Field.POST),
        (["甲", "N9", "教职工", "", "科长", "", ""], Field.UNIT),
        (["甲", "N9", "教职工", "学生科", "科长", "三月", ""], Field.SINCE),
        (["甲", "N9", "教职工", "", "", "", "not-an-address"], Field.EMAIL),
        (["冒名", "R0006", "教职工", "", "", "", ""], Field.STAFF_NO),
    ],
)
def test_each_fault_names_its_row_and_column(ruian, row, field):
    """One planted fault a sheet: found where it is, and the clean row beside it is not imported either."""
    report = checked([["程远山", "N1", "教职工", "", "", "", ""], row])
    assert [(fault.row, fault.field) for fault in report.faults] == [(3, field)]
    assert report.faults[0].message.zh
    assert report.faults[0].message.en
    with pytest.raises(BadSheet):
        importing.apply(actor=ACTOR, institution=ruian.institution, report=report)
    assert not Person.objects.filter(staff_no="N1").exists()


def test_one_number_for_two_names_is_a_fault(ruian):
    """The second row names the first."""
    report = checked([["甲", "N1", "", "", "", "", ""], ["乙", "N1", "", "", "", "", ""]])
    assert [(f.row, f.field) for f in report.faults] == [(3, Field.STAFF_NO)]
    assert "第 2 行" in report.faults[0].message.zh


@pytest.mark.parametrize(
    "data",
    [b"", b"not a spreadsheet", b"PK\x03\x04broken", b"x" * (importing.MOST_BYTES + 1)],
    ids=["empty", "text", "broken zip", "too large"],
)
def test_a_file_that_is_no_spreadsheet_gets_a_sentence(data):
    """Whatever is uploaded, the answer is a sentence."""
    with pytest.raises(BadSheet) as caught:
        importing.read(data)
    assert caught.value.sentence.zh
    assert caught.value.sentence.en


@pytest.mark.requirement("CF4")
def test_a_sheet_that_unpacks_to_too_much_is_refused_unopened():
    """A zip bomb is judged by what it announces."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (importing.MOST_UNPACKED + 1))
    with pytest.raises(BadSheet, match="解压"):
        importing.read(buffer.getvalue())


def test_a_sheet_without_header_says_what_a_header_needs():
    """The mend is in the sentence."""
    with pytest.raises(BadSheet, match="表头"):
        importing.read(workbook([["甲", "乙"], ["1", "2"]]))


def test_a_unit_closed_meanwhile_leaves_nothing_behind(ruian, django_user_model):
    """The data may change between check and apply: all or nothing."""
    report = checked([["甲", "N1", "", "", "", "", ""], ["乙", "N2", "", "后勤科", "成员", "2026-03-01", ""]])
    Unit.objects.filter(name="后勤科").update(closed_on="2026-01-01")
    report.entries[1].unit.refresh_from_db()
    with pytest.raises(Exception, match="已撤销"):
        importing.apply(actor=ACTOR, institution=ruian.institution, report=report)
    assert not Person.objects.filter(staff_no__in=["N1", "N2"]).exists()
