"""Lists in a real browser: rows are chosen, done something to, and put back, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.lexicon.conftest import Keeper, term

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_chosen_words_are_removed_and_put_back(transactional_db, ruian, sign_in, phone):
    """The bar shows with the first tick, says how many, and lies over nothing that must be reached."""
    more = [term(f"违规词{number:02}") for number in range(12)]
    Keeper(ruian, "ruian-office-head").take(term("代考服务"), term("刷单返利"), *more)
    page = sign_in(ruian.people["ruian-office-head"], phone=phone)
    page.goto("/screening/terms/")
    bar = page.locator(".bulkbar")
    expect(bar).to_be_hidden()
    for word in ("代考服务", "刷单返利"):
        page.locator("tr", has_text=word).locator("td.pick input").check()
    expect(bar.locator("[data-chosen]")).to_have_text("2")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    last, over = page.locator("tbody tr").last.bounding_box(), bar.bounding_box()
    assert last["y"] + last["height"] <= over["y"] or over["y"] + over["height"] <= last["y"]
    bar.get_by_role("button", name="移除").click()
    expect(page.locator("td.main-cell")).to_have_count(len(more))
    page.goto("/screening/terms/?tab=gone")
    page.locator("tr", has_text="代考服务").locator("td.pick input").check()
    bar.get_by_role("button", name="恢复").click()
    expect(page.locator("td.main-cell")).to_have_count(len(more) + 1)
    expect(page.locator("td.main-cell").first).to_have_text("代考服务")
