"""Weibo's replies as values: ids stay whole, whatever may be missing may be missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from guanhao.platforms.weibo import reading

BIG = 9_007_199_254_740_993  # the first number floating point cannot tell from its neighbour


def test_an_id_beyond_floating_point_stays_exact():
    """From the text form or the number, in posts, comments and users."""
    body = json.loads(f'{{"id":{BIG},"user":{{"id":{BIG}}},"status":{{"id":{BIG}}}}}')
    assert reading.post(body).mid == str(BIG)
    assert reading.post(body).uid == str(BIG)
    assert reading.comment(body).mid == str(BIG)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"idstr": "1", "mid": "2", "id": 3}, "1"),
        ({"mid": "2", "id": 3}, "2"),
        ({"idstr": "", "id": 3}, "3"),
        ({"id": 5e15}, ""),
        ({"id": True}, ""),
        ({"id": None}, ""),
        ({}, ""),
    ],
)
def test_the_safest_form_of_an_id_is_taken(item, expected):
    """The string before the number; a float is no id."""
    assert reading.identifier(item) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue May 31 17:46:55 +0800 2011", datetime(2011, 5, 31, 9, 46, 55, tzinfo=UTC)),
        ("Sat Jan 01 00:00:00 +0800 2027", datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)),
        ("Sat Jan 01 00:00:00 -0330 2027", datetime(2027, 1, 1, 3, 30, 0, tzinfo=UTC)),
        ("Sat Foo 01 00:00:00 +0800 2027", None),
        ("Sat Jan 32 00:00:00 +0800 2027", None),
        ("Sat Jan 01 00:00 +0800 2027", None),
        ("2027-01-01", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_without_the_machines_language(text, expected):
    """English names, an offset, the year last."""
    assert reading.moment(text) == expected


def test_a_whole_post_is_read():
    """The fields we use, and nothing else."""
    post = reading.post(
        {
            "idstr": "51",
            "text": "你好",
            "created_at": "Tue May 31 17:46:55 +0800 2011",
            "user": {"idstr": "7"},
            "pic_urls": [{"thumbnail_pic": "http://x/1"}],
            "deleted": "1",
            "truncated": True,
            "visible": {"type": 1, "list_id": 0},
        }
    )
    assert (post.mid, post.uid, post.text, post.pictures) == ("51", "7", "你好", 1)
    assert (post.deleted, post.truncated, post.public) == (True, True, False)


@pytest.mark.parametrize(
    "broken", [{}, {"user": None, "visible": [], "pic_urls": {}, "created_at": 5, "deleted": {}}]
)
def test_nonsense_reads_as_absent(broken):
    """No reply makes reading fail."""
    post = reading.post(broken)
    assert (post.mid, post.uid, post.created, post.pictures, post.deleted) == ("", "", None, 0, False)


def test_lists_are_read_item_by_item():
    """Timeline, counts, comments, expanded addresses; what is no item is passed over."""
    assert [post.mid for post in reading.posts({"statuses": [{"id": 1}, {"id": 2}]})] == ["1", "2"]
    assert reading.posts({"statuses": None}) == ()
    assert reading.counts({"items": [{"id": 1, "reposts": "2", "comments": 3}]}) == (
        reading.Counts("1", 2, 3, 0),
    )
    [comment] = reading.comments(
        {
            "comments": [
                {"id": 9, "text": "好", "user": {"id": 3, "screen_name": "某"}, "status": {"idstr": "51"}}
            ]
        }
    )
    assert (comment.cid, comment.mid, comment.uid, comment.name) == ("9", "51", "3", "某")
    urls = [{"url_short": "http://t.cn/a", "url_long": "https://x.example/"}, {"url_short": "http://t.cn/b"}]
    assert reading.expanded({"urls": urls}) == {"http://t.cn/a": "https://x.example/"}


def test_a_grant_gives_the_lifetime_the_platform_gave():
    """Never one we assume; the token stays out of the representation."""
    grant = reading.grant({"access_token": "2.00secret", "expires_in": 86400, "uid": "7"})
    assert (grant.token, grant.seconds, grant.uid) == ("2.00secret", 86400, "7")
    assert "secret" not in repr(grant)


def test_a_token_may_be_over():
    """The remaining seconds are negative then (the field has no s)."""
    state = reading.token_state({"uid": 7, "appkey": 1352222456, "expire_in": -5})
    assert (state.uid, state.app_key, state.seconds) == ("7", "1352222456", -5)


def test_a_profile_reads_what_is_not_withheld():
    """Withheld figures are 0, not an error."""
    assert reading.profile({"id": 7, "screen_name": "某校"}).followers == 0
    whole = reading.profile(
        {"idstr": "7", "followers_count": 12, "verified": True, "verified_reason": "官方"}
    )
    assert (whole.followers, whole.verified, whole.verified_reason) == (12, True, "官方")
