"""Five past four in the office, on a phone: three pushes without an answer, judged by the platform's own ledger (§2.7)."""

import os
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from guanhao.core.clock import CHINA
from guanhao.people import actions as people
from guanhao.process.steps import ALL_STEPS
from guanhao.publishing.models import HandReport, PublishJob
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.publishing.world import World

pytestmark = [pytest.mark.django_db(transaction=True)]

SUBMIT = "/cgi-bin/freepublish/submit"
FOUR = datetime(2026, 11, 23, 16, 0, tzinfo=CHINA)
LANDED, LOST, ALSO_LOST = "技能月开幕", "图书馆延长开放", "冬季长跑报名"
WORKER = Worker("test/asking-0")


def passes(time, until):
    """Let half minutes pass with the worker at its work."""
    while time.instant < until:
        time.to(min(time.instant + timedelta(seconds=30), until))
        until_idle(ALL_STEPS, WORKER)


@pytest.fixture
def outage(ruian_office, time):
    """At four each of three sends met a dead line: the first after it took effect, the others before.

    The platform's list of publications lags an hour, so that no look finds the first.
    """
    office = ruian_office
    world = World(office.cast, time, office.sandbox)
    people.appoint(
        actor=world.who("ruian-dean")["actor"],
        person=office.cast.people["ruian-editor-2"],
        unit=office.cast.units["办公室"],
        post="operator",
        since=FOUR.date(),
    )
    titles = (LANDED, LOST, ALSO_LOST)
    jobs = [
        world.planned(world.approved(title), due=FOUR + timedelta(seconds=40 * number))
        for number, title in enumerate(titles)
    ]
    office.sandbox.switch(account=world.account.app_id, list_lag=3600.0)
    for minutes in (29, 28, 1):
        time.to(FOUR - timedelta(minutes=minutes))
        until_idle(ALL_STEPS, WORKER)
    for job, when in zip(jobs, ("after", "before", "before"), strict=True):
        office.sandbox.fault("reset", SUBMIT, when=when)
        time.to(job.due_at)
        until_idle(ALL_STEPS, WORKER)
    passes(time, FOUR + timedelta(minutes=5))
    return office


def shot(page, name):
    """A picture of the scene where a folder for it is named."""
    folder = os.environ.get("GUANHAO_SCENE")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def item(page, title):
    return page.locator("fieldset.ask-item", has_text=title)


@pytest.mark.requirement("AP8")
def test_a_clerk_settles_three_unanswered_pushes_on_a_phone_without_losing_or_doubling_one(outage, time):
    """One is there: its link. One is not and cannot wait: a colleague agrees. One may wait: after the quiet time."""
    office = outage
    page = office.page("ruian-editor", phone=True)
    page.goto("/")
    shot(page, "1-desk")
    page.goto("/notices/")
    page.get_by_role("link", name="发布结果未知").first.click()
    shot(page, "2-notice")
    page.get_by_role("link", name="去办理").click()
    expect(page.get_by_role("heading", name="前后发送没有答复")).to_be_visible()
    expect(page.locator("fieldset.ask-item")).to_have_count(3)
    shot(page, "3-asks")
    _says_what_is_there_and_what_is_not(office, page)
    until_idle(ALL_STEPS, WORKER)
    _a_colleague_agrees(office)
    passes(time, FOUR + timedelta(minutes=8))
    assert sorted(office.public_titles()) == sorted([LANDED, LOST])
    passes(time, FOUR + timedelta(minutes=23))
    _sends_the_last_again(page)
    passes(time, FOUR + timedelta(minutes=25))
    assert sorted(office.public_titles()) == sorted([LANDED, LOST, ALSO_LOST])
    assert len(office.sandbox.effects("publish.accepted")) == 3
    assert not PublishJob.objects.exclude(state="published").exists()
    assert HandReport.objects.count() == 3


def _says_what_is_there_and_what_is_not(office, page):
    (there,) = office.sandbox.public()
    landed, lost = item(page, LANDED), item(page, LOST)
    landed.get_by_label("平台上有，已发出").check()
    landed.get_by_label("文章链接").fill(there["url"])
    expect(lost.get_by_text("16:20 起一人即可")).to_be_visible()
    expect(item(page, ALSO_LOST).get_by_label("放弃")).to_be_disabled()
    lost.get_by_label("平台上没有，重发").check()
    expect(lost.get_by_text("不新建")).to_be_visible()
    shot(page, "4-chosen")
    page.get_by_role("button", name="记录以上回答").click()
    expect(page.locator("#toasts")).to_contain_text("已记录 2 项")
    expect(page.locator("fieldset.ask-item")).to_have_count(2)
    expect(item(page, LOST).get_by_text("等另一人确认")).to_be_visible()
    shot(page, "5-after")


def _a_colleague_agrees(office):
    page = office.page("ruian-editor-2", phone=True)
    page.goto("/notices/")
    page.get_by_role("link", name="请确认是否提前重发").click()
    page.get_by_role("link", name="去办理").click()
    shot(page, "6-second")
    page.get_by_role("button", name="平台上确实没有，确认重发").click()
    expect(page.locator("#toasts")).to_contain_text("已确认重发")


def _sends_the_last_again(page):
    page.goto("/publishing/asks/")
    shot(page, "7-after-quiet")
    item(page, ALSO_LOST).get_by_role("link", name=ALSO_LOST).click()
    shot(page, "8-one")
    page.get_by_role("button", name="平台上没有，重发").click()
    expect(page.locator("#toasts")).to_contain_text("已记录")
