"""The desk counts what it shows once, and counts all of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from guanhao.contents.models import Article, ArticleHand, Push
from guanhao.contents.types import ArticleState, Channel
from guanhao.core import clock, memo
from guanhao.notices.models import Notice
from guanhao.registry.models import Account
from guanhao.web import access, desks
from guanhao.web.viewer import Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def student(ruian):
    """A contributor at their desk."""
    return Viewer(ruian.people["ruian-student"], ruian.institution, "127.0.0.1")


def _articles(ruian, person, state, number, *, hand=None):
    rows = [
        Article.objects.create(
            institution=ruian.institution,
            title=f"{state}{n}",
            account=ruian.accounts["flagship"],
            owner_unit=ruian.units["办公室"],
            contributor=person,
            state=state,
            created_at=clock.now(),
            changed_at=clock.now() + timedelta(minutes=n),
        )
        for n in range(number)
    ]
    for row in rows if hand else ():
        ArticleHand.objects.create(institution=ruian.institution, article=row, person=hand, at=clock.now())
    return rows


def test_both_piles_of_ones_own_are_counted_apart_and_shown_to_eight(ruian, student):
    """More than fit, in each state; a hand in somebody's article counts once though two had one."""
    me, other = student.person, ruian.people["ruian-section"]
    _articles(ruian, me, ArticleState.RETURNED, desks.SHOWN + 2)
    _articles(ruian, me, ArticleState.DRAFT, 3)
    (shared,) = _articles(ruian, other, ArticleState.DRAFT, 1, hand=me)
    ArticleHand.objects.create(institution=ruian.institution, article=shared, person=other, at=clock.now())
    _articles(ruian, other, ArticleState.RETURNED, 1)
    desk = desks.of(student)
    assert (desk.returned.total, len(desk.returned.rows), desk.returned.more) == (10, 8, 2)
    assert desk.returned.rows[0].title == f"{ArticleState.RETURNED}9"
    assert {row.title for row in desk.own.rows} == {"draft0", "draft1", "draft2"}
    assert desk.own.total == 4


def test_what_the_desk_counted_the_frame_says_too(ruian, student):
    """All of the unread notices though five are shown; and outside the desk the same figure is asked for."""
    Notice.objects.bulk_create(
        Notice(
            institution=ruian.institution,
            person=student.person,
            event_index=2_000_000 + n,
            consequence="x",
            kind="x",
            title_zh=f"通知{n}",
            at=clock.now(),
        )
        for n in range(desks.NOTICES + 2)
    )
    before = access.counts(student)
    with memo.during():
        desk = desks.of(student)
        assert access.unread_count(student) == before.unread == len(desk.notices) + 2
        assert access.counts(student) == before


def _pushes(ruian, day, minutes):
    """Pushes of a day, at minutes after noon."""
    noon = datetime.combine(day, time(12), clock.CHINA)
    Push.objects.bulk_create(
        Push(
            institution=ruian.institution,
            account=ruian.accounts["flagship"],
            channel=Channel.WECHAT_PUBLISH,
            due_at=noon + timedelta(minutes=minute),
            planned_by=ruian.people["ruian-editor"],
            planned_at=noon,
        )
        for minute in minutes
    )


def _minutes(pile):
    noon = pile.rows[0].due_at.astimezone(clock.CHINA).replace(hour=12, minute=0)
    return [(push.due_at - noon).total_seconds() / 60 for push in pile.rows]


@pytest.mark.parametrize("who", ["ruian-editor", "ruian-section-head"])
def test_of_a_days_pushes_the_next_eight_are_shown_and_all_are_counted(ruian, who):
    """What is past gives way where there is more to come; tomorrow is counted apart. Of one's own and of all."""
    viewer = Viewer(ruian.people[who], ruian.institution, "127.0.0.1")
    if who != "ruian-editor":
        Account.objects.update(owner_unit=min(viewer.standing.unit_ids))
    noon = datetime.combine(clock.today(), time(12), clock.CHINA)
    _pushes(ruian, noon.date(), range(-5, 12))
    _pushes(ruian, noon.date() + timedelta(days=1), range(3))
    with clock.frozen(noon):
        desk = desks.of(viewer)
    assert (_minutes(desk.pushes), desk.pushes.total) == (list(range(8)), 17)
    assert (_minutes(desk.tomorrow), desk.tomorrow.total) == ([0, 1, 2], 3)
    with clock.frozen(noon + timedelta(minutes=10)):
        assert _minutes(desks.of(viewer).pushes) == [-5, -4, -3, -2, -1, 0, 10, 11]


@pytest.mark.article("ruian-11")
def test_of_many_gaps_the_nearest_are_shown_and_the_rest_is_counted(ruian, browser):
    """Every account of a large institution may lack a push on every day; the calendar has them all."""
    flagship = ruian.accounts["flagship"]
    for number in range(2 * desks.SHOWN):
        flagship.pk, flagship.handle, flagship.name_key = None, f"handle{number}", f"账号{number}"
        flagship.save(force_insert=True)
    monday = datetime(2026, 11, 23, 8, tzinfo=clock.CHINA)
    with clock.frozen(monday):
        desk = desks.of(Viewer(ruian.people["ruian-office-head"], ruian.institution, "127.0.0.1"))
        page = browser("ruian-office-head").get("/").content.decode()
    assert {gap.day for gap in desk.gaps.rows} == {monday.date()}
    assert len(desk.gaps.rows) == desks.SHOWN
    assert desk.gaps.total == 5 * (2 * desks.SHOWN + 1)
    assert f"另有 {desk.gaps.more} 处，见排期" in page
