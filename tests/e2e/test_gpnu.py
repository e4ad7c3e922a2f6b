"""广东技术师范学院: a college's article to its own account and to the flagship, through every person of the route."""

from datetime import datetime

import pytest

from guanhao.core.clock import CHINA

pytestmark = [pytest.mark.django_db(transaction=True)]

COLLEGE = "计算机科学学院"
AT_ELEVEN = datetime(2026, 11, 23, 11, 0, tzinfo=CHINA)
CREDITS = {"责编": "谢若溪", "图片": "谢若溪", "文字": "谢若溪"}


def _offered(office, title, account):
    page = office.begin("gpnu-college", title, account=account, name=COLLEGE)
    office.write(page, source=COLLEGE, category="工作动态", credits_=CREDITS, pictures=1)
    office.submit(page)


@pytest.mark.article("gpnu-10")
@pytest.mark.article("gpnu-14")
def test_a_colleges_article_reaches_its_own_account(gpnu_office):
    """The college's supervising leader approves; its operator schedules; the college's readers see it."""
    office, title = gpnu_office, "程序设计竞赛校内选拔结束"
    _offered(office, title, "广师计科")
    office.approve("gpnu-college-leader", title, phone=True)
    office.schedule("gpnu-college", title, AT_ELEVEN)
    office.work_until(AT_ELEVEN)
    assert office.public_titles() == [title]
    link = office.link_seen_by("gpnu-college", title)
    assert title in office.sandbox.page(link)


@pytest.mark.article("gpnu-14")
def test_the_flagship_account_asks_the_propaganda_department_in_addition(gpnu_office):
    """For the flagship the head of publicity approves after the college's leader, and publicity's operator publishes."""
    office, title = gpnu_office, "计科院团队获省级一等奖"
    _offered(office, title, "广东技术师范学院")
    office.approve("gpnu-college-leader", title, phone=True)
    assert office.page("gpnu-college").goto("/calendar/").ok
    assert office.page("gpnu-college").locator(".week-free", has_text=title).count() == 0
    office.approve("gpnu-publicity-head", title, phone=True)
    office.schedule("gpnu-publicity", title, AT_ELEVEN)
    office.work_until(AT_ELEVEN)
    assert office.public_titles() == [title]
    link = office.link_seen_by("gpnu-college", title)
    assert title in office.sandbox.page(link)
