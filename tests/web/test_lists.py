"""The list pattern: filters in the address, search, sort, columns, pages, Excel, and a constant number of queries."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from guanhao.core import clock
from guanhao.notices.models import Notice
from guanhao.people.models import Person
from guanhao.web.excel import DANGEROUS, neutral, workbook
from guanhao.web.lists import PAGE_SIZE, Link
from guanhao.web.marks import Mark
from guanhao.web.templatetags.listrows import Drawing


def sheet_of(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def names(response):
    return [cells[0].value.label for _row, cells in response.context["list"].lines()]


@pytest.fixture
def office(ruian, browser):
    return browser("ruian-editor")


def add_people(institution, number):
    now = clock.now()
    Person.objects.bulk_create(
        Person(institution=institution, name=f"测试{n:05}", staff_no=f"T{n:05}", created_at=now)
        for n in range(number)
    )


def add_notices(institution, person, number):
    Notice.objects.bulk_create(
        Notice(
            institution=institution, person=person, event_index=n, consequence="test", kind="test", title_zh=f"第{n}条",
            at=clock.now(), article_ref="ruian-16",
        )
        for n in range(number)
    )  # fmt: skip


def test_every_kind_of_cell_is_escaped():
    """Whatever somebody typed, however often it stands on the page."""
    drawing, bad = Drawing({}), "<b>&'\""
    for value in (bad, Link(bad, bad), Mark(bad, "done"), SafeString(bad), bad):
        assert "<b>" not in drawing.of(value)
        assert "&lt;b&gt;&amp;&#x27;&quot;" in drawing.of(value)
    assert [drawing.of(value) for value in (None, 0, 7, 2.5, date(2026, 11, 20))] == [
        "", "", "7", "2.5", "2026-11-20 周五",
    ]  # fmt: skip


def test_what_is_drawn_once_for_a_page_is_drawn_anew_for_the_next(ruian, office):
    """In the language of whoever reads it."""
    add_notices(ruian.institution, ruian.people["ruian-editor"], 2)
    assert office.get("/notices/").content.decode().count(">第十六条</a>") == 2
    Person.objects.filter(pk=ruian.people["ruian-editor"].pk).update(language="en")
    page = office.get("/notices/").content.decode()
    assert page.count(">Article 16</a>") == 2
    assert "第十六条" not in page


@pytest.mark.parametrize("path", ["/settings/people/", "/notices/"])
def test_a_list_asks_as_many_queries_of_ten_rows_as_of_ten_thousand(path, ruian, office):
    """One count, one page and what is prefetched; never one per row."""
    counts = []
    office.get(path)  # the first request of a session also stores when it began
    for number in (10, 10_000):
        Person.objects.filter(name__startswith="测试").delete()
        Notice.objects.all().delete()
        add_people(ruian.institution, number)
        add_notices(ruian.institution, ruian.people["ruian-editor"], number)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert office.get(path).status_code == 200
        counts.append(len([query for query in captured if "session" not in query["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] < 40


def test_a_page_has_fifty_rows_and_says_where_it_is(ruian, office):
    """The page asked for beyond the end is the last."""
    add_people(ruian.institution, 120)
    first = office.get("/settings/people/")
    assert len(names(first)) == PAGE_SIZE
    assert "下一页" in first.content.decode()
    last = office.get("/settings/people/?page=999")
    assert "上一页" in last.content.decode()
    assert "下一页" not in last.content.decode()


def test_a_very_long_list_is_counted_only_as_far_as_it_is_likely_to_be_turned(ruian, office, monkeypatch):
    """It says so, goes on page by page, and its last pages are counted to the end."""
    monkeypatch.setattr("guanhao.web.lists.MOST_COUNTED", 60)
    before = Person.objects.count()
    add_people(ruian.institution, 240)
    first = office.get("/settings/people/").content.decode()
    assert "110+" in first
    assert "下一页" in first
    assert f"共 {before + 240} 条" in office.get("/settings/people/?page=5").content.decode()
    assert "上一页" in office.get("/settings/people/?page=999999999999").content.decode()


def test_filters_words_tab_and_sort_stand_in_the_address(ruian, office):
    """So a link can be sent; each word must be found."""
    found = office.get("/settings/people/?tab=active&kind=student&q=方")
    assert names(found) == ["方予安"]
    assert names(office.get("/settings/people/?q=方 S24")) == ["方予安"]
    assert names(office.get("/settings/people/?q=方 R00")) == []
    up = names(office.get("/settings/people/?sort=staff_no"))
    assert names(office.get("/settings/people/?sort=-staff_no")) == up[::-1]


def test_what_the_address_names_wrongly_changes_nothing(ruian, office):
    """Unknown tabs, filters, columns and orders are as if they were not there."""
    plain = names(office.get("/settings/people/"))
    odd = office.get("/settings/people/?tab=x&kind=robot&sort=password&col=secret&page=-1&unit='")
    assert names(odd) == plain


def test_columns_can_be_chosen(ruian, office):
    """In the order of the list, whatever the order of the address."""
    page = office.get("/settings/people/?col=name&col=kind")
    assert [column.key for column in page.context["list"].columns] == ["name", "kind"]


def test_an_empty_list_says_why(ruian, office):
    """A search that finds nothing is another thing than a list with nothing in it."""
    assert "没有符合条件的记录" in office.get("/settings/people/?q=没有此人").content.decode()
    assert "没有未读通知" in office.get("/notices/").content.decode()


def test_an_empty_tab_of_a_list_that_has_rows_speaks_of_itself(ruian, office):
    """Whoever reads that there are no people yet, under one tab, would believe it; and some tabs know better words."""
    people = office.get("/settings/people/?tab=left").content.decode()
    assert "这一栏现在没有记录" in people
    assert "还没有人员" not in people
    add_notices(ruian.institution, ruian.people["ruian-editor"], 2)
    Notice.objects.update(read_at=clock.now())
    unread = office.get("/notices/?tab=unread").content.decode()
    assert "没有未读通知" in unread
    assert "这一栏现在没有记录" not in unread


def test_a_list_without_a_row_says_so_under_every_tab(ruian, office):
    """And what to do for the first one."""
    for tab in ("ask", "out", "all"):
        page = office.get(f"/publishing/?tab={tab}").content.decode()
        assert "还没有发布任务" in page
        assert "去排期" in page


def test_a_list_goes_to_excel_as_it_is_filtered(ruian, office):
    """The same rows and columns, under a name with the day."""
    response = office.get("/settings/people/?kind=student&format=xlsx")
    head, *rows = sheet_of(response)
    assert head[:2] == ["姓名", "工号/学号"]
    assert [row[0] for row in rows] == ["方予安"]
    assert "attachment" in response.headers["Content-Disposition"]


@pytest.mark.requirement("CF6")
@pytest.mark.parametrize("first", DANGEROUS)
def test_no_cell_becomes_a_formula(first, ruian, office):
    """Whatever a name begins with, the sheet holds text."""
    Person(institution=ruian.institution, name=f"{first}1+1", staff_no="X1", created_at=clock.now()).save()
    rows = sheet_of(office.get("/settings/people/?q=X1&format=xlsx"))
    assert rows[1][0].startswith("'")


@pytest.mark.requirement("CF6")
@given(st.text())
def test_neutral_text_never_begins_like_a_formula(text):
    """For any text at all; harmless text is left as it is."""
    written = neutral(text)
    assert not written.startswith(DANGEROUS)
    assert written.removeprefix("'") == text.removeprefix("'") or written == text


@pytest.mark.requirement("CF6")
def test_a_formula_is_written_as_a_string_even_without_the_apostrophe():
    """The second wall: cells are typed as text, so the file itself has no formula."""
    book = workbook("表", ["一"], [["普通"], ["=HYPERLINK(1)"], [3], [None]])
    assert b"<f>" not in book.content
    assert sheet_of(book)[1:4] == [["普通"], ["'=HYPERLINK(1)"], [3.0]]
