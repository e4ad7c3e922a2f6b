"""The frame in a real browser: the citation card, keys, theme, language, undo and what the page weighs."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import expect

from guanhao.core import clock
from tests.e2e.conftest import BACKEND

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(transactional_db, ruian, sign_in):
    """The office editor's page on the desk."""
    page = sign_in(ruian.people["ruian-editor"])
    page.goto("/")
    return page


def test_a_chip_opens_the_article_beside_it_and_escape_closes_it(page):
    """Our words, the clause with its numbers, since when, and why it is my turn; focus comes back to the chip."""
    page.goto("/rules/")
    chip = page.locator('a.cite[href="/rules/ruian-16/"]')
    chip.click()
    card = page.locator("#cite-card")
    expect(card).to_be_visible()
    for words in ("第十六条", "0.5", "为什么轮到我", "生效"):
        expect(card).to_contain_text(words)
    assert page.url.endswith("/rules/")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(chip).to_be_focused()


def test_keys_search_jump_walk_and_explain(page):
    """`/`, g and a letter, j and k, `?`; nothing of it while somebody types."""
    page.keyboard.press("/")
    expect(page.locator("#topsearch")).to_be_focused()
    page.keyboard.type("gb?")
    assert page.locator("#topsearch").input_value() == "gb?"
    page.locator("main").click()
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/rules/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr.is-here").count() == 1
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_theme_is_chosen_at_once_and_kept(page):
    """No reload to see it, no flash after one."""
    page.get_by_label("林知夏的菜单").click()
    page.get_by_role("button", name="深色").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_language_switches_and_comes_back_to_the_page(page):
    """Chosen in the menu on any page."""
    page.goto("/rules/coverage/")
    page.get_by_label("林知夏的菜单").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/rules/coverage/")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("nav.rail")).to_contain_text("Desk")


def test_the_skip_link_is_first_and_leads_to_the_content(page):
    """A keyboard does not walk through the rail on every page."""
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/rules/", "/articles/", "/review/", "/calendar/", "/publishing/"])
def test_no_page_scrolls_sideways_on_a_phone(path, transactional_db, ruian, sign_in):
    """Tables become cards (ui.md, Frame)."""
    page = sign_in(ruian.people["ruian-editor"], phone=True)
    page.goto(path)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    expect(page.locator("nav.thumbbar")).to_be_visible()


def test_a_delegation_is_made_and_ended_by_hand(page, ruian):
    """The form keeps what was typed when it is refused."""
    page.goto("/me/delegations/")
    page.get_by_label("受托人").select_option(label="陈砚秋（R0003）")
    tomorrow = f"{clock.today():%Y}-12-31T18:00"
    page.locator("#id_since").fill(tomorrow)
    page.locator("#id_until").fill(tomorrow)
    page.get_by_role("button", name="登记委托").click()
    expect(page.locator(".error-summary")).to_contain_text("结束时间须晚于开始时间")
    assert page.locator("#id_since").input_value() == tomorrow


def test_the_first_page_weighs_less_than_a_hundred_kilobytes(transactional_db, ruian, live_server):
    """What a browser fetches for the desk, compressed as WhiteNoise serves it (ui.md, Quality bar)."""
    client = Client()
    client.force_login(ruian.people["ruian-editor"].user, backend=BACKEND)
    page = client.get("/").content
    linked = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page.decode()))
    assert {"vendor/tabler.min.css", "vendor/htmx.min.js", "web/frame.js"} <= linked
    pieces = [page, *(Path(finders.find(name)).read_bytes() for name in linked)]
    assert sum(len(brotli.compress(piece)) for piece in pieces) < 100_000
