"""A hundred calls a day, thirty writes an hour, and what over-use leads to (weibo.md 6)."""

from __future__ import annotations

import pytest

from tests.support.weibo_client import LINK, PlainWeibo

HOUR, DAY = 3_600, 86_400
# The fixtures' clock stands at 19:06:40 in Beijing.
UNTIL_MIDNIGHT = 4 * HOUR + 53 * 60 + 20
UNTIL_NEXT_HOUR = 53 * 60 + 20


def spend(weibo, calls):
    """Make some calls."""
    return [weibo.code("account/get_uid", "GET") for _ in range(calls)]


def write(weibo, number):
    """Post something nobody said before."""
    return weibo.code("statuses/share", status=f"{chr(0x4E00 + 97 * number) * 9} {LINK}")


def test_a_user_has_a_hundred_calls_a_day(sandbox, weibo, passer_by):
    """10023 with HTTP 403 until midnight in Beijing; others have their own."""
    assert set(spend(weibo, 100)) == {0}
    refused = weibo.raw("GET", "/2/account/get_uid.json")
    assert (refused.status_code, refused.json()["error_code"]) == (403, 10023)
    assert spend(passer_by, 1) == [0]
    sandbox.advance(UNTIL_MIDNIGHT - 1)
    assert spend(weibo, 1) == [10023]
    sandbox.advance(1)
    assert spend(weibo, 1) == [0]


@pytest.mark.parametrize("code", [10024, 10023, 20016])
def test_question_42_thirty_writes_an_hour(sandbox, weibo, code):
    """The next one gets a switched code; reading goes on."""
    sandbox.switch(weibo_too_many_writes_code=code)
    assert {write(weibo, number) for number in range(30)} == {0}
    assert write(weibo, 30) == code
    assert spend(weibo, 1) == [0]
    assert len(sandbox.effects("post.created")) == 30


@pytest.mark.parametrize(("way", "wait"), [("clock", UNTIL_NEXT_HOUR), ("sliding", HOUR)])
def test_question_42_what_an_hour_is(sandbox, weibo, way, wait):
    """The clock's, or sixty minutes."""
    sandbox.switch(weibo_hour=way, weibo_writes_an_hour=1)
    write(weibo, 1)
    sandbox.advance(wait - 1)
    assert write(weibo, 2) == 10024
    sandbox.advance(1)
    assert write(weibo, 3) == 0


@pytest.mark.parametrize(("shared", "code"), [(True, 10024), (False, 0)])
def test_question_42_comments_and_the_writes(sandbox, weibo, shared, code):
    """One purse or two."""
    sandbox.switch(weibo_comments_are_writes=shared, weibo_writes_an_hour=1)
    mid = sandbox.control("weibo/posts", uid=weibo.uid, text="手工发布")["article_id"]
    assert weibo.code("comments/create", id=mid, comment="好") == 0
    assert write(weibo, 1) == code


@pytest.mark.parametrize(("per", "code"), [("user", 10023), ("user_and_app", 0)])
def test_question_42_whose_limits_they_are(sandbox, weibo, per, code):
    """A user's, or a user's in one app."""
    sandbox.switch(weibo_limits_per=per, weibo_calls_a_day=2)
    other = PlainWeibo(sandbox, sandbox.control("weibo/apps"), weibo.user)
    spend(weibo, 2)
    assert spend(other, 1) == [code]


@pytest.mark.parametrize(("counts", "left"), [(False, 99), (True, 97)])
def test_question_42_oauth_calls(sandbox, weibo, counts, left):
    """Whether exchanging a code and asking about a token are calls of the day."""
    sandbox.switch(weibo_oauth_counts=counts)
    weibo.token = weibo.exchange(weibo.authorisation_code()).json()["access_token"]
    weibo.token_info()
    assert weibo.get("account/rate_limit_status")["remaining_user_hits"] == left


def test_an_address_has_its_limit(sandbox, weibo, passer_by):
    """10022 for whoever comes from there."""
    sandbox.switch(weibo_calls_an_hour_by_address=3)
    spend(weibo, 3)
    assert spend(passer_by, 1) == [10022]
    sandbox.advance(UNTIL_NEXT_HOUR)
    assert spend(passer_by, 1) == [0]


@pytest.mark.parametrize("code", [10005, 10014, 20015])
def test_question_42_sustained_over_use_blocks_the_app(sandbox, weibo, passer_by, code):
    """For all its users and calls, until somebody lifts it."""
    sandbox.switch(weibo_calls_a_day=1, weibo_block_after=3, weibo_blocked_code=code)
    assert spend(weibo, 5) == [0, 10023, 10023, 10023, code]
    assert spend(passer_by, 1) == [code]
    sandbox.advance(2 * DAY)
    assert spend(weibo, 1) == [code]
    sandbox.control("weibo/apps/update", app_key=weibo.app["app_key"], blocked=False)
    assert spend(weibo, 1) == [0]


def test_what_is_left_can_be_asked(weibo):
    """And asking counts."""
    weibo.share()
    status = weibo.get("account/rate_limit_status")
    assert (status["user_limit"], status["remaining_user_hits"]) == (100, 98)
    assert status["api_rate_limits"][0] == {
        "api": "/statuses/share", "limit": 30, "limit_time_unit": "HOURS", "remaining_hits": 29,
    }  # fmt: skip
    assert (status["reset_time"], status["reset_time_in_seconds"]) == ("2026-11-19 00:00:00", UNTIL_MIDNIGHT)
    assert status["remaining_ip_hits"] == 15_000 - 2
