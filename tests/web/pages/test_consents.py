"""Consents as pages (PD2): noted beside the article, answered and withdrawn on one's own page, kept by the office."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanhao.demo.pictures import draw
from guanhao.privacy.models import Portrayal, PublicationConsent

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD2")]


@pytest.fixture
def note(browser, draft):
    """The student fills in the form of the draft."""

    def noted(who="ruian-student", **values):
        sent = {"name": "王小红", "uses": ["photo"], "how": "", "reach": "article"} | values
        return browser(who).post(f"/articles/{draft.pk}/consents/new/", sent)

    return noted


def test_the_editor_and_the_record_say_whom_the_article_shows(browser, draft, note):
    """With the notice at the place where one contributes; a person noted stands there with what is missing."""
    student = browser("ruian-student")
    page = student.get(f"/articles/{draft.pk}/edit/").content.decode()
    assert "人物与同意" in page
    assert "/privacy/notice/" in page
    assert "须先取得本人同意" in student.get("/articles/new/").content.decode()
    assert note()["Location"] == f"/articles/{draft.pk}/"
    page = student.get(f"/articles/{draft.pk}/edit/").content.decode()
    assert "王小红" in page
    assert "尚未取得王小红（照片）的同意" in page


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(note):
    """Nobody's number, no paper, no guardian."""
    assert "没有这个工号" in note(staff_no="X999").content.decode()
    page = note(how="paper").content.decode()
    assert "请上传签字的同意书" in page
    assert 'value="王小红"' in page
    assert "监护人及其" in note(how="verbal", note="当面", under_14="on").content.decode()
    assert "发布的是" in note(uses=[]).content.decode()
    assert not PublicationConsent.objects.exists()


def test_a_signed_paper_is_for_those_who_keep_the_consent(browser, note):
    """The office and who noted it; another section's people do not even find the page."""
    paper = SimpleUploadedFile("同意书.png", draw("paper"), "image/png")
    assert note(how="paper", paper=paper).status_code == 302
    row = PublicationConsent.objects.get()
    assert row.state == "given"
    address = f"/privacy/consents/{row.pk}/"
    for who, page, file in (
        ("ruian-student", 200, 200),
        ("ruian-editor", 200, 200),
        ("ruian-section", 404, 404),
        ("ruian-audit", 404, 404),
    ):
        client = browser(who)
        assert client.get(address).status_code == page, who
        assert client.get(f"{address}paper/").status_code == file, who


def test_the_person_answers_and_withdraws_on_their_own_page(browser, note, ruian):
    """And nobody else can."""
    note(name="", staff_no=ruian.people["ruian-section"].staff_no, how="self")
    row = PublicationConsent.objects.get()
    mine = browser("ruian-section")
    assert "同意发布" in mine.get("/me/data/").content.decode()
    assert (
        browser("ruian-editor").post(f"/me/data/consents/{row.pk}/answer/", {"answer": "yes"}).status_code
        == 404
    )
    mine.post(f"/me/data/consents/{row.pk}/answer/", {"answer": "yes"})
    assert "撤回同意" in mine.get("/me/data/").content.decode()
    assert browser("ruian-student").post(f"/me/data/consents/{row.pk}/withdraw/").status_code == 404
    mine.post(f"/me/data/consents/{row.pk}/withdraw/", {"reason": ""})
    row.refresh_from_db()
    assert (row.state, row.withdrawn_by) == ("withdrawn", ruian.people["ruian-section"])


def test_the_office_lists_filters_and_exports_them(browser, note):
    """Empty at first; by state, use and age; the export has every row of the filter."""
    office = browser("ruian-editor")
    assert "没有使用同意的记录" in office.get("/privacy/consents/").content.decode()
    note(name="王小红", how="verbal", note="当面")
    note(name="小明", under_14="on", uses=["video"])
    for query, names in (
        ("", {"王小红", "小明"}),
        ("?tab=open", {"小明"}),
        ("?tab=given", {"王小红"}),
        ("?tab=act", set()),
        ("?use=video", {"小明"}),
        ("?under=14", {"小明"}),
        ("?q=王", {"王小红"}),
    ):
        page = office.get(f"/privacy/consents/{query}").content.decode()
        assert {name for name in ("王小红", "小明") if name in page.replace(query, "")} == names, query
    workbook = office.get("/privacy/consents/?format=xlsx")
    assert workbook["Content-Type"].startswith("application/vnd.openxmlformats")
    assert browser("ruian-section").get("/privacy/consents/").status_code == 403


def test_the_office_notes_what_came_of_it(browser, note):
    """A no; then a yes by word of mouth; then it is withdrawn for them; each without a detour."""
    note()
    row, office = PublicationConsent.objects.get(), browser("ruian-editor")
    address = f"/privacy/consents/{row.pk}/"
    for act, sent, code, state in (
        ("decline", {}, 302, "declined"),
        ("give", {"how": "verbal", "note": ""}, 422, "declined"),
        ("give", {"how": "verbal", "note": "电话"}, 302, "given"),
        ("withdraw", {"reason": "来信"}, 302, "withdrawn"),
    ):
        assert office.post(f"{address}{act}/", sent).status_code == code
        row.refresh_from_db()
        assert row.state == state
    assert "来信" in office.get(address).content.decode()


def test_one_given_for_the_account_is_offered_to_other_articles(browser, note, draft, offer, ruian):
    """And is taken off again while it is a draft."""
    note(how="verbal", note="当面", reach="account")
    row = PublicationConsent.objects.get()
    other = offer(ruian, "ruian-student", kind="student", unit="学生科", title="另一篇")
    student = browser("ruian-student")
    assert "用已有的同意" in student.get(f"/articles/{other.pk}/").content.decode()
    assert student.post(f"/articles/{other.pk}/consents/again/", {"consent": "x"}).status_code == 404
    student.post(f"/articles/{other.pk}/consents/again/", {"consent": row.pk})
    added = Portrayal.objects.live().get(article=other)
    student.post(f"/privacy/portrayals/{added.pk}/remove/")
    assert not Portrayal.objects.live().filter(article=other).exists()
