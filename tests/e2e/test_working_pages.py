"""Working pages under a hand: drag and keyboard on the calendar, two editors of one article, a decision on stale content."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from guanhao.contents.models import Article, Push
from guanhao.core.clock import CHINA

pytestmark = [pytest.mark.django_db(transaction=True)]

ACCOUNT = "温州职业技术学院瑞安学院"
CREDITS = {"责编": "林知夏", "图片": "方予安", "排版": "周以宁", "文字": "方予安"}
AT = datetime(2026, 11, 24, 16, 30, tzinfo=CHINA)


def _approved(office, title):
    page = office.begin("ruian-student", title, account=ACCOUNT, name="个人（方予安）")
    office.write(page, source="原创", category="校园生活", credits_=CREDITS)
    office.submit(page)
    office.approve("ruian-editor-2", title)


def _drag(page, card, day, share):
    """Drag a card to a share of a day's height."""
    lane = page.locator(f"[data-date='{day}'] .week-lane").bounding_box()
    start = card.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 30, steps=3)
    page.mouse.move(lane["x"] + lane["width"] / 2, lane["y"] + lane["height"] * share, steps=6)
    page.mouse.up()


@pytest.mark.article("ruian-11")
def test_a_push_is_dragged_refused_with_its_article_and_moved_by_keyboard(ruian_office):
    """A drop outside the windows says why and offers the nearest lawful time; M and arrow keys do the same as a drag."""
    office, title = ruian_office, "期末复习怎么安排"
    _approved(office, title)
    office.schedule("ruian-editor", title, AT)
    page = office.page("ruian-editor")
    page.goto("/calendar/?week=2026-11-24")
    card = page.locator("[data-move]")
    _drag(page, card, "2026-11-25", (10 - 6) / 18)
    refusal = page.locator("#week-refusal")
    expect(refusal).to_contain_text("不在推送时段内")
    expect(refusal.locator(".cite")).to_have_text("第十一条")
    refusal.get_by_role("button", name="改到最近的合规时间").click()
    expect(page.locator("[data-date='2026-11-25'] [data-move]")).to_contain_text("16:00")
    assert Push.objects.get().due_at.astimezone(CHINA).strftime("%m-%d %H:%M") == "11-25 16:00"
    page.locator("[data-move]").focus()
    for key in ("m", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-date='2026-11-26'] [data-move]")).to_contain_text("16:15")
    page.locator("#week-undo").get_by_role("button", name="撤销").click()
    expect(page.locator("[data-date='2026-11-25'] [data-move]")).to_contain_text("16:00")


def test_two_editors_of_one_article_do_not_overwrite_each_other(ruian_office):
    """The second to save is told who was faster and chooses; nothing is lost in silence."""
    office, title = ruian_office, "科室周报"
    one = office.begin("ruian-section", title, account=ACCOUNT, name="学生科")
    other = office.page("ruian-section-head")
    other.goto(one.url)
    office.editor(other)
    one.get_by_label("来源", exact=True).fill("学生科")
    office.saved(one)
    other.get_by_label("来源", exact=True).fill("科室负责人")
    expect(other.locator("#editor-conflict")).to_be_visible()
    assert Article.objects.get().working["source"] == "学生科"
    other.get_by_role("button", name="用我的覆盖").click()
    office.saved(other)
    assert Article.objects.get().working["source"] == "科室负责人"


@pytest.mark.requirement("AP1")
def test_a_decision_about_what_was_not_read_is_refused_with_the_difference(ruian_office):
    """The form posts the digest that was on the page; after a newer revision the page shows what changed instead."""
    office, title = ruian_office, "旧版与新版"
    writer = office.begin("ruian-student", title, account=ACCOUNT, name="个人（方予安）")
    office.write(writer, source="原创", category="校园生活", credits_=CREDITS)
    office.submit(writer)
    reader = office.open_step("ruian-editor", title)
    reader.locator("input[name=digest]").evaluate("(field) => { field.value = 'sha256:' + '0'.repeat(64); }")
    office.tick(reader)
    reader.get_by_label("意见", exact=True).fill("看过了")
    reader.locator("button[value=approve]").click()
    expect(reader.get_by_role("alert")).to_contain_text("不一致")
    expect(reader.get_by_label("意见", exact=True)).to_have_value("看过了")
    assert Article.objects.get().state == "in_review"
