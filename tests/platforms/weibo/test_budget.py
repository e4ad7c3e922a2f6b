"""The day's hundred calls: publishing never starves, and nothing is asked in vain (weibo.md §6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guanhao.platforms.weibo.budget import Limits, Made, Purpose, free_at, left_today

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # eight in the evening in Beijing
MIDNIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def calls(number, *, ago=2 * MINUTE, writes=False):
    """Calls of a moment ago."""
    return [Made(NOW - ago, writes) for _ in range(number)]


def read_at(purpose, made, now=NOW):
    """When a reading call may be made."""
    return free_at(purpose, writes=False, made=made, now=now)


def write_at(made, **options):
    """When a post may be made."""
    return free_at(Purpose.PUBLISH, writes=True, made=made, now=NOW, **options)


@pytest.mark.parametrize(
    ("purpose", "most"),
    [(Purpose.PUBLISH, 100), (Purpose.VERIFY, 90), (Purpose.COMMENTS, 80), (Purpose.STATISTICS, 70)],
)
def test_the_less_urgent_stops_the_earlier(purpose, most):
    """Until midnight in Beijing."""
    assert read_at(purpose, calls(most - 1)) == NOW
    assert read_at(purpose, calls(most)) == MIDNIGHT
    assert read_at(purpose, calls(most + 50)) == MIDNIGHT


def test_yesterdays_calls_are_forgotten():
    """Yesterday by Beijing's clock, not by the server's."""
    yesterday = [Made(MIDNIGHT - timedelta(days=1) - MINUTE) for _ in range(100)]
    today = [Made(MIDNIGHT - timedelta(days=1)) for _ in range(100)]
    assert read_at(Purpose.PUBLISH, yesterday) == NOW
    assert read_at(Purpose.PUBLISH, today) == MIDNIGHT
    assert read_at(Purpose.PUBLISH, today, MIDNIGHT) == MIDNIGHT
    assert (left_today(yesterday, NOW), left_today(today, NOW)) == (100, 0)


def test_thirty_writes_fill_an_hour():
    """The next waits until the oldest is an hour old; reading does not wait."""
    written = [Made(NOW - minute * MINUTE, writes=True) for minute in range(30, 60)]
    assert write_at(written[1:]) == NOW
    assert write_at(written) == NOW + MINUTE
    assert write_at([*written, Made(NOW, writes=True)]) == NOW + 2 * MINUTE
    assert read_at(Purpose.VERIFY, written) == NOW


def test_reads_fill_no_hour():
    """Only writes count as writes."""
    assert write_at(calls(60)) == NOW


def test_the_later_of_both_limits_holds():
    """Writes of late evening may outlast the day."""
    late = MIDNIGHT - 5 * MINUTE
    made = [Made(late, writes=True)]
    assert free_at(
        Purpose.PUBLISH, writes=True, made=made, now=late, limits=Limits(calls_a_day=1, writes_an_hour=1)
    ) == late + timedelta(hours=1)


def test_limits_are_a_setting():
    """The platform changes them by the app's quality."""
    assert write_at(calls(3), limits=Limits(calls_a_day=3)) == MIDNIGHT
    assert write_at(calls(1, writes=True), limits=Limits(writes_an_hour=1)) == NOW + 58 * MINUTE
