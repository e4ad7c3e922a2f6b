"""Opening an account in the browser, from the form to the filed number, through every person of the route (issue 4, §7)."""

import pytest
from playwright.sync_api import expect

from guanhao.demo.pictures import draw
from guanhao.duties.models import Duty
from guanhao.registry.models import Account
from tests.e2e.office import picture

pytestmark = [pytest.mark.django_db(transaction=True)]


def begin(office, who, name, **fields):
    """Apply for an account and hand the form in; answers the page."""
    page = office.page(who)
    page.goto("/accounts/")
    page.get_by_role("link", name="账号申请").first.click()
    page.get_by_role("link", name="提出申请").first.click()
    page.get_by_label("申请事项").select_option(label="开通账号")
    page.get_by_role("button", name="开始填表").click()
    page.get_by_label("平台", exact=True).select_option(value="wechat")
    page.get_by_label("账号类型", exact=True).select_option(value="subscription")
    for label, value in {**fields, "联系电话": "020-38250000"}.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("h1 ~ .mark", has_text="办理中")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page


def seal(office, who, title):
    """Print, sign, seal, scan: the scan goes to the case, then both steps are settled together."""
    page = office.open_step(who, title)
    page.locator("#papers input[type=file]").set_input_files(
        {"name": "盖章.png", "mimeType": "image/png", "buffer": draw("sealed")}
    )
    page.get_by_role("button", name="上传扫描件").click()
    expect(page.locator("#papers")).to_contain_text("盖章")
    page.goto("/review/")
    office.approve(who, title)
    office.approve(who, title)


def carry_out(office, who, title, handle):
    """Say the id of the account that was made."""
    page = office.open_step(who, title)
    page.get_by_label("账号标识").fill(handle)
    page.locator("button[value=approve]").click()
    expect(page.locator("#toasts")).to_contain_text("已办理")


def record_verification(office, who, account, until):
    """Say on the account's record that the platform verified it."""
    page = office.page(who)
    page.goto(f"/accounts/{account.pk}/")
    step = page.locator("details.step", has_text="登记平台认证")
    step.locator("summary").click()
    step.get_by_label("认证有效期至").fill(until)
    picture(page, f"verify-{account.pk}")
    step.get_by_role("button", name="登记平台认证").click()
    expect(page.locator("#toasts")).to_contain_text("已办理")
    expect(page.locator("main")).to_contain_text("已认证")
    expect(page.locator("main")).to_contain_text(until)
    return page


def filed(office, who, name):
    """The account as the register shows it."""
    account = Account.objects.get(name=name)
    page = office.page(who)
    page.goto(f"/accounts/{account.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("h1 ~ .mark", has_text="在用")).to_be_visible()
    expect(page.locator("main")).to_contain_text(account.filing_number)
    assert account.filing_number
    return account


@pytest.mark.article("gpnu-6")
def test_a_college_opens_an_account_from_form_to_verified(gpnu_office):
    """Form, signature and seal on paper, the office, the opening, the number; then the verification owed is recorded."""
    office, name = gpnu_office, "广师计科就业"
    begin(office, "gpnu-college", name, 账号名称=name, 开设理由="发布就业信息")
    seal(office, "gpnu-college-head", name)
    office.approve("gpnu-publicity-head", name)
    carry_out(office, "gpnu-college", name, "gpnu-jy-2026")
    office.approve("gpnu-publicity", name)
    account = filed(office, "gpnu-college", name)
    assert account.handle == "gpnu-jy-2026"
    office.background()
    page = office.page("gpnu-college")
    page.goto("/duties/")
    page.get_by_role("row", name=name).get_by_role("link", name="申请平台认证").click()
    expect(page.locator("main")).to_contain_text("第六条")
    picture(page, "verify-duty-open")
    duty = Duty.objects.get(task="verify_account", account=account)
    # What has just been filed is not to be filed anew, though its people were named a moment ago.
    assert not Duty.objects.filter(task="file_persons", account=account).exists()
    record_verification(office, "gpnu-college", account, "2027-11-30")
    office.background()
    page.goto(f"/duties/{duty.key}/")
    expect(page.locator("main")).to_contain_text("义务办结")
    picture(page, "verify-duty-met")
    duty.refresh_from_db()
    assert duty.state == "met"
    page.goto(f"/accounts/{account.pk}/")
    expect(page.locator("#owed", has_text="申请平台认证")).to_have_count(0)


@pytest.mark.article("xartvu-6")
def test_a_department_opens_an_account_that_the_technical_unit_builds(xartvu_office):
    """Form F2, seal, the office, the technical unit's task with its own completion, the office's number, the verification."""
    office, name = xartvu_office, "西安电大招生直播"
    begin(office, "xartvu-dept", name, 拟用名称=name, 申请理由="招生宣传")
    seal(office, "xartvu-dept-head", name)
    office.approve("xartvu-office-head", name)
    assert not Account.objects.filter(name=name).exists()
    page = office.page("xartvu-tech")
    page.goto("/applications/tasks/")
    page.get_by_role("link", name=name).click()
    carry_out(office, "xartvu-tech", name, "xartvu-zb-2026")
    office.approve("xartvu-office", name)
    account = filed(office, "xartvu-dept", name)
    assert account.handle == "xartvu-zb-2026"
    record_verification(office, "xartvu-office-head", account, "2027-11-30")
    page = office.page("xartvu-dept")
    page.goto(f"/accounts/{account.pk}/")
    expect(page.locator("main")).to_contain_text("已认证")
    picture(page, "xartvu-opened")
