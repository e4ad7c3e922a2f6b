"""The desk counts what it shows once, and counts all of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.contents.models import Article, ArticleHand
from guanhao.contents.types import ArticleState
from guanhao.core import clock, memo
from guanhao.notices.models import Notice
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
