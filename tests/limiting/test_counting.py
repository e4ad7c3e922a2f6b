"""NT4: how often one may, alone and together, and that who it was is not kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from guanhao.core import clock, tenancy
from guanhao.core.clock import CHINA
from guanhao.limiting.counting import allowed, forget, seconds_left
from guanhao.limiting.models import Counted
from guanhao.limiting.types import MINUTE, MOST, Most, Use

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=CHINA)
HERE, THERE = "203.0.113.7", "203.0.113.8"


@pytest.mark.requirement("NT4")
def test_an_address_is_refused_beyond_the_limit_and_others_are_not(ruian):
    """The last allowed one passes, the next does not, another address does, and the next span begins anew."""
    most, span = MOST[Use.REPORT].one, MOST[Use.REPORT].span
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
    most = MOST[Use.REPORT].one
    with clock.frozen(NOON):
        for _ in range(most + 5):
            allowed(Use.REPORT, HERE)
    row = Counted.objects.get()
    assert row.count == most
    assert HERE not in str(Counted.objects.values())


def test_counts_of_yesterday_are_dropped(ruian):
    """What is older than a day is gone after the hourly round; today's stays."""
    with clock.frozen(NOON):
        allowed(Use.CHECK, HERE)
    with clock.frozen(NOON + timedelta(hours=30)):
        allowed(Use.CHECK, HERE)
        forget()
        assert Counted.objects.count() == 1


@pytest.mark.requirement("NT4")
def test_an_institution_has_a_bound_in_common(ruian, gpnu, monkeypatch):
    """Many people together reach it though none reached theirs; another institution has its own."""
    monkeypatch.setitem(MOST, Use.SEARCH, Most(2, MINUTE, together=3))
    with clock.frozen(NOON):
        with tenancy.within(ruian.institution):
            assert [allowed(Use.SEARCH, who) for who in ("1", "1", "1", "2", "3")] == [
                True,
                True,
                False,
                True,
                False,
            ]
            assert seconds_left(Use.SEARCH) == 56
        with tenancy.within(gpnu.institution):
            assert allowed(Use.SEARCH, "1")


@pytest.mark.requirement("NT4")
def test_whoever_is_refused_takes_nothing_from_the_others(ruian, monkeypatch, django_assert_num_queries):
    """One who asks on beyond the own limit does not use up what all have together; each use is one statement."""
    monkeypatch.setitem(MOST, Use.SEARCH, Most(2, MINUTE, together=4))
    with clock.frozen(NOON), tenancy.within(ruian.institution):
        assert [allowed(Use.SEARCH, "1") for _ in range(9)] == [True] * 2 + [False] * 7
        with django_assert_num_queries(1):
            assert allowed(Use.SEARCH, "2")
        assert allowed(Use.SEARCH, "3")
        assert not allowed(Use.SEARCH, "4")
