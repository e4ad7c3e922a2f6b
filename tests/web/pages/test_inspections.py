"""Inspections on pages: the unit fills in and sends, the office reviews and passes, everybody reads the results."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from guanhao.cases.models import Step
from guanhao.core import clock
from guanhao.inspections import actions
from guanhao.inspections.models import Inspection, Round
from guanhao.inspections.types import InspectionState
from tests.inspections.conftest import (
    CALENDAR,
    OFFICE_HEAD,
    OVER,
    REGISTRAR,
    SCAN,
    admissions,
    december,
    play,
)

__all__ = ["admissions", "december", "play"]

FILLED = {
    "report-department": "招生办公室",
    "report-name": "西安电大招生",
    "report-year": "2026",
    "report-published": "12",
    "report-followers": "300",
    "report-report": "按时更新。",
}


def text(answer):
    return answer.content.decode()


def sheet_of(answer):
    """The rows of a workbook that was downloaded."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python()


def decide(browser, who, row, verdict="approve", **more):
    """Decide what waits about the row as a person does on the page, all items ticked."""
    row.refresh_from_db()
    step = Step.objects.waiting().get(case=row.case_id)
    posted = {
        "digest": row.case.subject_digest,
        "verdict": verdict,
        "opinion": "意见",
        "check": [item["key"] for item in step.checklist],
    }
    return browser(who).post(f"/review/{step.pk}/decide/", posted | more)


@pytest.mark.article("xartvu-7", "xartvu-F3")
def test_a_report_goes_from_the_form_to_its_pass(browser, play, admissions):
    """Pre-filled, sent, signed with its sealed paper, audited, concluded: each by its own person on its own page."""
    unit = browser("xartvu-dept")
    page = text(unit.get(f"/inspections/accounts/{admissions.pk}/"))
    assert 'value="西安电大招生"' in page
    assert "系统记录" in page
    answer = unit.post(f"/inspections/accounts/{admissions.pk}/report/", FILLED | {"send": "1"})
    assert (answer.status_code, answer.url) == (302, f"/inspections/accounts/{admissions.pk}/")
    admissions.refresh_from_db()
    step = Step.objects.waiting().get(case=admissions.case_id)
    assert decide(browser, "xartvu-dept-head", admissions).status_code == 422  # no paper yet
    scan = {
        "file": SimpleUploadedFile("审核表.pdf", SCAN),
        "covers": [step.key],
        "next": f"/review/{step.pk}/",
    }
    browser("xartvu-dept-head").post(f"/cases/{admissions.case_id}/papers/", scan)
    for who in ("xartvu-dept-head", REGISTRAR, OFFICE_HEAD):
        page = text(browser(who).get("/review/"))
        assert "西安电大招生" in page
        assert decide(browser, who, admissions).status_code == 302
    admissions.refresh_from_db()
    assert admissions.state == InspectionState.PASSED
    assert "2026-12-07" in text(browser(REGISTRAR).get(f"/inspections/accounts/{admissions.pk}/"))


def test_what_lacks_is_said_and_nothing_typed_is_lost(browser, admissions):
    """The page comes back with the sentence and the words; a draft needs nothing."""
    unit = browser("xartvu-dept")
    answer = unit.post(
        f"/inspections/accounts/{admissions.pk}/report/", FILLED | {"report-followers": "", "send": "1"}
    )
    assert answer.status_code == 422
    assert "还没有填：关注人数" in text(answer)
    assert "按时更新。" in text(answer)
    assert (
        unit.post(f"/inspections/accounts/{admissions.pk}/report/", {"report-report": "写了一半"}).status_code
        == 302
    )
    assert "写了一半" in text(unit.get(f"/inspections/accounts/{admissions.pk}/"))


@pytest.mark.article("xartvu-7")
def test_the_registrar_sees_the_progress_and_passes_clean_ones_after_confirming(browser, play, admissions):
    """Bulk: first the list and the items that count as confirmed, then a decision each; nothing before confirming."""
    play.send(admissions)
    play.sign(admissions)
    office = browser(REGISTRAR)
    page = text(office.get(f"/inspections/{admissions.round_id}/"))
    assert "集中通过" in page
    assert "审核中" in page
    others = [str(row.pk) for row in Inspection.objects.exclude(pk=admissions.pk)]
    shown = office.post(f"/inspections/{admissions.round_id}/pass/", {"row": [str(admissions.pk), *others]})
    assert "确认通过 1 个" in text(shown)
    assert "只有 1 个可以集中通过" in text(shown)
    assert Step.objects.waiting().get(case__subject_kind="inspection").key == "audit"
    office.post(f"/inspections/{admissions.round_id}/pass/", {"row": [str(admissions.pk)], "confirmed": "1"})
    assert Step.objects.waiting().get(case__subject_kind="inspection").key == "conclude"


@pytest.mark.article("xartvu-7")
def test_results_are_hidden_until_published_and_then_everybodys(browser, play, admissions):
    """A unit finds nothing before; after, account, unit and result, as a page and as a workbook, without names of people."""
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=admissions.round)
        address = f"/inspections/{admissions.round_id}/results/"
        assert browser("xartvu-college").get(address).status_code == 404
        browser(OFFICE_HEAD).post(f"/inspections/{admissions.round_id}/publish/")
        assert Round.objects.get().published_at is not None
        page = text(browser("xartvu-college").get(address))
        assert "西安电大招生" in page
        assert "未参加" in page
        sheet = sheet_of(browser("xartvu-college").get(address + "?format=xlsx"))
    cells = [cell for row in sheet for cell in row]
    assert "西安电大招生" in cells
    assert not {person.name for person in play.cast.people.values()} & set(cells)


def test_the_round_is_exported_as_it_is_filtered(browser, admissions):
    """The same rows as on the page, for the registrar."""
    answer = browser(REGISTRAR).get(f"/inspections/{admissions.round_id}/?tab=owed&q=招生&format=xlsx")
    assert [row[0] for row in sheet_of(answer)[1:]] == ["西安电大招生"]


def test_a_unit_sees_its_own_accounts_only(browser, admissions):
    """Another unit's row is not there for it, on the list or by its address."""
    other = browser("xartvu-college")
    assert other.get(f"/inspections/accounts/{admissions.pk}/").status_code == 404
    assert "西安电大招生" not in text(other.get("/inspections/"))


@pytest.mark.article("xartvu-7")
def test_the_registrar_opens_a_round_on_a_page_and_the_unit_cannot(browser, play):
    """With the rulebook's days where none are given."""
    assert browser("xartvu-dept").get("/inspections/open/").status_code == 403
    answer = browser(REGISTRAR).post("/inspections/open/", {"year": "2026"})
    opened = Round.objects.get()
    assert answer.url == f"/inspections/{opened.pk}/"
    assert browser(REGISTRAR).post("/inspections/open/", {"year": "2026"}).status_code == 422


def test_the_queries_of_a_round_do_not_grow_with_its_accounts(browser, play):
    """Ten more accounts cost no query more."""
    play.open()
    opened = Round.objects.get()
    office = browser(REGISTRAR)
    office.get(f"/inspections/{opened.pk}/")
    few = queries_of(office, opened)
    for number in range(10):
        account = play.account(number, "招生办公室")
        Inspection(
            institution=opened.institution,
            round=opened,
            account=account,
            unit=account.owner_unit,
            mandatory=True,
        ).save()
    assert queries_of(office, opened) == few


def queries_of(client, opened):
    with CaptureQueriesContext(connection) as caught:
        client.get(f"/inspections/{opened.pk}/")
    return len(caught)
