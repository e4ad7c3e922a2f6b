"""西安广播电视大学: a department's item that is published by hand and recorded like any other (architecture §4)."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from guanhao.core.clock import CHINA

pytestmark = [pytest.mark.django_db(transaction=True)]

AT_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
LINK = "https://mp.weixin.qq.com/s/by-hand-0001"


@pytest.mark.article("xartvu-10")
@pytest.mark.article("xartvu-12")
def test_a_departments_item_is_published_by_hand_and_its_link_archived(xartvu_office):
    """The head approves and confirms secrecy; at its time the operator copies, pastes the link, and it stands in the record."""
    office, title = xartvu_office, "报名材料准备清单"
    page = office.begin("xartvu-dept", title, account="西安电大招生", name="招生办公室")
    credits_ = {"责编": "华思齐", "文字": "华思齐"}
    office.write(page, source="招生办公室", category="招生信息", credits_=credits_, pictures=1)
    office.submit(page)
    office.approve("xartvu-dept-head", title, phone=True)
    office.schedule("xartvu-dept", title, AT_TEN, channel="手工发布")
    office.work_until(AT_TEN)
    _publish_by_hand(office, title)
    assert office.public_titles() == []
    assert office.link_seen_by("xartvu-dept", title) == LINK


def _publish_by_hand(office, title):
    page = office.page("xartvu-dept")
    page.goto("/publishing/asks/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_label("标题")).to_have_value(title)
    expect(page.locator(".copy-body")).to_contain_text("现场气氛热烈")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载全部图片").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_role("button", name="已发布，登记").click()
    expect(page.get_by_role("alert")).to_contain_text("链接")
    page.get_by_label("发布后的链接").fill(LINK)
    page.get_by_role("button", name="已发布，登记").click()
    expect(page.locator("h1 ~ .mark", has_text="已发布")).to_be_visible()
