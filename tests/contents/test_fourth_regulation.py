"""An invented hospital's rules run through the same code: other days, other spans, other numbers, other roles."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from guanhao.calendars.working import WorkCalendar
from guanhao.contents import checks
from guanhao.contents.content import Content
from guanhao.contents.rules.matter import Matter
from guanhao.core.clock import CHINA
from guanhao.rulebook.loading import load
from guanhao.rulebook.selectors import Facts

HOSPITAL = load(Path(settings.BASE_DIR) / "tests" / "rulebook" / "data" / "hospital.yaml")
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=CHINA)


def matter(**changes):
    content = Content.of({"title": "冬季护心", "body": "<p>请规律服药。</p>", "cover": "sha256:" + "a" * 64})
    facts = Facts(act="release", owner_kind="ward", platform="wechat", account_use="science", tier=1)
    rest = frozenset(HOSPITAL.calendar.rest_weekdays)
    given = {
        "content": content,
        "facts": facts,
        "rulebook": HOSPITAL,
        "calendar": WorkCalendar(rest_weekdays=rest),
        "now": MONDAY - timedelta(days=10),
        "due_at": MONDAY,
        "reached_at": MONDAY - timedelta(days=5),
    }
    return Matter(**(given | changes))


def told(given, stage):
    return {one.rule for one in checks.find(given, checks.Stage(stage)) if one.article_ref}


@pytest.mark.parametrize(
    ("moment", "lawful"),
    [
        (MONDAY, True),
        (MONDAY.replace(hour=13), False),
        (MONDAY.replace(hour=19), True),
        (MONDAY.replace(day=28), True),  # a Saturday is a working day here
        (MONDAY.replace(day=29), False),  # and Sundays are closed, not free
    ],
)
def test_its_windows_are_its_own(moment, lawful):
    """Lunch and early evening from Monday to Saturday, nothing on Sundays."""
    assert ("window" not in told(matter(due_at=moment), "send")) is lawful


def test_its_lead_time_is_counted_in_calendar_days():
    """Three days; the account for appointments is exempt."""
    late = matter(reached_at=MONDAY - timedelta(days=2, hours=23))
    assert "lead_time" in told(late, "schedule")
    exempt = replace(late, facts=replace(late.facts, account_use="appointment"))
    assert "lead_time" not in told(exempt, "schedule")


def test_its_credits_and_links_are_its_own():
    """A physician is credited on the science account; links stay with the hospital."""
    body = '<p>请规律服药。<a href="https://shop.example/pills">购买</a></p>'
    given = matter(content=Content.of({"title": "冬季护心", "body": body}))
    assert {"credits", "link_hosts"} <= told(given, "submit")


def test_its_exempt_class_is_its_own():
    """An outbreak is told at any hour."""
    outbreak = matter(
        due_at=MONDAY.replace(hour=3), facts=replace(matter().facts, content_classes=frozenset({"outbreak"}))
    )
    assert "window" not in told(outbreak, "send")
