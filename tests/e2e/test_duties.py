"""An operator leaves 瑞安学院: the rotation is owed, overdue after the working day, closed with proof, all seen in pages."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from guanhao.core import actors
from guanhao.duties.models import Duty
from guanhao.people import actions as people
from guanhao.process.drawing import draw_consequences
from guanhao.process.owing import keep_duties
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.duties.conftest import rotate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACTOR, ME = actors.system("test"), Worker("test/e2e")
PICTURES = os.environ.get("GUANHAO_E2E_PICTURES", "")


def background():
    """What a worker would do meanwhile."""
    until_idle([draw_consequences], ME)
    keep_duties(ME)
    until_idle([draw_consequences], ME)


def picture(page, name):
    """A picture of the page at both widths, where a folder is named."""
    if PICTURES:
        for width, height in ((1440, 900), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.article("ruian-6.6")
def test_an_operator_leaves_and_the_rotation_is_owed_late_and_closed(ruian_office):
    """The head of the office sees it on the desk, the leader once it is late; the rotation ends it, and the page says how."""
    office = ruian_office
    account = office.cast.accounts["flagship"]
    leaver = account.holders.order_by("slot").first().person
    people.deactivate(actor=ACTOR, person=leaver, on=office.time.instant.date())
    background()
    duty = Duty.objects.get(task="rotate_credential")

    head = office.page("ruian-office-head")
    head.goto("/")
    expect(head.get_by_role("heading", name="我承担的义务")).to_be_visible()
    picture(head, "desk")
    head.get_by_role("link", name="更换密码").first.click()
    expect(head.get_by_role("heading", name="更换密码")).to_be_visible()
    expect(head.get_by_text("办理的结果登记后自动销项")).to_be_visible()
    picture(head, "duty")

    office.time.to(office.time.instant + timedelta(days=4))
    background()
    leader = office.page("ruian-leader")
    leader.goto("/duties/?tab=to-me")
    expect(leader.get_by_role("link", name="更换密码").first).to_be_visible()
    expect(leader.get_by_text("已逾期").first).to_be_visible()
    picture(leader, "duties")

    with transaction.atomic():
        rotate(account)
    background()
    leader.goto(f"/duties/{duty.key}/")
    expect(leader.get_by_text("义务办结").first).to_be_visible()
    expect(leader.get_by_text("义务逾期").first).to_be_visible()
    picture(leader, "closed")
    for name, path in (
        ("concern-new", "/duties/concerns/new/"),
        ("feed", "/duties/feed/"),
        ("late", "/duties/?tab=open"),
        ("reposts", "/duties/reposts/"),
    ):
        head.goto(path)
        picture(head, name)
