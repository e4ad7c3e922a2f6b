"""A round of thirty accounts at 西安电大 through the pages: twenty-eight pass, one fails and is to be closed, one sends nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect

from guanhao.applications.models import Application
from guanhao.cases.models import Step
from guanhao.core.clock import CHINA
from guanhao.inspections.models import Inspection, Round
from guanhao.people.access import actor_of
from guanhao.process.inspecting import run_rounds
from guanhao.registry.actions import add_account
from guanhao.registry.models import Account
from guanhao.steps.types import Worker
from tests.e2e.conftest import BACKEND
from tests.e2e.office import picture
from tests.inspections.conftest import OFFICE_HEAD, PEOPLE, REGISTRAR, SCAN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.article("xartvu-7")]
ACCOUNTS = 30
IN_DECEMBER = datetime(2026, 12, 7, 9, tzinfo=CHINA)
OVER = datetime(2027, 1, 18, 9, tzinfo=CHINA)  # after the last day for late ones
DIGITS = "零一二三四五六七八九"
FAILING, ABSENT = "西安电大部门号零一", "西安电大部门号零二"
WALKED = "西安电大招生"


def fill_the_register(office):
    """As many accounts as the round has, shared among the three units."""
    cast, units = office.cast, list(PEOPLE)
    for number in range(1, ACCOUNTS - Account.objects.count() + 1):
        unit = units[number % len(units)]
        add_account(
            actor=actor_of(cast.people[OFFICE_HEAD]), institution=cast.institution, platform="weibo",
            kind="microblog", name=f"西安电大部门号{DIGITS[number // 10]}{DIGITS[number % 10]}", handle=f"demo{number}", owner_unit=cast.units[unit],
            first_responsible=cast.people[PEOPLE[unit][1]], manager=cast.people[PEOPLE[unit][0]],
        )  # fmt: skip


def open_the_round(office):
    """The registrar begins it with the rulebook's days."""
    page = office.page(REGISTRAR)
    page.goto("/inspections/")
    page.get_by_role("link", name="开始年检").first.click()
    page.get_by_label("年度").fill("2026")
    page.get_by_role("button", name="开始").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026 年年检")
    picture(page, "round-open")
    return Round.objects.get()


def report_in_the_browser(office, row):
    """The unit's operator finds the report on its list, filled in from the record, adds to it, sends it."""
    page = office.page(PEOPLE[row.unit.name][0])
    page.goto("/inspections/")
    page.locator("main").get_by_role("link", name="2026").first.click()
    page.get_by_role("link", name=row.account.name, exact=True).click()
    expect(page.get_by_label("账号名称")).to_have_value(row.account.name)
    page.get_by_label("关注人数").fill("3200")
    page.get_by_label("年度运行情况").fill("按时更新，没有差错。")
    picture(page, "report")
    page.get_by_role("button", name="报送").click()
    expect(page.locator("#toasts")).to_contain_text("已报送")


def sign_in_the_browser(office, row):
    """The head of the unit uploads the sealed form and signs."""
    who = PEOPLE[row.unit.name][1]
    page = office.open_step(who, row.account.name)
    page.locator("#papers input[type=file]").set_input_files(
        {"name": "审核表.pdf", "mimeType": "application/pdf", "buffer": SCAN}
    )
    page.get_by_role("button", name="上传扫描件").click()
    expect(page.locator("#papers")).to_contain_text("审核表")
    picture(page, "report-sign")
    office.approve(who, row.account.name)


class Posting:
    """The same pages, posted as a browser posts them: twenty-eight times what was watched once."""

    def __init__(self, office):
        self.office, self.clients = office, {}

    def client(self, who):
        """Somebody's session."""
        if who not in self.clients:
            self.clients[who] = Client()
            self.clients[who].force_login(self.office.cast.people[who].user, backend=BACKEND)
        return self.clients[who]

    def report(self, row):
        """Send the report and have the head sign the sealed paper."""
        operator, head = PEOPLE[row.unit.name]
        page = self.client(operator).get(f"/inspections/accounts/{row.pk}/")
        initial = page.context["form"].initial
        filled = {f"report-{key}": value for key, value in initial.items()}
        filled |= {"report-followers": "120", "report-report": "按时更新。", "send": "1"}
        assert (
            self.client(operator).post(f"/inspections/accounts/{row.pk}/report/", filled).status_code == 302
        )
        row.refresh_from_db()
        step = Step.objects.waiting().select_related("case").get(case=row.case_id)
        scan = SimpleUploadedFile("审核表.pdf", SCAN + str(row.pk).encode())
        papers = {"file": scan, "covers": [step.key], "next": f"/review/{step.pk}/"}
        assert self.client(head).post(f"/cases/{row.case_id}/papers/", papers).status_code == 302
        said = {"digest": step.case.subject_digest, "verdict": "approve", "opinion": "属实"}
        said["check"] = [item["key"] for item in step.checklist]
        assert self.client(head).post(f"/review/{step.pk}/decide/", said).status_code == 302


def pass_together(office, who, opened, *, but=()):
    """Choose the clean rows on the list, all but some, see what is confirmed, and pass them."""
    page = office.page(who)
    page.goto(f"/inspections/{opened.pk}/?kind=clean")
    page.locator("[data-select-all], thead input[type=checkbox]").first.check()
    for name in but:
        page.get_by_role("checkbox", name=f"选择 {name}", exact=True).uncheck()
    picture(page, f"round-chosen-{who}")
    page.get_by_role("button", name="集中通过").click()
    expect(page.locator("main")).to_contain_text("确认通过")
    picture(page, f"round-confirm-{who}")
    page.get_by_role("button", name="通过").first.click()
    expect(page.locator("#toasts")).to_contain_text("已通过")


def fail_in_the_browser(office, name):
    """The head of the office reads what failing brings, says why, and fails it."""
    page = office.open_step(OFFICE_HEAD, name)
    office.tick(page)
    page.get_by_label("意见", exact=True).fill("发布内容多次失实")
    picture(page, "round-fail")
    page.locator("button[value=reject]").click()
    expect(page.locator("#toasts")).to_contain_text("已办理")
    page.goto(f"/inspections/accounts/{Inspection.objects.get(account__name=name).pk}/")
    expect(page.locator("main")).to_contain_text("责令关闭")
    page.locator("main").get_by_role("link", name=f"关闭账号：{name}").click()
    expect(page.locator("h1 ~ .mark", has_text="办理中")).to_be_visible()
    picture(page, "round-closing-case")


def ask_as_the_public(browser, live_server):
    """Whoever asks from outside: the absent account is unconfirmed, the one that passed is official."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    public = context.new_page()
    absent = Account.objects.get(name=ABSENT)
    public.goto(f"/directory/xartvu/accounts/{absent.pk}/")
    expect(public.locator("main")).to_contain_text("没有参加最近一次年度检查")
    picture(public, "public-absent")
    public.goto(f"/directory/xartvu/check/?q={absent.handle}")
    expect(public.locator(".verdict")).not_to_contain_text("官方账号")
    public.goto(f"/directory/xartvu/check/?q={Account.objects.get(name=WALKED).handle}")
    expect(public.locator(".verdict")).to_contain_text("官方账号")
    context.close()


def test_a_round_of_thirty(xartvu_office, browser, live_server):
    """From the opening to the published lists, and what the public sees of it."""
    office = xartvu_office
    office.time.to(IN_DECEMBER)
    fill_the_register(office)
    opened = open_the_round(office)
    rows = {row.account.name: row for row in opened.inspections.select_related("account", "unit", "round")}
    assert len(rows) == ACCOUNTS
    report_in_the_browser(office, rows[WALKED])
    sign_in_the_browser(office, rows[WALKED])
    posting = Posting(office)
    for name, row in rows.items():
        if name not in {WALKED, ABSENT}:
            posting.report(row)
    pass_together(office, REGISTRAR, opened)
    pass_together(office, OFFICE_HEAD, opened, but=[FAILING])
    fail_in_the_browser(office, FAILING)
    assert Application.objects.filter(act="close_account", account__name=FAILING, state="in_review").exists()

    office.time.to(OVER)
    run_rounds(Worker("test/inspections"))
    office.background()
    del office.pages[OFFICE_HEAD]
    page = office.page(OFFICE_HEAD)
    page.goto(f"/inspections/{opened.pk}/")
    picture(page, "round-over")
    page.get_by_text("公布结果", exact=True).click()
    page.get_by_role("button", name="公布", exact=True).click()
    expect(page.locator("main")).to_contain_text("公布")
    results = office.page("xartvu-college")
    results.goto(f"/inspections/{opened.pk}/results/")
    for name, result in ((ABSENT, "未参加"), (FAILING, "不合格"), (WALKED, "合格")):
        results.goto(f"/inspections/{opened.pk}/results/?q={name}")
        expect(results.get_by_role("row").filter(has=results.get_by_text(name, exact=True))).to_contain_text(
            result
        )
    results.goto(f"/inspections/{opened.pk}/results/")
    picture(results, "round-results")
    told = {state: count for state, count in opened.inspections.counted().items() if count}
    assert told == {"passed": ACCOUNTS - 2, "failed": 1, "absent": 1}
    ask_as_the_public(browser, live_server)
