"""瑞安学院: the main job in the browser, from an offer to the archived link, through every person of the route."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from guanhao.core.clock import CHINA

pytestmark = [pytest.mark.django_db(transaction=True)]

ACCOUNT = "温州职业技术学院瑞安学院"
AT_HALF_PAST_FOUR = datetime(2026, 11, 23, 16, 30, tzinfo=CHINA)
CREDITS = {"责编": "林知夏", "图片": "方予安", "排版": "周以宁", "文字": "方予安"}


@pytest.mark.article("ruian-6.1")
@pytest.mark.article("ruian-6.3")
def test_a_students_article_goes_from_offer_to_the_archived_link(ruian_office):
    """A student writes, the office reviews and publishes, and the student finds the address readers open."""
    office, title = ruian_office, "校园里的第一场雪"
    page = office.begin("ruian-student", title, account=ACCOUNT, name="个人（方予安）")
    office.write(page, source="原创", category="校园生活", credits_=CREDITS)
    office.submit(page)
    office.approve("ruian-editor-2", title, phone=True)
    office.schedule("ruian-editor", title, AT_HALF_PAST_FOUR)
    assert office.public_titles() == []
    office.work_until(AT_HALF_PAST_FOUR)
    assert office.public_titles() == [title]
    link = office.link_seen_by("ruian-student", title)
    assert title in office.sandbox.page(link)


@pytest.mark.article("ruian-6.1")
@pytest.mark.article("ruian-6.2")
def test_a_sections_article_passes_head_and_leader_and_comes_back_once(ruian_office):
    """A section's item passes its head and the supervising leader; the office returns it with a reason; it goes again."""
    office, title = ruian_office, "志愿者在车站的一天"
    page = office.begin("ruian-section", title, account=ACCOUNT, name="学生科")
    office.write(page, source="学生科", category="新闻报道", credits_=CREDITS)
    office.submit(page)
    office.approve("ruian-section-head", title, phone=True)
    office.approve("ruian-leader", title, phone=True)
    _return(office, "ruian-editor", title, "请写明活动时间。")
    _mend(office, title, "活动于本周日上午举行。")
    office.approve("ruian-section-head", title)
    office.approve("ruian-leader", title)
    step = office.open_step("ruian-editor", title)
    changed = step.frame_locator("iframe[name=review-frame]").locator(".is-changed")
    expect(changed.first).to_contain_text("本周日上午")
    office.approve("ruian-editor", title)
    office.schedule("ruian-editor", title, AT_HALF_PAST_FOUR)
    office.work_until(AT_HALF_PAST_FOUR)
    assert office.public_titles() == [title]
    link = office.link_seen_by("ruian-section", title)
    assert "本周日上午" in office.sandbox.page(link)


def _return(office, who, title, why):
    page = office.open_step(who, title)
    page.get_by_label("意见", exact=True).fill(why)
    page.locator("button[value=return]").click()
    expect(page.locator("#toasts")).to_contain_text("已办理")


def _mend(office, title, sentence):
    """The provider reads why on the writing page, adds a paragraph and hands in again."""
    page = office.page("ruian-section")
    page.goto("/articles/?tab=returned")
    page.get_by_role("link", name=title).click()
    page.get_by_role("link", name="按意见修改").click()
    office.editor(page)
    expect(page.locator(".notice-line", has_text="请写明活动时间")).to_be_visible()
    area = page.frame_locator(".tox-edit-area__iframe").locator("body")
    area.locator("p").last.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(sentence)
    office.saved(page)
    office.submit(page)
