"""An operator leaves 瑞安学院: handed over, the rotation owed, overdue after the working day, closed with proof, all in pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from guanhao.custody.models import Exposure
from guanhao.demo.institutions import PASSWORD
from guanhao.duties.models import Duty
from guanhao.people.models import Person
from tests.e2e.office import picture

pytestmark = [pytest.mark.django_db(transaction=True)]
NEW_SECRET = "0a1b2c3d" * 4
HEAD, LEAVER, HEIR, LEADER = "ruian-office-head", "ruian-editor", "ruian-editor-2", "ruian-leader"


def confirm(page):
    """Give the password where the page asks who is there."""
    page.locator("input[type=password]").fill(PASSWORD)
    picture(page, "confirm")
    page.locator("main button[type=submit], main button").first.click()


def name_heirs(page, heir):
    """Name somebody for every line that needs one."""
    while page.locator("details[open] select[name=person]").count():
        line = page.locator("details[open]", has=page.locator("select[name=person]")).first
        line.locator("select[name=person]").select_option(value=str(heir.pk))
        line.get_by_role("button", name="指定").click()
        expect(page.locator("#toasts")).to_contain_text("接手人已指定")


def sign_what_the_notice_says(office, who, leaver):
    """From the notice to the list, and sign it."""
    page = office.page(who)
    page.goto("/notices/")
    page.locator("main").get_by_role("link", name=re.compile("交接|接手")).first.click()
    page.get_by_role("link", name="去办理").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(leaver.name)
    picture(page, f"handover-sign-{who}")
    page.get_by_role("button", name="签字", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已签字")


def hand_over(office, leaver, heir):
    """The office arranges it, both sign, the office completes it having confirmed who it is."""
    head = office.page(HEAD)
    head.goto("/settings/people/")
    head.get_by_role("link", name=leaver.name).first.click()
    head.get_by_role("link", name="工作交接").click()
    head.get_by_role("button", name="开始工作交接").click()
    expect(head.locator("h1 ~ .mark", has_text="交接中")).to_be_visible()
    picture(head, "handover-begun")
    name_heirs(head, heir)
    picture(head, "handover-heirs")
    office.background()
    sign_what_the_notice_says(office, LEAVER, leaver)
    office.background()
    sign_what_the_notice_says(office, HEIR, leaver)
    head.reload()
    head.get_by_role("link", name="确认身份后完成").click()
    confirm(head)
    expect(head.get_by_role("heading", level=1)).to_contain_text(leaver.name)
    head.get_by_role("button", name="完成交接，此人离开").click()
    expect(head.locator("h1 ~ .mark", has_text="已离开")).to_be_visible()
    expect(head.locator("main")).to_contain_text(f"→ {heir.name}")
    picture(head, "handover-done")


def prove_a_new_secret(office, account):
    """The head enters the new secret, the platform takes it and refuses the old one; nothing is owed any more."""
    del office.pages[HEAD]  # four days later nobody is signed in any more
    head = office.page(HEAD)
    office.sandbox.change_account(account.app_id, secret=NEW_SECRET)
    head.goto(f"/accounts/{account.pk}/custody/")
    head.get_by_role("link", name="录入新密钥").click()
    head.locator("#secret").get_by_role("link", name="确认身份").click()
    confirm(head)
    secret = head.locator("#secret")
    secret.locator("[name=kind]").select_option(label="AppSecret")
    secret.locator("[name=value]").fill(NEW_SECRET)
    picture(head, "secret")
    secret.get_by_role("button", name="加密保存").click()
    expect(head.locator("#toasts")).to_contain_text("平台已接受新密钥")
    head.goto(f"/accounts/{account.pk}/custody/")
    expect(head.locator("#owed")).to_have_count(0)
    expect(head.locator("#kept")).to_contain_text("已验证")
    picture(head, "custody-proven")


@pytest.mark.article("ruian-6.6")
def test_an_operator_leaves_and_the_rotation_is_owed_late_and_closed(ruian_office):
    """Whoever leaves hands over; the head sees what is owed, the leader once it is late; the platform's own answer ends it."""
    office = ruian_office
    account, leaver, heir = office.cast.accounts["flagship"], *(office.cast.people[x] for x in (LEAVER, HEIR))
    office.background()
    hand_over(office, leaver, heir)
    assert not Person.objects.get(pk=leaver.pk).active
    office.background()
    duty = Duty.objects.get(task="rotate_credential")

    head = office.page(HEAD)
    head.goto("/")
    picture(head, "desk")
    head.get_by_role("link", name="更换密码").first.click()
    expect(head.get_by_role("heading", name="更换密码")).to_be_visible()
    picture(head, "duty")
    head.goto(f"/accounts/{account.pk}/custody/")
    expect(head.locator("#owed")).to_contain_text(leaver.name)
    picture(head, "custody-owed")

    office.time.to(office.time.instant + timedelta(days=4))
    office.background()
    leader = office.page(LEADER)
    leader.goto("/duties/?tab=to-me")
    expect(leader.get_by_role("row", name="更换密码")).to_contain_text("已逾期")
    picture(leader, "duties-late")

    prove_a_new_secret(office, account)
    assert not Exposure.objects.open().exists()

    office.background()
    leader.goto(f"/duties/{duty.key}/")
    expect(leader.get_by_text("义务办结").first).to_be_visible()
    expect(leader.get_by_text("义务逾期").first).to_be_visible()
    picture(leader, "duty-closed")
