"""A real browser against a live server: every person of the cast may sign in, and nothing may ask another host."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from guanhao.core import clock
from guanhao.demo.institutions import APP_SECRET
from guanhao.ledger import keys
from tests.e2e.office import Office
from tests.publishing.world import Time
from tests.support.sandbox import RunningSandbox

# Playwright's event loop lives in the test's thread, where Django would refuse its ordinary database calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = os.environ.get("GUANHAO_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 45_000  # milliseconds; a machine that others use may take three times as long as it should
expect.set_options(timeout=PATIENCE)
VENDOR = Path(django_settings.BASE_DIR) / "build" / "vendor" / "hugerte"
REFUSALS = ("status of 409", "status of 422")  # an answer, which the browser calls an error
BACKEND = "guanhao.web.belonging.Recognition"


def pytest_collection_modifyitems(items):
    """Whatever stands here drives a browser, and is run once: what that sees does not depend on the database."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    if not VENDOR.is_dir():
        pytest.fail("build/vendor is missing: run tools/assets.py, or make test, which does.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def running_sandbox(tmp_path):
    with RunningSandbox.in_thread(tmp_path) as sandbox:
        yield sandbox


@pytest.fixture
def time(running_sandbox, settings, monkeypatch):
    """One clock for the browser's server, the worker and the platform."""
    running_sandbox.reset()
    monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
    settings.WECHAT_BASE_URL = running_sandbox.base_url
    keys.create_if_missing()  # the worker signs checkpoints of the ledger
    now = Time(running_sandbox)
    with clock.frozen(now):
        yield now


class Watch:
    """What must not happen in any page: another host, an error in a script, a policy that had to be broken."""

    def __init__(self, home):
        self.host = urlsplit(home).netloc
        self.others = set()  # hosts a test says the browser is led to
        self.wrong = []
        self.expected = [*REFUSALS]

    def over(self, page):
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        page.on("console", self._console)

    def _request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in {self.host, *self.others}:
            self.wrong.append(f"asked another host: {request.url}")

    def _console(self, message):
        if message.type == "error" and not any(words in message.text for words in self.expected):
            self.wrong.append(f"console: {message.text}")


@pytest.fixture
def watch(live_server):
    """What is wrong in any page ends the test; a test may say what it expects."""
    return Watch(live_server.url)


@pytest.fixture
def sign_in(browser, live_server, watch):
    """Open a page as somebody of the cast: ``sign_in(person, phone=True)``."""
    contexts = []

    def enter(person, *, phone=False):
        client = Client()
        client.force_login(person.user, backend=BACKEND)
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(PATIENCE)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not watch.wrong, "\n".join(watch.wrong)


def _office(cast, time, sign_in, sandbox):
    for account in cast.accounts.values():
        if account.app_id:
            sandbox.account(appid=account.app_id, secret=APP_SECRET, type="SUB", verified=account.verified)
    return Office(cast, time, sign_in, sandbox)


@pytest.fixture
def ruian_office(transactional_db, ruian, time, sign_in, running_sandbox):
    """瑞安学院 at work."""
    return _office(ruian, time, sign_in, running_sandbox)


@pytest.fixture
def gpnu_office(transactional_db, gpnu, time, sign_in, running_sandbox):
    """广东技术师范学院 at work."""
    return _office(gpnu, time, sign_in, running_sandbox)


@pytest.fixture
def xartvu_office(transactional_db, xartvu, time, sign_in, running_sandbox):
    """西安广播电视大学 at work."""
    return _office(xartvu, time, sign_in, running_sandbox)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Where a folder is named, a failed test leaves pictures of the pages it had open."""
    outcome = yield
    folder = os.environ.get("GUANHAO_E2E_PICTURES")
    office = next(
        (value for key, value in getattr(item, "funcargs", {}).items() if key.endswith("_office")), None
    )
    if folder and office is not None and outcome.get_result().failed and outcome.get_result().when == "call":
        for who, page in office.pages.items():
            page.screenshot(path=f"{folder}/{item.name[:60]}-{who}.png", full_page=True)
