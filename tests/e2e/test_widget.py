"""The question box in a page of somebody else: on the institution's own site it answers, on any other it does not appear."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from guanhao.core.actors import system
from guanhao.registry.actions import change_account
from tests.e2e.office import picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.article("xartvu-14")]


class Site(ThreadingHTTPServer):
    """Another institution's web site: one page with whatever was pasted into it."""

    page = ""

    class Handler(BaseHTTPRequestHandler):
        """Answers every address with the page."""

        def do_GET(self):
            body = self.server.page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given):
            """Silent."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        """Where it is found."""
        return f"http://127.0.0.1:{self.server_port}"

    def paste(self, code):
        """Put the snippet into its page."""
        self.page = f"<!doctype html><html lang=zh><title>学校官网</title><h1>学校官网</h1>{code}</html>"


@pytest.fixture
def sites():
    """The institution's own site and a stranger's."""
    found = (Site(), Site())
    yield found
    for site in found:
        site.shutdown()
        site.server_close()


def allow(office, site):
    """The office names the site that may show the box; answers the snippet as the page gives it."""
    page = office.page("ruian-office-head")
    page.goto("/settings/directory/")
    page.get_by_label("可以嵌入查询框的网站").fill(site.address)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("已保存")
    picture(page, "directory-settings")
    snippet = page.locator("aside pre", has_text="<iframe")
    expect(snippet).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("aside").get_by_role("button", name="复制").click()
    expect(page.locator("aside").get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == snippet.inner_text()
    return copied


def visit(browser, address):
    """A visitor's page, and what its console says."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    return context, page, said


def test_the_widget_answers_in_the_named_site_and_nowhere_else(
    ruian_office, browser, live_server, sites, settings
):
    """Settings, snippet, the foreign page, official by its id, an unknown name with a warning; a stranger's frame stays empty."""
    office, (own, other) = ruian_office, sites
    settings.PUBLIC_URL = live_server.url
    account = office.cast.accounts["flagship"]
    change_account(actor=system("test"), account=account, address="https://raxy.example/")
    code = allow(office, own)
    for site in sites:
        site.paste(code)
    context, page, said = visit(browser, own.address)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("官方账号查询")
    frame.get_by_role("searchbox").fill(account.handle)
    frame.get_by_role("button", name="查询").click()
    expect(frame.locator("main")).to_contain_text("官方账号")
    expect(frame.locator("main")).to_contain_text(account.name)
    picture(page, "widget")
    frame.get_by_role("searchbox").fill("瑞安学院官方新生群")
    frame.get_by_role("button", name="查询").click()
    expect(frame.locator("main")).to_contain_text("不在名录里")
    assert not context.cookies()
    assert not said
    context.close()
    context, page, said = visit(browser, other.address)
    page.wait_for_function("document.readyState === 'complete'")
    expect(page.frame_locator("iframe").get_by_role("searchbox")).to_have_count(0)
    assert any("frame-ancestors" in line for line in said)
    context.close()
