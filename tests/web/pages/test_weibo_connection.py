"""Connecting an account with Weibo by its pages: the app, the way to the page of consent and back, the end."""

import pytest

from guanhao.registry.models import Connection, PlatformApp
from tests.publishing.conftest import running_sandbox, sandbox, time, weibo
from tests.publishing.weibo_world import KEY, SECRET

__all__ = ["running_sandbox", "sandbox", "time", "weibo"]

APP = "/accounts/weibo/app/"
GIVEN = {"key": KEY, "secret": SECRET, "safe_domains": "college.example\nb.example", "reviewed": "on"}


@pytest.fixture
def home(weibo):
    """The account's page."""
    return f"/accounts/{weibo.account.pk}/"


def text_of(client, address):
    return client.get(address).content.decode()


def authorised(weibo, client, home, **fields):
    """Press the button and consent on the platform's page; answers the address the browser is sent to."""
    leaves = client.post(f"{home}weibo/authorise/")
    assert leaves.url.startswith(f"{weibo.sandbox.base_url}/oauth2/authorize?"), leaves.url
    brought = weibo.consented(leaves.url, **fields)
    return client.get("/accounts/weibo/back/", brought)


@pytest.mark.requirement("SE2")
def test_the_app_is_written_down_and_its_secret_never_sent_back(browser, weibo):
    """The form shows what the console says; the redirect address to register stands ready to be copied."""
    office = browser("gpnu-publicity", fresh=True)
    page = {"redirect_uri": "http://127.0.0.1:8800/accounts/weibo/back/"}
    assert page["redirect_uri"] in text_of(office, APP)
    assert office.post(APP, GIVEN | page).status_code == 302
    app = PlatformApp.objects.get()
    assert (app.safe_domains, app.reviewed) == (["college.example", "b.example"], True)
    wrong = office.post(APP, GIVEN | page | {"safe_domains": "no domain!"})
    assert wrong.status_code == 422
    assert SECRET not in wrong.content.decode() + text_of(office, APP)


@pytest.mark.requirement("SI5")
def test_app_and_consent_ask_who_one_is_first(browser, weibo, home):
    """A secret is replaced in both, so both want the password of the last five minutes."""
    office = browser("gpnu-publicity")
    assert "/me/confirm/" in office.get(APP).url
    assert "/me/confirm/" in office.post(APP, GIVEN).url
    assert "/me/confirm/" in office.post(f"{home}weibo/authorise/").url
    assert not PlatformApp.objects.exists()


def test_the_page_says_that_without_an_app_posts_go_out_by_hand(browser, weibo, home):
    """The operator reads it; only who may register the app finds the way there."""
    assert "由人手工发布" in text_of(browser("gpnu-college"), f"{home}interface/")
    assert APP not in text_of(browser("gpnu-college"), f"{home}interface/")
    assert APP in text_of(browser("gpnu-publicity"), f"{home}interface/")


@pytest.mark.requirement("CF2")
def test_one_button_leads_to_the_platform_and_back(browser, weibo, home):
    """The page lets its form end on the platform's address, and afterwards shows the end and the calls of today."""
    weibo.register_app()
    operator = browser("gpnu-college", fresh=True)
    page = operator.get(f"{home}interface/")
    assert f"form-action 'self' {weibo.sandbox.base_url}" in page.headers["Content-Security-Policy"]
    assert authorised(weibo, operator, home).url == f"{home}interface/#connection"
    shown = text_of(operator, f"{home}interface/")
    assert "2/100" in shown
    assert "2026-12-23" in shown
    assert Connection.objects.get().uid == weibo.account.handle


def test_an_unreviewed_apps_page_says_who_sees_the_posts(browser, weibo, home):
    """Published does not mean public, and the page says so before anybody writes."""
    weibo.register_app(reviewed=False)
    assert "只有测试账号看得到" in text_of(browser("gpnu-college"), f"{home}interface/")


def test_another_account_is_asked_about_on_the_page(browser, weibo, home):
    """The uid that came back stands beside the registered one, with two buttons."""
    weibo.register_app()
    other = weibo.sandbox.control("weibo/users", uid="5600009999", screen_name="别人的微博")
    operator = browser("gpnu-college", fresh=True)
    authorised(weibo, operator, home, user=other)
    shown = text_of(operator, f"{home}interface/")
    assert "别人的微博" in shown
    assert weibo.account.handle in shown
    assert "别人的微博" not in text_of(browser("gpnu-publicity"), f"{home}interface/")
    operator.post(f"{home}weibo/confirm/", {"uid": "5600009999"})
    assert Connection.objects.get().uid == "5600009999"


def test_another_account_is_handed_back(browser, weibo, home):
    """Not ours: nothing is connected."""
    weibo.register_app()
    other = weibo.sandbox.control("weibo/users", uid="5600009999")
    operator = browser("gpnu-college", fresh=True)
    authorised(weibo, operator, home, user=other)
    operator.post(f"{home}weibo/confirm/", {"discard": "1", "uid": "5600009999"})
    assert not Connection.objects.exists()
    assert "别人的微博" not in text_of(operator, f"{home}interface/")


def test_what_another_browser_brings_back_is_refused(browser, weibo, home):
    """The state belongs to the session that began it; the refusal is a page with the reason."""
    weibo.register_app()
    operator = browser("gpnu-college", fresh=True)
    leaves = operator.post(f"{home}weibo/authorise/")
    brought = weibo.consented(leaves.url)
    answer = browser("gpnu-college", fresh=True).get("/accounts/weibo/back/", brought)
    assert answer.status_code == 403
    assert "重新开始" in answer.content.decode()
    assert not Connection.objects.exists()


def test_disconnecting_and_renewing_by_the_page(browser, weibo, home):
    """After disconnecting the page offers the same button again."""
    weibo.register_app()
    operator = browser("gpnu-college", fresh=True)
    authorised(weibo, operator, home)
    operator.post(f"{home}weibo/disconnect/")
    assert "已断开" in text_of(operator, f"{home}interface/")
    authorised(weibo, operator, home)
    shown = text_of(operator, f"{home}interface/")
    assert "已断开" not in shown.partition('id="connection"')[2].partition("</header>")[0]
