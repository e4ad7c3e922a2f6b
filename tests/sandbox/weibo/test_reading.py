"""Reading posts, users and relations: little, and one's own only (weibo.md 3.3-3.5, 5)."""

from __future__ import annotations

import pytest

from tests.support.wechat_client import png
from tests.support.weibo_client import LINK, PlainWeibo

TEXTS = ("开学典礼", "运动会改期", "食堂供应饺子", "图书馆闭馆", "社团招新啦", "期末考试安排", "放假通知来了")


def timeline(weibo, **fields):
    """The ids in the timeline."""
    return [post["id"] for post in weibo.get("statuses/user_timeline", **fields)["statuses"]]


class TestTimeline:
    """Five at the most, newest first."""

    @pytest.fixture
    def mids(self, weibo):
        """Seven posts, newest first."""
        return [weibo.share(text)["id"] for text in TEXTS][::-1]

    def test_it_shows_the_newest_five_whatever_is_asked(self, weibo, mids):
        """More than five never."""
        assert timeline(weibo) == timeline(weibo, count="100") == timeline(weibo, uid=weibo.uid) == mids[:5]
        assert timeline(weibo, count="2") == mids[:2]

    def test_it_pages_within_the_five(self, weibo, mids):
        """By number and by ids; max_id includes, since_id does not."""
        assert timeline(weibo, count="2", page="2") == mids[2:4]
        assert timeline(weibo, max_id=mids[3]) == mids[3:5]
        assert timeline(weibo, since_id=mids[3]) == mids[:3]

    def test_it_lags(self, sandbox, weibo, mids):
        """A new post appears after the switch's seconds; by id it is there at once."""
        sandbox.advance(60)
        sandbox.switch(weibo_timeline_lag=30)
        new = weibo.share("突然的消息")["id"]
        assert timeline(weibo) == mids[:5]
        assert weibo.get("statuses/show", id=new)["id"] == new
        sandbox.advance(30)
        assert timeline(weibo)[0] == new

    def test_posts_made_by_hand_are_in_it_but_not_among_the_apps_own(self, sandbox, weibo):
        """base_app tells them apart."""
        shared = weibo.share()["id"]
        by_hand = int(sandbox.control("weibo/posts", uid=weibo.uid, text="手工发布")["article_id"])
        assert timeline(weibo) == [by_hand, shared]
        assert timeline(weibo, base_app="1") == [shared]

    def test_features_choose(self, weibo):
        """Pictures only; no such feature is an error."""
        weibo.share()
        pictured = weibo.picture(png(), f"看图说话 {LINK}")["id"]
        assert timeline(weibo, feature="2") == [pictured]
        assert weibo.code("statuses/user_timeline", "GET", feature="9") == 10008

    def test_the_user_may_be_trimmed(self, weibo):
        """To the number alone."""
        weibo.share()
        assert weibo.get("statuses/user_timeline", trim_user="1")["statuses"][0]["user"] == int(weibo.uid)


def test_show_is_for_ones_own_posts(weibo, passer_by):
    """20112 for others', 20101 for none, 20109 without an id."""
    mid = passer_by.share()["idstr"]
    assert weibo.code("statuses/show", "GET", id=mid) == 20112
    assert weibo.code("statuses/show", "GET", id="1") == 20101
    assert weibo.code("statuses/show", "GET") == 20109
    assert weibo.code("statuses/show", "GET", id="x") == 10008
    assert weibo.code("statuses/show", "GET", id="9" * 30) == 10008
    assert weibo.code("statuses/count", "GET", ids="1," + "9" * 30) == 10008


def test_a_post_has_its_date_and_source(weibo):
    """English words, Beijing time, HTML."""
    post = weibo.share()
    assert post["created_at"] == "Wed Nov 18 19:06:40 +0800 2026"
    assert post["source"].startswith("<a href=")
    assert post["visible"] == {"type": 0, "list_id": 0}


def test_counts_come_as_a_bare_array_and_grow(sandbox, weibo):
    """A hundred at once, comments as they are."""
    mid = weibo.share()["id"]
    weibo.post("comments/create", id=mid, comment="好")
    assert weibo.get("statuses/count", ids=mid) == [
        {"id": mid, "idstr": str(mid), "reposts": 0, "comments": 1, "attitudes": 0}
    ]
    sandbox.advance(36_000)
    [grown] = weibo.get("statuses/count", ids=f"{mid},77")
    assert (grown["attitudes"], grown["reposts"]) == (30, 10)
    assert weibo.code("statuses/count", "GET") == 20001
    assert weibo.code("statuses/count", "GET", ids=",".join(["1"] * 101)) == 20009


class TestUsers:
    """Oneself in full, others in part."""

    def test_one_is_shown_in_full(self, weibo):
        """By id or by name, not by both or none."""
        assert weibo.get("users/show", uid=weibo.uid)["followers_count"] == 3
        assert weibo.get("users/show", screen_name="测试学院")["idstr"] == weibo.uid
        assert weibo.code("users/show", "GET") == 20002
        assert weibo.code("users/show", "GET", uid=weibo.uid, screen_name="测试学院") == 10008
        assert weibo.code("users/show", "GET", uid="1") == 20003

    def test_of_strangers_part_is_withheld(self, sandbox, weibo, passer_by):
        """Until they authorise the app, and after they withdraw."""
        stranger = sandbox.control("weibo/users", screen_name="陌生人", description="不给看")
        shown = weibo.get("users/show", uid=stranger["uid"])
        assert shown["screen_name"] == "陌生人"
        assert "description" not in shown
        assert "followers_count" not in shown
        assert "description" in weibo.get("users/show", uid=passer_by.uid)
        sandbox.control("weibo/withdraw", app_key=weibo.app["app_key"], uid=passer_by.uid)
        assert "description" not in weibo.get("users/show", uid=passer_by.uid)

    def test_figures_come_as_an_array(self, weibo):
        """Of oneself; ids are needed."""
        [figures] = weibo.get("users/counts", uids=weibo.uid)
        assert figures == {
            "id": int(weibo.uid),
            "followers_count": 3,
            "friends_count": 0,
            "statuses_count": 0,
        }
        assert weibo.code("users/counts", "GET") == 20002

    def test_only_followers_who_authorised_are_listed(self, sandbox, weibo):
        """Three follow, one is seen; likewise among friends."""
        others = [sandbox.control("weibo/users", follows=[weibo.uid]) for _ in range(3)]
        seen = PlainWeibo(sandbox, weibo.app, others[0])
        sandbox.control("weibo/users/update", uid=weibo.uid, follows=[other["uid"] for other in others])
        for name in ("followers", "friends"):
            answer = weibo.get(f"friendships/{name}", uid=weibo.uid)
            assert [user["idstr"] for user in answer["users"]] == [seen.uid]
        assert weibo.code("friendships/followers", "GET", uid=seen.uid) == 10014

    def test_a_relation_is_shown_from_both_sides(self, sandbox, weibo, passer_by):
        """Who follows whom."""
        sandbox.control("weibo/users/update", uid=passer_by.uid, follows=[weibo.uid])
        answer = weibo.get("friendships/show", target_id=passer_by.uid)
        assert (answer["source"]["followed_by"], answer["source"]["following"]) == (True, False)
        assert (answer["target"]["followed_by"], answer["target"]["following"]) == (False, True)
