"""Applications on pages: starting, filling in, being told what is wrong, deciding, tasks, print, list and export."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.applications.models import Application
from guanhao.applications.types import ApplicationState
from guanhao.cases.models import PaperCopy
from guanhao.cases.types import PaperKind
from guanhao.documents.models import IssuedForm
from tests.contents.conftest import submit

SECTION = "学生科"


@pytest.fixture
def menu_change(browser, ruian):
    """A menu change begun by the section on the page."""
    client = browser("ruian-section")
    account = ruian.accounts["flagship"]
    given = {"act": "change_menu", "unit": ruian.units[SECTION].pk, "account": account.pk}
    answer = client.post("/applications/new/", given)
    assert answer.status_code == 302
    return Application.objects.get()


def fill(client, application, **more):
    """Post the form of an application."""
    given = {"serial": application.serial, **more}
    return client.post(f"/applications/{application.pk}/edit/", given)


def hand_in(client, application):
    """Fill in and hand in."""
    application.refresh_from_db()
    return fill(client, application, change="增加“奖助”栏目", reason="方便查询", submit="1")


@pytest.mark.article("ruian-F1")
def test_the_form_is_the_rulebooks_with_what_is_known_filled_in(browser, menu_change):
    """Fields in the order of F1; the number is the office's and locked; department and applicant stand there already."""
    page = browser("ruian-section").get(f"/applications/{menu_change.pk}/edit/").content.decode()
    places = [
        page.index(f'id="id_{key}"') for key in ("number", "applied_on", "department", "change", "reason")
    ]
    assert places == sorted(places)
    assert "由备案部门填写" in page
    assert f'value="{SECTION}"' in page
    assert 'value="苏晓棠"' in page


def test_what_is_missing_stands_at_its_field_and_what_was_typed_stays(browser, menu_change):
    """Nothing is on its way; the draft keeps what was typed."""
    answer = fill(browser("ruian-section"), menu_change, change="增加“奖助”栏目", submit="1")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填写“更改理由”" in page
    assert "增加“奖助”栏目" in page
    menu_change.refresh_from_db()
    assert (menu_change.state, menu_change.working["change"]) == (ApplicationState.DRAFT, "增加“奖助”栏目")


def test_a_draft_that_somebody_else_saved_meanwhile_is_not_overwritten(browser, menu_change):
    """The second saving is told so and loses nothing."""
    client = browser("ruian-section")
    assert fill(client, menu_change, change="甲").status_code == 302
    answer = fill(client, menu_change, change="乙")
    assert answer.status_code == 422
    assert "刚被别人保存过" in answer.content.decode()


def test_it_is_decided_in_the_same_queue_as_articles(browser, menu_change):
    """The section's head finds it at 审批, reads what is applied for, and decides there."""
    hand_in(browser("ruian-section"), menu_change)
    head = browser("ruian-section-head")
    assert "更改菜单板块" in head.get("/review/").content.decode()
    menu_change.refresh_from_db()
    step = menu_change.case.steps.waiting().get()
    page = head.get(f"/review/{step.pk}/").content.decode()
    assert "增加“奖助”栏目" in page
    given = {"digest": menu_change.case.subject_digest, "verdict": "return", "opinion": ""}
    answer = head.post(f"/review/{step.pk}/decide/", given)
    assert answer.status_code == 422
    answer = head.post(f"/review/{step.pk}/decide/", given | {"opinion": "请写明位置"})
    assert answer.status_code == 302
    page = browser("ruian-section").get(f"/applications/{menu_change.pk}/edit/").content.decode()
    assert "请写明位置" in page


def test_somebody_the_rulebook_does_not_let_apply_is_told_by_which_article(browser, ruian):
    """A refusal carries its chip, and nothing is begun."""
    given = {
        "act": "change_profile",
        "unit": ruian.units[SECTION].pk,
        "account": ruian.accounts["flagship"].pk,
    }
    answer = browser("ruian-section").post("/applications/new/", given)
    assert answer.status_code == 422
    assert "ruian-15" in answer.content.decode()
    assert not Application.objects.exists()


def test_the_form_prints_as_a_draft_and_with_a_code_once_it_is_handed_in(browser, menu_change):
    """A draft leaves no record; what was handed in is issued once however often it is printed."""
    client = browser("ruian-section")
    assert client.get(f"/applications/{menu_change.pk}/form.pdf").content.startswith(b"%PDF")
    assert not IssuedForm.objects.exists()
    hand_in(client, menu_change)
    for _again in range(2):
        assert client.get(f"/applications/{menu_change.pk}/form.pdf").status_code == 200
    assert IssuedForm.objects.filter(subject_kind="application").count() == 1
    assert not PaperCopy.objects.filter(kind=PaperKind.PRINTED).exists()  # ruian asks for no sealed paper


def test_the_list_filters_exports_and_asks_the_same_number_of_queries(browser, menu_change, ruian):
    """Kind and state narrow it; a workbook comes of it; ten rows cost no more than one."""
    client = browser("ruian-section")
    assert menu_change.title in client.get("/applications/?act=change_menu").content.decode()
    assert menu_change.title not in client.get("/applications/?act=close_account").content.decode()
    assert client.get("/applications/?format=xlsx").headers["Content-Type"].endswith("sheet")
    client.get("/applications/")
    with CaptureQueriesContext(connection) as one:
        client.get("/applications/")
    for number in range(9):
        menu_change.pk, menu_change.title = None, f"更改菜单板块：{number}"
        menu_change._state.adding = True
        menu_change.save()
    with CaptureQueriesContext(connection) as ten:
        client.get("/applications/")
    assert len(ten) == len(one)


def test_the_accounts_page_offers_what_may_be_applied_for(browser, ruian):
    """The section may ask for the menu, the office's editor for the profile as well; a student for nothing."""
    address = f"/accounts/{ruian.accounts['flagship'].pk}/"
    assert "act=change_menu" in browser("ruian-section").get(address).content.decode()
    assert "act=change_profile" not in browser("ruian-section").get(address).content.decode()
    assert "act=change_profile" in browser("ruian-editor").get(address).content.decode()
    assert "applications/new/?account" not in browser("ruian-student").get(address).content.decode()


@pytest.mark.article("gpnu-9")
def test_the_authorisation_is_asked_for_on_the_article_s_page_and_decided_in_the_queue(browser, gpnu, offer):
    """From the article's page to the form, handed in, read by a member of the group who otherwise does not see the article."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college", classes=["major_event"])
    submit(gpnu, "gpnu-college", article)
    author = browser("gpnu-college")
    assert "申请专项授权" in author.get(f"/articles/{article.pk}/").content.decode()
    form = author.post(f"/articles/{article.pk}/authorisation/").url
    page = author.get(form).content.decode()
    assert "技能月开幕" in page
    assert "重大事件" in page
    application = Application.objects.get()
    assert fill(author, application, reason="承办全国竞赛", submit="1").status_code == 302
    assert "办理中" in author.get(f"/articles/{article.pk}/").content.decode()
    application.refresh_from_db()
    step = application.case.steps.get(unit__name="保卫处")
    member = browser("gpnu-security-dept")
    page = member.get(f"/review/{step.pk}/").content.decode()
    article.refresh_from_db()
    text = f"/revisions/{article.current_id}/preview/"
    assert text in page
    assert "全校师生参加了活动" in member.get(text).content.decode()
    assert member.get(f"/articles/{article.pk}/").status_code == 404
    assert browser("gpnu-foreign").get(text).status_code == 404
