"""Connecting an account in a real browser: our button, Weibo's page of consent (the sandbox's), back to the account."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from guanhao.registry.models import Connection
from tests.publishing.weibo_world import WeiboWorld

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def college(transactional_db, gpnu, time, running_sandbox, settings, live_server):
    """The college's account, its app registered for the address the browser uses."""
    settings.WEIBO_BASE_URL = running_sandbox.base_url
    settings.PUBLIC_URL = live_server.url
    settings.DEMO = True  # one-click sign-in has no password to confirm
    world = WeiboWorld(gpnu, time, running_sandbox)
    world.register_app()
    return world


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_an_operator_connects_the_account_by_two_clicks(college, sign_in, watch, phone):
    """The policy of our page lets the form end there; afterwards the page shows the end and the day's calls."""
    watch.others.add(urlsplit(college.sandbox.base_url).netloc)
    page = sign_in(college.cast.people["gpnu-college"], phone=phone)
    page.goto(f"/accounts/{college.account.pk}/interface/")
    page.get_by_role("button", name="连接微博").click()
    expect(page).to_have_url(re.compile(re.escape(college.sandbox.base_url)))
    page.get_by_role("button", name="广师计科微博").click()
    expect(page.locator("#connection")).to_contain_text("已连接")
    expect(page.locator("#connection")).to_contain_text("2/100")
    assert Connection.objects.get().uid == college.account.handle
