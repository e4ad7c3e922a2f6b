"""Findings in a real browser: beside the text as one writes, mended and ignored there, confirmed by the reviewer."""

import pytest
from playwright.sync_api import expect

from tests.e2e.office import BODY
from tests.lexicon.conftest import Keeper
from tests.publishing.world import MONDAY

CREDITS = {"责编": "苏晓棠", "图片": "苏晓棠", "排版": "林知夏", "文字": "方予安"}
STORY = "学院召开座谈汇，部署安全工作。值班电话 13812345678，请师生周知。"


@pytest.fixture
def office(ruian_office):
    """瑞安学院 on a Monday morning, with one slip on its list."""
    ruian_office.time.to(MONDAY)
    Keeper(ruian_office.cast, "ruian-office-head").enter("confusable", "座谈汇", "座谈会")
    return ruian_office


def begin(office, *, phone=False):
    who = "ruian-section"
    office.page(who, phone=phone)
    page = office.begin(who, "安全工作座谈", account="温州职业技术学院瑞安学院", name="学生科")
    area = page.frame_locator(BODY).locator("body")
    area.click()
    page.keyboard.insert_text(STORY)
    office.saved(page)
    return page, area


def found(page, words):
    return page.locator("#findings [data-finding]", has_text=words)


def test_findings_appear_beside_the_text_and_lead_to_their_words(office):
    """By class, with the chip of their article; pressing one selects the words, tags or not."""
    page, _area = begin(office)
    slip = found(page, "座谈汇")
    expect(slip).to_be_visible()
    expect(slip.locator(".cite")).to_be_visible()
    expect(page.locator("details[data-class=typos] > summary")).to_contain_text("错别字")
    slip.locator("[data-jump]").click()
    selected = page.evaluate("window.hugerte.activeEditor.selection.getContent({ format: 'text' })")
    assert selected == "座谈汇"


def test_a_suggestion_mends_the_words_across_tags_and_undo_brings_them_back(office):
    """One press each; the number that may not be published is masked the same way."""
    page, area = begin(office)
    page.evaluate(
        "window.guanhaoEditor.body.set('<p>召开座<strong>谈</strong>汇，电话 138<em>1234</em>5678。</p>')"
    )
    page.evaluate("window.guanhaoEditor.saver.touch()")
    office.saved(page)
    found(page, "座谈汇").get_by_role("button", name="改为“座谈会”").click()
    expect(area).to_contain_text("召开座谈会")
    found(page, "座谈汇").get_by_role("button", name="撤销改动").click()
    expect(area).to_contain_text("召开座谈汇")
    office.saved(page)
    found(page, "手机号码").get_by_role("button", name="改为“138****5678”").click()
    expect(area).to_contain_text("电话 138****5678。")
    office.saved(page)
    expect(found(page, "手机号码")).to_have_count(0)


def test_a_mend_is_one_step_of_the_editors_own_undo(office):
    """However many tags lie between its characters, and nothing typed before it goes along."""
    page, area = begin(office)
    page.evaluate("window.guanhaoEditor.body.set('<p>召开座<strong>谈</strong>汇。</p>')")
    area.click()
    page.keyboard.press("End")
    page.keyboard.insert_text("请参加。")
    office.saved(page)
    found(page, "座谈汇").get_by_role("button", name="改为“座谈会”").press("Enter")
    expect(area).to_contain_text("召开座谈会。请参加。")
    area.press("Control+z")
    expect(area).to_contain_text("召开座谈汇。请参加。")
    area.press("Control+y")
    expect(area).to_contain_text("召开座谈会。请参加。")


def test_ignoring_asks_for_a_reason_and_is_kept_folded(office):
    """And can be taken back."""
    page, _area = begin(office)
    slip = found(page, "座谈汇")
    slip.locator("summary", has_text="不改").click()
    slip.get_by_role("button", name="这次忽略").click()
    expect(slip.locator("[data-reason]")).to_be_focused()
    slip.locator("[data-reason]").fill("引用原文")
    slip.get_by_role("button", name="这次忽略").press("Enter")
    handled = page.locator("#handled")
    expect(handled.locator("summary")).to_contain_text("已处理")
    expect(page.locator("details[data-class=typos]")).to_have_count(0)
    handled.locator("summary").click()
    expect(handled).to_contain_text("引用原文")
    handled.get_by_role("button", name="撤销").click()
    expect(found(page, "座谈汇").locator("[data-jump]")).to_be_visible()


def test_no_error_is_not_asked_again(office):
    """The unit's allow-list takes it at once."""
    page, _area = begin(office)
    slip = found(page, "座谈汇")
    slip.locator("summary", has_text="不改").click()
    slip.locator("[data-reason]").fill("刊物名")
    # By keyboard: a press of the mouse right after scrolling may be given to the phone's frame, which stood there before.
    slip.get_by_role("button", name="不是错误").press("Enter")
    expect(page.locator("details[data-class=typos]")).to_have_count(0)
    office.saved(page)
    page.reload()
    office.editor(page)
    expect(page.locator("details[data-class=typos]")).to_have_count(0)


def test_a_reason_half_written_survives_the_saves_meanwhile(office):
    """The list is new after every save; what was begun in it stays, caret and all."""
    page, _area = begin(office)
    slip = found(page, "座谈汇")
    slip.locator("summary", has_text="不改").click()
    slip.locator("[data-reason]").fill("刊物")
    with page.expect_response("**/save/"):
        page.evaluate("window.guanhaoEditor.saver.touch()")
    office.saved(page)
    reason = slip.locator("[data-reason]")
    expect(reason).to_have_value("刊物")
    expect(reason).to_be_focused()
    page.keyboard.insert_text("名")
    expect(reason).to_have_value("刊物名")
    slip.get_by_role("button", name="不是错误").press("Enter")
    expect(page.locator("details[data-class=typos]")).to_have_count(0)


def test_a_list_that_was_on_its_way_does_not_bring_a_handled_finding_back(office):
    """The answer to a save sent before is shown for its text, and then asked for anew."""
    page, area = begin(office)
    slip = found(page, "座谈汇")
    slip.locator("summary", has_text="不改").click()
    slip.locator("[data-reason]").fill("引用原文")
    old = page.locator("#findings").inner_html()
    slip.get_by_role("button", name="这次忽略").press("Enter")
    expect(page.locator("details[data-class=typos]")).to_have_count(0)
    office.saved(page)

    def late(route):
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"findings": old})

    page.route("**/save/", late, times=1)
    area.click()
    page.keyboard.insert_text("好。")
    expect(found(page, "座谈汇")).to_have_count(1)
    expect(page.locator("details[data-class=typos]")).to_have_count(0)


def test_on_a_phone_the_findings_stand_under_the_text_and_can_be_mended(office):
    """Without sideways scrolling."""
    page, area = begin(office, phone=True)
    slip = found(page, "座谈汇")
    slip.scroll_into_view_if_needed()
    slip.get_by_role("button", name="改为“座谈会”").click()
    expect(area).to_contain_text("召开座谈会")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_older_answer_never_replaces_a_newer_one(office):
    """What was typed while the server read is checked again before anything is shown."""
    page, area = begin(office)
    held = []
    page.route("**/save/", lambda route: held.append(route) if not held else route.continue_())
    area.click()
    page.keyboard.press("End")
    page.keyboard.insert_text("另请参加座谈汇。")
    expect(page.locator("#editor-state[data-state=saving]")).to_be_visible()
    page.evaluate("window.guanhaoEditor.body.set('<p>没有问题的一句话。</p>')")
    page.evaluate("window.guanhaoEditor.saver.touch()")
    held[0].continue_()
    office.saved(page)
    expect(found(page, "座谈汇")).to_have_count(0)


def test_the_reviewer_sees_what_was_done_and_confirms_an_error(office):
    """The page of the decision: ignored by whom and why; a slip is confirmed, another noted by hand."""
    page, _area = begin(office)
    page.evaluate("window.guanhaoEditor.body.set('<p>召开座谈汇。</p><p>会议（第一次召开。</p>')")
    page.evaluate("window.guanhaoEditor.saver.touch()")
    office.saved(page)
    office.write(page, source="学生科", category="新闻报道", credits_=CREDITS)
    office.submit(page)
    head = office.open_step("ruian-section-head", "安全工作座谈")
    slip = head.locator(".findings li", has_text="座谈汇").first
    slip.get_by_role("button", name="是差错").click()
    expect(head.locator("#toasts")).to_contain_text("已认定为差错")
    head.get_by_text("另记一处差错").click()
    head.get_by_label("错在哪里（引原文）").fill("会议（第一次召开")
    head.get_by_role("button", name="记为差错").click()
    expect(head.locator("#toasts")).to_contain_text("已记为差错")
    expect(head.locator(".finding-group", has_text="认定的差错").locator("summary")).to_contain_text("2")
