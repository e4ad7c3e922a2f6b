"""NT4: how often one address may ask, and that the address itself is not kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.directory.limiting import MOST, allowed, forget_visits
from guanhao.directory.models import Visit
from guanhao.directory.types import Use

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=CHINA)
HERE, THERE = "203.0.113.7", "203.0.113.8"


@pytest.mark.requirement("NT4")
def test_an_address_is_refused_beyond_the_limit_and_others_are_not(ruian):
    """The last allowed one passes, the next does not, another address does, and the next span begins anew."""
    most, span = MOST[Use.REPORT]
    with clock.frozen(NOON):
        answers = [allowed(Use.REPORT, HERE) for _ in range(most + 2)]
        assert answers == [True] * most + [False, False]
        assert allowed(Use.REPORT, THERE)
        assert allowed(Use.CHECK, HERE)
    with clock.frozen(NOON + span):
        assert allowed(Use.REPORT, HERE)


@pytest.mark.requirement("NT4")
def test_beyond_the_limit_nothing_more_is_counted_and_the_address_is_not_kept(ruian):
    """The row stops at the limit, and nothing in it is the address."""
    most, _span = MOST[Use.REPORT]
    with clock.frozen(NOON):
        for _ in range(most + 5):
            allowed(Use.REPORT, HERE)
    row = Visit.objects.get()
    assert row.count == most
    assert HERE not in str(Visit.objects.values())


def test_counts_of_yesterday_are_dropped(ruian):
    """What is older than a day is gone after the hourly round; today's stays."""
    with clock.frozen(NOON):
        allowed(Use.CHECK, HERE)
    with clock.frozen(NOON + timedelta(hours=30)):
        allowed(Use.CHECK, HERE)
        forget_visits()
        assert Visit.objects.count() == 1
