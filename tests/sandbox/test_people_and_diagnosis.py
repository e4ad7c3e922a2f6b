"""People of an account, and what the platform tells about itself (wechat.md 1.4, 1.5, 7.3, 10)."""

from __future__ import annotations

import re

import pytest

from tests.support.sandbox import ControlRefusedError


@pytest.fixture
def people(sandbox, client):
    """The account's followers."""
    sandbox.change_account(client.appid, followers=25)
    return client.get("user/get")["data"]["openid"]


def test_many_people_are_described_at_once(client, people):
    """Up to a hundred; more is 40032."""
    answer = client.post("user/info/batchget", user_list=[{"openid": each} for each in people[:3]])
    assert [each["openid"] for each in answer["user_info_list"]] == people[:3]
    assert client.errcode("user/info/batchget", user_list=[{"openid": people[0]}] * 101) == 40032
    assert client.errcode("user/info/batchget", user_list=[]) == 40032


def test_who_unfollowed_is_told_to_be_gone_and_no_more(sandbox, client, people):
    """Their subscribe is 0 beside the openid; no more in the list; coming back counts again."""
    sandbox.control("followers/act", account=client.appid, openid=people[1], act="unfollow")
    assert client.get("user/info", openid=people[1]) == {"subscribe": 0, "openid": people[1]}
    assert people[1] not in client.get("user/get")["data"]["openid"]
    sandbox.control("followers/act", account=client.appid, openid=people[1], act="follow")
    assert client.get("user/get")["total"] == 25


def test_the_blacklist(sandbox, client, people):
    """Twenty at a time, listed, taken off again; twice is once."""
    assert "data" not in client.post("tags/members/getblacklist", begin_openid="")
    assert client.errcode("tags/members/batchblacklist", openid_list=people[:20]) == 0
    assert client.errcode("tags/members/batchblacklist", openid_list=people[:1]) == 0
    assert client.errcode("tags/members/batchblacklist", openid_list=people[:21]) == 40032
    listed = client.post("tags/members/getblacklist", begin_openid="")
    assert (listed["total"], listed["data"]["openid"]) == (20, people[:20])
    rest = client.post("tags/members/getblacklist", begin_openid=people[18])
    assert rest["data"]["openid"] == [people[19]]
    assert client.errcode("tags/members/batchunblacklist", openid_list=people[:19]) == 0
    assert client.post("tags/members/getblacklist", begin_openid="")["total"] == 1
    assert len(sandbox.effects("blacklist.added")) == 2


@pytest.mark.parametrize(("foreign", "unknown"), [(49003, 40003), (40003, 46004)])
def test_question_30_other_peoples_openids(sandbox, client, stranger, people, foreign, unknown):
    """Of another account, and of nobody."""
    sandbox.switch(foreign_openid_code=foreign, unknown_openid_code=unknown)
    theirs = stranger.get("user/get")["data"]["openid"][0]
    assert client.errcode("tags/members/batchblacklist", openid_list=[theirs]) == foreign
    assert client.errcode("tags/members/batchblacklist", openid_list=["oNobody"]) == unknown


def test_tags_one_may_send_to(sandbox, client, people):
    """Those of the account, with their numbers."""
    sandbox.change_account(client.appid, tags=[2, 100])
    assert [(each["id"], each["count"]) for each in client.get("tags/get")["tags"]] == [(2, 25), (100, 25)]


@pytest.mark.parametrize(
    ("action", "parts"), [("dns", {"dns"}), ("ping", {"ping"}), ("all", {"dns", "ping"})]
)
def test_the_way_to_our_server_is_checked(client, action, parts):
    """Names and packages, by operator."""
    answer = client.post("callback/check", action=action, check_operator="CHINANET")
    assert set(answer) == parts
    assert client.errcode("callback/check", action="all", check_operator="NOBODY") == 40035
    assert client.errcode("callback/check", action="none") == 40035


def test_a_refusal_is_explained_by_its_number_for_a_week(sandbox, client, stranger):
    """Its own account's only."""
    refused = client.post("draft/get", media_id="nothing")
    rid = re.search(r"rid: (\S+)", refused["errmsg"])[1]
    told = client.post("openapi/rid/get", rid=rid)["request"]
    assert told["request_url"] == "/cgi-bin/draft/get"
    assert "40007" in told["response_body"]
    assert stranger.errcode("openapi/rid/get", rid=rid) == 76001
    assert client.errcode("openapi/rid/get", rid="x") == 76002
    sandbox.advance(8 * 86_400)
    client.token = ""
    assert client.errcode("openapi/rid/get", rid=rid) == 76001


@pytest.mark.parametrize("path", ["material/add_news", "material/update_news"])
def test_what_drafts_replaced_is_refused(client, path):
    """Withdrawn in 2022."""
    assert client.errcode(path, articles=[]) == 45106


@pytest.mark.parametrize("arguments", [{"act": "dance"}, {"act": "follow", "openid": "oNobody"}])
def test_mistakes_about_people_are_named(sandbox, client, arguments):
    """Nothing happens then."""
    with pytest.raises(ControlRefusedError):
        sandbox.control("followers/act", account=client.appid, **arguments)
