"""The ledger through the pages: upload, map, dry run, error list, import; and out again."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from guanhao.intake.models import KnownHeading
from guanhao.registry.models import Account
from tests.intake import ledgers

OFFICE = "gpnu-publicity"


@pytest.fixture
def made(gpnu):
    """Departments with their heads."""
    found = ledgers.people_and_units(gpnu)
    return found


def upload(client, data):
    answer = client.post("/accounts/import/", {"file": SimpleUploadedFile("台账.xlsx", data)})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def table(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_a_faulty_ledger_is_shown_mended_and_imported(browser, gpnu, made):
    """The office sees every fault by row, downloads them beside its rows, uploads the mended file and imports it whole."""
    office, sound = browser(OFFICE), ledgers.rows(made, 60)
    bad = [list(line) for line in sound]
    bad[3][ledgers.AT["责任部门"]] = "不存在的部门"
    bad[4][ledgers.AT["开通时间"]] = "前年"
    before = Account.objects.count()
    page = upload(office, ledgers.workbook_of(bad))
    told = office.get(page).content.decode()
    assert "2 行有错，共 2 处" in told
    assert "不存在的部门" in told
    assert "备注" in told  # a column that will not be imported is named
    assert "导入 60 个账号" not in told
    lines = table(
        office.get(re.search(r'href="(/accounts/import/[^"]*faults/[^"]*)"', told)[1].replace("&amp;", "&"))
    )
    assert lines[0][:2] == ["行", "问题"]
    assert "不存在的部门" in lines[4][1]
    assert lines[4][0] == 3 + ledgers.FIRST_ROW
    assert lines[1][1] == ""
    refused = office.post(page, {"chosen": "1"})
    assert refused.status_code == 422
    assert Account.objects.count() == before

    page = upload(office, ledgers.workbook_of(sound))
    fine = office.get(page).content.decode()
    assert "60 行全部正确" in fine
    done = office.post(page, chosen(fine), follow=True)
    assert "60 个账号已登记" in done.content.decode()
    assert Account.objects.count() == before + 60
    assert office.get(page).status_code == 404  # an imported sheet is gone


def chosen(page):
    """What the form of the checking page would send."""
    values = {"chosen": "1"}
    for name, options in re.findall(r'<select[^>]*name="(\w+)">(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'<option value="(\d+)" selected', options)
        values[name] = picked[1] if picked else ""
    return values


def test_a_corrected_column_is_remembered(browser, gpnu, made):
    """The office says that 挂靠 is the unit; next time it is guessed so."""
    office = browser(OFFICE)
    lines = [[f"新号{n}", "新浪微博", made[n][0], made[n][1], f"30000{n:05}"] for n in range(3)]
    head = ["账号名称", "平台", "挂靠", "负责人", "UID"]
    page = upload(office, ledgers.book(head, lines))
    told = office.get(page).content.decode()
    assert "没有指定“所属单位”是哪一列" in told
    values = chosen(told) | {"unit": "2"}
    assert "3 行全部正确" in office.get(page, values).content.decode()
    office.post(page, values)
    assert KnownHeading.objects.get(heading="挂靠").column == "unit"
    lines = [[f"再号{n}", "新浪微博", made[n][0], made[n][1], f"31000{n:05}"] for n in range(3)]
    assert "3 行全部正确" in office.get(upload(office, ledgers.book(head, lines))).content.decode()


@pytest.mark.requirement("CF4")
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"not a workbook", "无法识别"),
        (b"PK\x03\x04broken", "损坏"),
        (ledgers.book(["甲"], [["乙"]]), "表头"),
    ],
)
def test_a_file_that_is_no_ledger_is_told_at_once(browser, gpnu, data, says):
    """What is wrong with the file stands at its field."""
    answer = browser(OFFICE).post("/accounts/import/", {"file": SimpleUploadedFile("x.xlsx", data)})
    assert answer.status_code == 200
    assert says in answer.content.decode()


@pytest.mark.requirement("CF6")
def test_cells_of_the_error_list_cannot_become_formulas(browser, gpnu, made):
    """A name that begins with = comes back as text."""
    office, lines = browser(OFFICE), ledgers.rows(made, 2)
    lines[0][ledgers.AT["账号名称"]] = "=HYPERLINK(1)"
    lines[0][ledgers.AT["责任部门"]] = ""
    page = upload(office, ledgers.workbook_of(lines))
    link = re.search(r'href="([^"]*faults/[^"]*)"', office.get(page).content.decode())[1].replace(
        "&amp;", "&"
    )
    assert table(office.get(link))[1][2 + ledgers.AT["账号名称"]] == "'=HYPERLINK(1)"


@pytest.mark.requirement("TN3")
def test_an_uploaded_ledger_is_the_uploaders_alone(browser, gpnu, made):
    """Another person who may import, and another institution's office, find nothing under its token."""
    page = upload(browser(OFFICE), ledgers.workbook_of(ledgers.rows(made, 2)))
    assert browser("ruian-editor").get(page).status_code == 404
    assert browser(OFFICE).get(page).status_code == 200


@pytest.mark.article("xartvu-5")
@pytest.mark.article("gpnu-1")
def test_the_ledger_goes_out_in_the_registrars_order_and_shows_what_one_may_see(browser, xartvu):
    """The office's has every account; the columns are those of the registration form; persons carry their number."""
    lines = table(browser("xartvu-office").get("/accounts/ledger/"))
    assert lines[0][:3] == ["备案编号", "责任部门", "平台"]
    assert len(lines) == 1 + Account.objects.count()
    account = Account.objects.exclude(first_responsible=None).first()
    told = f"{account.first_responsible.name}（{account.first_responsible.staff_no}）"
    assert any(told in line for line in lines)
