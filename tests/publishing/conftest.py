"""Fixtures of publishing tests: a sandbox over real HTTP, one clock, the cast."""

import pytest
from django.conf import settings

from guanhao.core import clock
from guanhao.demo.institutions import APP_SECRET
from guanhao.publishing import sending
from tests.publishing.weibo_world import LINKS, WeiboWorld
from tests.publishing.world import Time, World
from tests.support.sandbox import RunningSandbox

# These batteries ask about the platform, not about the database: on PostgreSQL they belong to the long run.
ABOUT_THE_PLATFORM = {
    "test_answers",
    "test_mass_answers",
    "test_mass_open_questions",
    "test_open_questions",
    "test_starred_switches",
    "test_weibo_answers",
}


def pytest_collection_modifyitems(items):
    """Leave the platform batteries to `make test-long` on PostgreSQL; SQLite runs them always."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    for item in items:
        if item.path.stem in ABOUT_THE_PLATFORM:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory):
    with RunningSandbox.in_thread(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox, settings, monkeypatch):
    """A fresh platform that our client may speak to."""
    running_sandbox.reset()
    monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
    settings.WECHAT_BASE_URL = settings.WEIBO_BASE_URL = running_sandbox.base_url
    return running_sandbox


@pytest.fixture
def time(sandbox, monkeypatch):
    now = Time(sandbox)
    # The process began when the played time did, whatever day these tests run on (K9).
    monkeypatch.setattr(sending, "STARTED", now.instant)
    with clock.frozen(now):
        yield now


@pytest.fixture
def world(time, ruian, sandbox):
    """The college and its account on the platform."""
    account = ruian.accounts["flagship"]
    sandbox.account(
        appid=account.app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
    )
    return World(ruian, time, sandbox)


@pytest.fixture
def weibo(time, gpnu, sandbox, settings):
    """The college and its Weibo account on the platform, not yet connected."""
    settings.JOB_LINK_URL = LINKS
    return WeiboWorld(gpnu, time, sandbox)
