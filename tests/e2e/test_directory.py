"""The public directory in a real browser: asked on a telephone, scanned, and reported."""

from __future__ import annotations

import io
import os

import pytest
import segno
from PIL import Image
from playwright.sync_api import expect

from guanhao.core.actors import system
from guanhao.registry.actions import add_account, change_account
from guanhao.watch.models import Sighting

pytestmark = [pytest.mark.django_db(transaction=True)]

PROFILE = "https://weibo.com/u/1234567890"


@pytest.fixture
def accounts(transactional_db, ruian):
    """The flagship, and a department's Weibo account whose profile page is known."""
    change_account(actor=system("test"), account=ruian.accounts["flagship"], address="https://raxy.example/")
    return add_account(
        actor=system("test"),
        institution=ruian.institution,
        platform="weibo",
        name="瑞安学院学生科",
        handle="1234567890",
        address=PROFILE,
        owner_unit=ruian.units["学生科"],
        first_responsible=ruian.people["ruian-office-head"],
    )


@pytest.fixture
def stranger(browser, live_server, watch):
    """A telephone of somebody nobody knows."""
    contexts = []

    def open_page(*, wide=False, watched=True):
        size = {"width": 1440, "height": 900} if wide else {"width": 390, "height": 844}
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        if watched:
            watch.over(page)
        return page

    yield open_page
    for context in contexts:
        assert not context.cookies()  # nothing was left on the telephone
        context.close()
    assert not watch.wrong, "\n".join(watch.wrong)


def photograph(page, name):
    """A picture of the page, where a folder is named for it."""
    folder = os.environ.get("GUANHAO_E2E_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)


def code(text):
    out = io.BytesIO()
    segno.make(text).save(out, kind="png", scale=8, border=3)
    return {"name": "code.png", "mimeType": "image/png", "buffer": out.getvalue()}


def fits(page):
    """Nothing is scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.article("gpnu-2")
@pytest.mark.article("xartvu-14")
def test_a_telephone_asks_and_reports_an_impostor(accounts, stranger, ruian):
    """Official by its id; a look-alike is warned of and reported with a screenshot; the office finds it as a sighting."""
    page = stranger()
    page.goto("/directory/ruian/")
    assert fits(page)
    photograph(page, "directory")
    page.get_by_placeholder("账号名称").fill("1234567890")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("官方账号")
    photograph(page, "directory-official")
    page.locator(".entries a").first.click()
    expect(page.get_by_role("img", name="瑞安学院学生科的二维码")).to_be_visible()
    photograph(page, "directory-account")
    page.goto("/directory/ruian/check/?q=瑞安学院官方新生群")
    expect(page.locator(".verdict")).to_contain_text("不在名录里")
    expect(page.locator(".answer")).to_contain_text("当心")
    photograph(page, "directory-alike")
    page.get_by_role("link", name="举报冒名账号").click()
    expect(page.get_by_label("可疑账号的名称")).to_have_value("瑞安学院官方新生群")
    page.get_by_label("平台").select_option("weibo")
    page.get_by_label("您看到了什么").fill("要求新生转账")
    out = io.BytesIO()
    Image.new("RGB", (200, 120), "orange").save(out, "JPEG")
    page.get_by_label("截图").set_input_files(
        {"name": "shot.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    photograph(page, "directory-report")
    assert fits(page)
    page.get_by_role("button", name="提交举报").click()
    expect(page.get_by_role("heading", name="已收到举报")).to_be_visible()
    sighting = Sighting.objects.get()
    assert (sighting.name, sighting.reports.get().note) == ("瑞安学院官方新生群", "要求新生转账")


def test_a_code_is_read_by_the_server_where_the_browser_cannot(accounts, stranger):
    """This browser has no reader of its own: the picture is uploaded and the answer is that of its text."""
    page = stranger(wide=True)
    page.goto("/directory/ruian/")
    photograph(page, "directory")
    assert page.evaluate("!('BarcodeDetector' in window)")
    page.get_by_label("或上传二维码图片").set_input_files(code(PROFILE))
    page.get_by_role("button", name="识别并查询").click()
    expect(page.locator(".verdict")).to_contain_text("官方账号")
    expect(page.locator(".entries")).to_contain_text("瑞安学院学生科")


def test_a_code_is_read_on_the_telephone_where_it_can(accounts, stranger):
    """With a reader in the browser nothing is uploaded: the question goes out with the text alone."""
    page = stranger()
    page.add_init_script(
        f"""window.BarcodeDetector = class {{
          static async getSupportedFormats() {{ return ["qr_code"]; }}
          async detect(image) {{ return image.width ? [{{rawValue: "{PROFILE}"}}] : []; }}
        }};"""
    )
    posted = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.goto("/directory/ruian/")
    page.get_by_label("或上传二维码图片").set_input_files(code(PROFILE))
    page.get_by_role("button", name="识别并查询").click()
    expect(page.locator(".verdict")).to_contain_text("官方账号")
    assert posted == []
