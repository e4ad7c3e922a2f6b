"""The custom menu and the list of followers."""

from __future__ import annotations

import pytest

VIEW = {"name": "官网", "type": "view", "url": "https://school.example/"}


def test_a_menu_is_replaced_read_and_deleted(client):
    """Without one, reading answers 46003."""
    assert client.get("menu/get")["errcode"] == 46003
    client.post("menu/create", button=[VIEW])
    buttons = [{"name": "校园", "sub_button": [VIEW, {"name": "活动", "type": "click", "key": "events"}]}]
    assert client.errcode("menu/create", button=buttons) == 0
    assert client.get("menu/get") == {"menu": {"button": buttons}}
    assert (
        client.get("get_current_selfmenu_info")["selfmenu_info"]["button"][0]["sub_button"]["list"][0] == VIEW
    )
    assert client.get("menu/delete")["errcode"] == 0
    assert client.get("menu/get")["errcode"] == 46003
    assert client.get("get_current_selfmenu_info")["is_menu_open"] == 0


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([VIEW] * 4, 40016),
        ("x", 40016),
        (["x"], 47001),
        ([VIEW | {"name": "字" * 6}], 40018),
        ([VIEW | {"name": ""}], 40018),
        ([VIEW | {"type": "fly"}], 40017),
        ([VIEW | {"url": ""}], 40020),
        ([VIEW | {"url": "https://e.cn/" + "a" * 1024}], 40020),
        ([{"name": "键", "type": "click"}], 40019),
        ([{"name": "键", "type": "click", "key": "k" * 129}], 40019),
        ([{"name": "组", "sub_button": [VIEW] * 6}], 40023),
        ([{"name": "组", "sub_button": [VIEW | {"name": "字" * 21}]}], 40025),
        ([{"name": "组", "sub_button": [{"name": "组", "sub_button": [VIEW]}]}], 40022),
    ],
)
def test_a_menu_that_breaks_a_rule_changes_nothing(client, buttons, errcode):
    """Each level has its own codes."""
    client.post("menu/create", button=[VIEW])
    assert client.errcode("menu/create", button=buttons) == errcode
    assert client.get("menu/get") == {"menu": {"button": [VIEW]}}


def test_followers_are_listed_without_names(sandbox, client, stranger):
    """Openids differ between accounts; nobody's name is told."""
    sandbox.change_account(client.appid, followers=5)
    listed = client.get("user/get")
    assert (listed["total"], listed["count"], len(set(listed["data"]["openid"]))) == (5, 5, 5)
    rest = client.get("user/get", next_openid=listed["data"]["openid"][3])
    assert rest["data"]["openid"] == listed["data"]["openid"][4:]
    assert "data" not in client.get("user/get", next_openid=listed["data"]["openid"][4])
    info = client.get("user/info", openid=listed["data"]["openid"][0])
    assert info["subscribe"] == 1
    assert "nickname" not in info
    assert stranger.get("user/info", openid=info["openid"])["errcode"] == 49003
    assert stranger.get("user/get", next_openid=info["openid"])["errcode"] == 40003
