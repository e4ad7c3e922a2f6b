"""What surrounds the calls: faults, the ledger, pages, the control API, restarts."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from sandbox.weibo.switches import SWITCHES
from tests.support.sandbox import ControlRefusedError, RunningSandbox
from tests.support.wechat_client import png
from tests.support.weibo_client import LINK, PlainWeibo

SHARE = "/2/statuses/share.json"


@pytest.mark.parametrize(("when", "posts"), [("before", 0), ("after", 1)])
def test_a_reset_before_or_after_the_effect(sandbox, weibo, when, posts):
    """The client cannot tell them apart; the ledger can."""
    sandbox.fault("reset", SHARE, when=when)
    with pytest.raises(requests.ConnectionError):
        weibo.share()
    assert len(sandbox.effects("post.created")) == len(sandbox.public()) == posts


@pytest.mark.parametrize(
    ("kind", "fields", "status"),
    [("http_error", {"status": 502}, 502), ("busy", {}, 500), ("error", {"errcode": 20016}, 400)],
)
def test_common_faults_wear_weibos_dress(sandbox, weibo, kind, fields, status):
    """A gateway's page, 10001, any code."""
    sandbox.fault(kind, "/2/*", **fields)
    response = weibo.raw("POST", SHARE, {"status": f"x {LINK}"})
    assert response.status_code == status
    expected = {"http_error": None, "busy": 10001, "error": 20016}[kind]
    if expected:
        assert response.json()["error_code"] == expected
    else:
        assert response.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize("kind", ["truncated", "invalid_json"])
def test_an_answer_can_be_spoilt_with_its_effect_standing(sandbox, weibo, kind):
    """Cut in the middle, or no JSON."""
    sandbox.fault(kind, SHARE)
    with pytest.raises(requests.RequestException):
        weibo.share()
    assert len(sandbox.effects("post.created")) == 1


def test_a_fault_can_be_for_one_user(sandbox, weibo, passer_by):
    """By uid."""
    sandbox.fault("busy", "/2/*", account=weibo.uid, count=0)
    assert passer_by.code("account/get_uid", "GET") == 0
    assert weibo.code("account/get_uid", "GET") == 10001


def test_an_error_can_be_worded_unusually(sandbox, weibo):
    """A code as text, no request."""
    sandbox.switch(weibo_error_code_type="string", weibo_error_request="missing")
    answer = weibo.share("没有链接 http://")
    assert answer == {"error": "appkey not bind domain!", "error_code": "10017"}


def test_the_ledger_says_who_what_and_with_which_effect(sandbox, weibo):
    """Form fields, the picture's digest, the code; no token."""
    weibo.picture(png(), f"有图 {LINK}")
    weibo.share("没有链接 http://")
    pictured, refused = sandbox.ledger(path=SHARE)
    assert pictured["account"] == weibo.uid
    assert pictured["decisive"]["status"] == f"有图 {LINK}"
    assert len(pictured["decisive"]["pic"]["sha256"]) == 64
    assert pictured["effects"][0]["kind"] == "post.created"
    assert (refused["errcode"], refused["http_status"], refused["effects"]) == (10017, 400, [])
    assert pictured["token"] == refused["token"] != ""
    assert weibo.token not in str(sandbox.ledger())


def test_the_public_sees_a_post_at_its_address(sandbox, weibo):
    """Its text, its picture, its links; labelled, loading nothing from elsewhere."""
    weibo.picture(png(), f"<b>图</b> {LINK}")
    [post] = sandbox.public()
    page = sandbox.page(post["url"])
    assert page.startswith("200")
    for text in ("沙箱", "测试学院", "&lt;b&gt;图&lt;/b&gt;", '<img src="/sinaimg/', '<a href="/t.cn/'):
        assert text in page
    assert "测试学院" in sandbox.page("/")
    assert "测试学院" in sandbox.page(f"/u/{weibo.uid}")
    picture = requests.get(sandbox.base_url + page.partition('<img src="')[2].partition('"')[0], timeout=10)
    assert picture.content == png()
    assert picture.headers["Content-Type"] == "image/png"


def test_an_address_is_the_id_in_base_62(sandbox, weibo):
    """Seven decimal digits at a time."""
    mid = weibo.share()["idstr"]
    [post] = sandbox.public()
    assert mid == "5000000000000001"
    assert post["url"] == f"{sandbox.base_url}/{weibo.uid}/O00000001"


@pytest.mark.parametrize("way", ["delete", "moderate"])
def test_what_is_gone_has_no_page(sandbox, weibo, way):
    """404, and a trace among the public effects."""
    mid = weibo.share()["idstr"]
    url = sandbox.public()[0]["url"]
    sandbox.control(f"weibo/posts/{way}", mid=int(mid))
    assert sandbox.page(url).startswith("404")
    assert [effect["kind"] for effect in sandbox.public_effects()] == [
        "published", {"delete": "removed", "moderate": "banned"}[way],
    ]  # fmt: skip
    assert sandbox.control(f"weibo/posts/{way}", mid=int(mid))["ended"] is False


@pytest.mark.parametrize("path", ["/u/12345678", "/1234567/abc", "/t.cn/none", "/sinaimg/" + "0" * 32])
def test_what_never_was_has_no_page(sandbox, path):
    """404."""
    assert sandbox.page(path).startswith("404")


@pytest.mark.parametrize(
    ("call", "arguments", "complaint"),
    [
        ("weibo/apps", {"colour": "red"}, "has no colour"),
        ("weibo/apps", {"state": "half"}, "unreviewed"),
        ("weibo/apps", {"safe_domains": "college.example"}, "safe_domains"),
        ("weibo/apps", {"grants": {"fly": "granted"}}, "fly"),
        ("weibo/apps", {"grants": {"post": "maybe"}}, "maybe"),
        ("weibo/apps", {"cancel_callback": "https://elsewhere.example/"}, "this machine"),
        ("weibo/apps/update", {"app_key": "1"}, "no app_key 1"),
        ("weibo/users", {"followers": True}, "followers"),
        ("weibo/users", {"standing": "great"}, "great"),
        ("weibo/authorise", {"app_key": "1", "uid": "2"}, "no app_key"),
        ("weibo/posts/delete", {"mid": 1}, "no such post"),
        ("weibo/comments/delete", {"cid": 1}, "no such comment"),
    ],
)
def test_a_mistake_is_named(sandbox, call, arguments, complaint):
    """And changes nothing."""
    with pytest.raises(ControlRefusedError, match=complaint):
        sandbox.control(call, **arguments)
    assert sandbox.read("weibo/apps")["apps"] == []


def test_a_name_cannot_be_taken_twice(sandbox, weibo):
    """Neither a user's nor an app's."""
    with pytest.raises(ControlRefusedError, match="already"):
        sandbox.control("weibo/users", uid=weibo.uid)


def test_everything_survives_a_restart(tmp_path):
    """Apps, users, tokens, posts, links, limits."""
    with RunningSandbox.in_thread(tmp_path) as sandbox:
        weibo = PlainWeibo(sandbox, sandbox.control("weibo/apps"), sandbox.control("weibo/users"))
        mid = weibo.share()["idstr"]
    with RunningSandbox.in_thread(tmp_path) as again:
        weibo.sandbox = again
        assert weibo.get("statuses/show", id=mid)["idstr"] == mid
        assert weibo.share()["error_code"] == 20019
        assert [post["article_id"] for post in again.public()] == [mid]
        again.reset()
        assert again.read("weibo/users") == {"users": []}


def test_every_switch_is_in_the_manual():
    """By its name."""
    manual = (Path(__file__).resolve().parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert [switch.name for switch in SWITCHES if f"`{switch.name}`" not in manual] == []


def test_examples_can_be_asked_for(sandbox):
    """Apps of both states and three identities, ready to use."""
    sandbox.control("reset", examples=True)
    apps, users = sandbox.read("weibo/apps")["apps"], sandbox.read("weibo/users")["users"]
    assert {app["state"] for app in apps} == {"reviewed", "unreviewed"}
    assert len(users) == 3
    assert "idstr" in PlainWeibo(sandbox, apps[0], users[0]).share()
