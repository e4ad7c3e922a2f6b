"""OAuth: the consent page, codes, tokens with their lifetimes and their ends (weibo.md 2)."""

from __future__ import annotations

import time

import pytest
import requests

from tests.support.weibo_client import PlainWeibo, came_back

DAY = 86_400


def test_the_page_offers_every_identity_and_says_that_it_is_a_sandbox(sandbox, weibo, passer_by):
    """The operator picks the institution's account; state travels along."""
    page = weibo.raw("GET", "/oauth2/authorize", {
        "client_id": weibo.app["app_key"], "redirect_uri": weibo.app["redirect_uri"], "state": '"><b>',
    })  # fmt: skip
    assert page.status_code == 200
    for text in ("测试学院", "路人", "测试应用", "沙箱", "拒绝", "&quot;&gt;&lt;b&gt;"):
        assert text in page.text
    assert '"><b>' not in page.text
    assert "form-action" not in page.headers["Content-Security-Policy"]


def test_a_consent_comes_back_with_code_and_state(weibo):
    """To the registered address."""
    response = weibo.consent(state="x&y")
    assert response.headers["Location"].startswith(weibo.app["redirect_uri"] + "?")
    assert came_back(response)["state"] == "x&y"
    assert came_back(response)["code"]


def test_a_refusal_comes_back_as_one(weibo):
    """21330 and the state, no code."""
    back = came_back(weibo.consent(refuse="1"))
    assert (back["error"], back["error_code"], back["state"]) == ("access_denied", "21330", "s1")
    assert "code" not in back


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"redirect_uri": "https://evil.example/"}, "21322"),
        ({"client_id": "999"}, "21324"),
        ({"response_type": "token"}, "21329"),
    ],
)
@pytest.mark.parametrize("way", ["page", "json", "redirect"])
def test_question_33_how_a_bad_wish_is_answered(sandbox, weibo, fields, errcode, way):
    """A page, JSON, or the way back all the same."""
    sandbox.switch(weibo_authorise_error=way)
    response = weibo.consent(**fields)
    if way == "redirect":
        assert came_back(response)["error_code"] == errcode
    else:
        assert response.status_code == 400
        assert response.headers["Content-Type"].startswith(
            "text/html" if way == "page" else "application/json"
        )
        assert errcode in response.text


def test_a_code_becomes_a_token(weibo, sandbox):
    """With its owner and its lifetime; it works, and the ledger knows neither."""
    answer = weibo.exchange(weibo.authorisation_code()).json()
    assert answer["uid"] == weibo.uid
    assert answer["expires_in"] == 30 * DAY - 1
    weibo.token = answer["access_token"]
    assert weibo.get("account/get_uid") == {"uid": weibo.uid}
    assert answer["access_token"] not in str(sandbox.ledger())
    assert weibo.app["secret"] not in str(sandbox.ledger())


def test_a_code_works_once(weibo):
    """21325 the second time, as an OAuth error."""
    code = weibo.authorisation_code()
    weibo.exchange(code)
    answer = weibo.exchange(code).json()
    assert (answer["error"], answer["error_code"], answer["request"]) == (
        "invalid_grant", 21325, "/oauth2/access_token",
    )  # fmt: skip
    assert answer["error_uri"] == "/oauth2/access_token"


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"client_secret": "wrong"}, 21324),
        ({"client_id": "999"}, 21324),
        ({"grant_type": "password"}, 21328),
        ({"redirect_uri": "http://127.0.0.1/elsewhere"}, 21322),
        ({"client_secret": None}, 21323),
        ({"code": "nonsense"}, 21325),
    ],
)
def test_an_exchange_with_a_mistake_is_refused_and_leaves_the_code_alone(weibo, fields, errcode):
    """Refused calls change nothing."""
    code = weibo.authorisation_code()
    assert weibo.exchange(**({"code": code} | fields)).json()["error_code"] == errcode
    assert "access_token" in weibo.exchange(code).json()


def test_a_code_grows_old(sandbox, weibo):
    """Minutes, by the sandbox's clock."""
    code = weibo.authorisation_code()
    sandbox.advance(601)
    assert weibo.exchange(code).json()["error_code"] == 21325


@pytest.mark.parametrize(
    ("fields", "life"),
    [({"state": "unreviewed"}, DAY), ({"state": "reviewed"}, 30 * DAY), ({"developer": True}, 157_680_000)],
)
def test_a_token_lives_as_its_app_lets_it(sandbox, weibo, fields, life):
    """A day, thirty days, five years; negative seconds and 21327 afterwards."""
    fields = {name: weibo.uid if value is True else value for name, value in fields.items()}
    sandbox.control("weibo/apps/update", app_key=weibo.app["app_key"], **fields)
    weibo.token = weibo.authorise()
    info = weibo.token_info()
    assert (info["uid"], info["appkey"], info["expire_in"]) == (
        int(weibo.uid),
        int(weibo.app["app_key"]),
        life,
    )
    sandbox.advance(life + 5)
    assert weibo.token_info()["expire_in"] == -5
    assert weibo.code("account/get_uid", "GET") == 21327


def test_a_new_token_covers_the_old_one(sandbox, weibo):
    """Unless the switch keeps it alive."""
    old, weibo.token = weibo.token, weibo.authorise()
    assert weibo.code("account/get_uid", "GET") == 0
    assert weibo.code("account/get_uid", "GET", access_token=old) == 21332
    assert weibo.token_info(old)["error_code"] == 21332
    sandbox.switch(weibo_old_token="alive")
    old, weibo.token = weibo.token, weibo.authorise()
    assert weibo.code("account/get_uid", "GET", access_token=old) == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("errcode", [21316, 21319, 21321, 21327, 21332])
def test_question_34_a_revoked_token(sandbox, weibo, method, errcode):
    """The result is a string; what calls get afterwards is a switch."""
    sandbox.switch(weibo_revoked_code=errcode)
    assert weibo.raw(method, "/oauth2/revokeoauth2").json() == {"result": "true"}
    assert weibo.code("account/get_uid", "GET") == errcode
    assert weibo.code("statuses/share", status="x") == errcode


@pytest.mark.parametrize(
    ("end", "errcode"),
    [
        *(("withdrawn", code) for code in (21319, 21316, 21321, 21327, 21332)),
        *(("covered", code) for code in (21332, 21316, 21317, 21327)),
        *(("expired", code) for code in (21327, 21315)),
    ],
)
def test_question_34_other_ends_of_a_token(sandbox, weibo, end, errcode):
    """Withdrawn on the website, covered by a newer one, over its time."""
    sandbox.switch(**{f"weibo_{end}_code": errcode})
    if end == "withdrawn":
        sandbox.control("weibo/withdraw", app_key=weibo.app["app_key"], uid=weibo.uid)
    elif end == "covered":
        weibo.authorise()
    else:
        sandbox.advance(30 * DAY)
    assert weibo.code("account/get_uid", "GET") == errcode


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_question_35_a_withdrawal_calls_the_app(sandbox, weibo, method, httpserver):
    """Unsigned, with app key, user and time."""
    heard = []
    httpserver.expect_request("/gone").respond_with_handler(
        lambda request: heard.append((request.method, request.values.to_dict())) or _ok()
    )
    sandbox.switch(weibo_cancel_method=method)
    sandbox.control(
        "weibo/apps/update", app_key=weibo.app["app_key"], cancel_callback=httpserver.url_for("/gone")
    )
    sandbox.control("weibo/withdraw", app_key=weibo.app["app_key"], uid=weibo.uid)
    assert weibo.code("account/get_uid", "GET") == 21319
    until = time.monotonic() + 5
    while not heard and time.monotonic() < until:
        time.sleep(0.02)
    assert heard == [(method, {"source": weibo.app["app_key"], "uid": weibo.uid, "auth_end": "1795000000"})]
    while sandbox.read("weibo/cancels")["cancels"][0]["answer"] == "lost" and time.monotonic() < until:
        time.sleep(0.02)
    assert sandbox.read("weibo/cancels")["cancels"][0]["answer"].startswith("200")


def _ok():
    from werkzeug import Response

    return Response("ok")


@pytest.mark.parametrize("where", ["authorise", "token", "first_call"])
def test_question_33_the_sixteenth_user_of_an_unreviewed_app(sandbox, weibo, where):
    """21321 where the switch puts it; the fifteen before stay."""
    sandbox.switch(weibo_sixteenth_user=where)
    sandbox.control("weibo/apps/update", app_key=weibo.app["app_key"], state="unreviewed")
    testers = [_user(sandbox, weibo, number) for number in range(14)]
    late = PlainWeibo(sandbox, weibo.app, sandbox.control("weibo/users"), token="")
    assert testers[-1].code("account/get_uid", "GET") == 0
    if where == "authorise":
        assert came_back(late.consent())["error_code"] == "21321"
        return
    exchanged = late.exchange(late.authorisation_code()).json()
    if where == "token":
        assert exchanged["error_code"] == 21321
    else:
        assert late.code("account/get_uid", "GET", access_token=exchanged["access_token"]) == 21321


def _user(sandbox, weibo, number):
    return PlainWeibo(sandbox, weibo.app, sandbox.control("weibo/users", screen_name=f"测试者{number}"))


@pytest.mark.parametrize(
    ("method", "token", "status", "errcode"),
    [
        ("GET", None, 400, 10006),
        ("POST", None, 403, 21301),
        ("GET", "2.00nonsense", 403, 21332),
        ("POST", "2.00nonsense", 403, 21301),
    ],
)
def test_a_call_without_a_good_token_is_refused(weibo, method, token, status, errcode):
    """Reads and writes have words of their own (weibo.md 1)."""
    path = "/2/account/get_uid.json" if method == "GET" else "/2/statuses/share.json"
    response = weibo.raw(method, path, {"access_token": token})
    assert (response.status_code, response.json()["error_code"]) == (status, errcode)
    assert response.json()["request"] == path


def test_the_token_may_come_in_a_header(weibo):
    """``Authorization: OAuth2``, and nothing else by that name."""
    address = f"{weibo.sandbox.base_url}/2/account/get_uid.json"
    good = requests.get(address, headers={"Authorization": f"OAuth2 {weibo.token}"}, timeout=10)
    bad = requests.get(address, headers={"Authorization": f"Bearer {weibo.token}"}, timeout=10)
    assert good.json() == {"uid": weibo.uid}
    assert bad.json()["error_code"] == 10006
    assert weibo.token not in str(weibo.sandbox.ledger())
