"""The cast at a working hour, a clock moved by hand, and everything that follows drawn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from guanhao.core import actors, clock
from guanhao.core.clock import CHINA
from guanhao.duties.models import Duty
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.process.drawing import draw_consequences
from guanhao.process.owing import keep_duties
from guanhao.registry.actions import subject_of
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
ACTOR = actors.system("test")
ME = Worker("test/duties")


def at(day, hour=9, minute=0, month=11, year=2026):
    """An instant in China, of November 2026 where nothing else is said."""
    return datetime(year, month, day, hour, minute, tzinfo=CHINA)


class Time:
    """The clock's hands."""

    def __init__(self):
        self.now = MONDAY

    def to(self, instant):
        """Move them."""
        self.now = instant

    def on(self, **span):
        """Move them on."""
        self.now += timedelta(**span)


@pytest.fixture
def time():
    """A clock that the test moves by hand."""
    hands = Time()
    with clock.frozen(lambda: hands.now):
        yield hands


@pytest.fixture
def follow(time):
    """Draw what followed from everything so far."""
    return lambda: until_idle([draw_consequences], ME)


@pytest.fixture
def keep(follow):
    """Let the calendar and the ladders do their work, before and after drawing."""

    def run():
        follow()
        keep_duties(ME)
        follow()

    return run


def rotate(account, left=0):
    """The entry custody writes when the platform accepted a new secret, or a second person attested it."""
    return record(
        institution=account.institution,
        actor=ACTOR,
        action=Action.CREDENTIAL_ROTATED,
        subject=subject_of(account),
        facts={"kind": "password", "version": 2, "how": "attested", "left": left},
    ).event


def duties(task, **where):
    """The duties of a task, oldest first."""
    return list(Duty.objects.filter(task=task, **where).order_by("event"))
