"""The cast at a working hour, articles to offer, and a way to draw everything that follows."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.notices.models import Notice
from guanhao.process.drawing import draw_consequences
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.contents.conftest import offer

__all__ = ["offer"]

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
ME = Worker("test/process")


@pytest.fixture
def time():
    """A clock that the test moves by hand."""
    hands = {"now": MONDAY}
    with clock.frozen(lambda: hands["now"]):
        yield hands


@pytest.fixture
def follow(time):
    """Draw all consequences of what happened so far."""
    return lambda: until_idle([draw_consequences], ME)


def told(cast, who):
    """The notices a person of the cast has, oldest first, as (consequence, title)."""
    rows = Notice.objects.filter(person=cast.people[who]).order_by("pk")
    return [(row.consequence, row.title_zh) for row in rows]


def told_people(cast, consequence):
    """The sign-in names of those who were told by a consequence."""
    keys = set(Notice.objects.filter(consequence=consequence).values_list("person", flat=True))
    return {name for name, person in cast.people.items() if person.pk in keys and "-" in name}
