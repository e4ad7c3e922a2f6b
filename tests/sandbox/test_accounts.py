"""Which account may call what: grants, verification, standing, quotas, and what the platform says about it."""

from __future__ import annotations

import pytest

from tests.support.sandbox import ControlRefusedError
from tests.support.wechat_client import PlainClient

PROBES = {
    "draft": ("GET", "draft/count", {}),
    "publish": ("POST", "freepublish/batchget", {"offset": 0, "count": 1, "no_content": 1}),
    "material": ("GET", "material/get_materialcount", {}),
    "user": ("GET", "user/get", {}),
    "menu": ("GET", "get_current_selfmenu_info", {}),
    "account_info": ("GET", "account/getaccountbasicinfo", {}),
}


def probe(client, group):
    """Answer the errcode of a call of a group that has no side effect."""
    method, path, body = PROBES[group]
    answer = client.get(path) if method == "GET" else client.post(path, body)
    return answer.get("errcode", 0)


def client_of(sandbox, **fields):
    """Answer a client of a new account."""
    account = sandbox.account(**fields)
    return PlainClient(sandbox.base_url, account["appid"], account["secret"])


@pytest.mark.parametrize(
    ("fields", "withheld"),
    [
        ({}, set()),
        ({"type": "SVC"}, set()),
        ({"principal": "government"}, set()),
        ({"verified": False}, {"publish", "user", "menu"}),
        ({"verified": False, "type": "SVC"}, {"publish", "user"}),
        ({"principal": "individual"}, {"publish"}),
    ],
)
def test_publishing_needs_a_verified_account_that_is_no_individual(sandbox, fields, withheld):
    """Drafts and material stay open to all, so that a person can press the button."""
    client = client_of(sandbox, **fields)
    codes = {group: probe(client, group) for group in PROBES}
    assert {group for group, code in codes.items() if code == 48001} == withheld
    assert set(codes.values()) <= {0, 48001}


def test_verification_lapses_at_its_moment(sandbox):
    """The same call works before and answers 48001 after."""
    client = client_of(sandbox, verified_until=sandbox.read("clock")["now"] + 60)
    assert probe(client, "publish") == 0
    sandbox.advance(60)
    assert probe(client, "publish") == 48001


def test_material_can_be_kept_to_verified_accounts(sandbox):
    """The two published tables disagree; both can be played."""
    client = client_of(sandbox, verified=False)
    sandbox.switch(material_for="verified")
    assert probe(client, "material") == 48001
    assert probe(client, "draft") == 0


@pytest.mark.parametrize(
    ("grant", "errcode"), [("not_granted", 48001), ("restricted", 50002), ("banned", 48004)]
)
@pytest.mark.parametrize("group", PROBES)
def test_each_group_can_be_withheld_by_itself(sandbox, client, group, grant, errcode):
    """Other groups go on working."""
    sandbox.change_account(client.appid, grants={group: grant})
    assert {each: probe(client, each) for each in PROBES} == {
        each: errcode if each == group else 0 for each in PROBES
    }


def test_a_restricted_account_can_do_nothing(sandbox, client):
    """50002 on every call."""
    token = client.token
    sandbox.change_account(client.appid, standing="restricted")
    client.token = token
    assert {probe(client, group) for group in PROBES} == {50002}


def test_basic_information_says_what_the_account_is(sandbox):
    """Type, principal and verification as numbers and booleans."""
    client = client_of(sandbox, type="SVC", principal="government", name="测试服务号")
    info = client.get("account/getaccountbasicinfo")
    assert (info["account_type"], info["principal_type"]) == (2, 3)
    assert info["wx_verify_info"]["qualification_verify"] is True
    assert info["nickname_info"]["nickname"] == "测试服务号"
    sandbox.change_account(client.appid, verified=False)
    verify = client.get("account/getaccountbasicinfo")["wx_verify_info"]
    assert verify == {"qualification_verify": False, "naming_verify": False}


def test_platform_addresses_are_addresses_and_networks(client):
    """Clients must cope with both forms."""
    assert client.get("getcallbackip") == {"ip_list": ["127.0.0.1", "127.0.0.0/25"]}


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "APP"},
        {"colour": "red"},
        {"ip_allow": ["no address"]},
        {"grants": {"publish": "maybe"}},
        {"grants": {"nothing": "banned"}},
        {"principal": 3},
        {"verified": "yes"},
        {"grants": ["publish"]},
        {"secret": 5},
    ],
)
def test_a_wrong_account_is_refused_in_words(sandbox, fields):
    """Nothing is created."""
    before = sandbox.read("accounts")
    with pytest.raises(ControlRefusedError):
        sandbox.account(**fields)
    assert sandbox.read("accounts") == before


class TestQuota:
    """Daily and per-minute limits."""

    PATH = "/cgi-bin/draft/count"

    def limit(self, sandbox, client, **limits):
        """Set the limits of draft/count."""
        sandbox.control("quotas", account=client.appid, path=self.PATH, **limits)

    def test_the_daily_limit_answers_45009_until_midnight_in_beijing(self, sandbox, client):
        """The day is Beijing's."""
        self.limit(sandbox, client, daily=2)
        assert [client.get("draft/count").get("errcode") for _ in range(3)] == [None, None, 45009]
        seconds_of_day = (sandbox.read("clock")["now"] + 8 * 3600) % 86_400
        sandbox.advance(86_400 - seconds_of_day - 1)
        client.token = client.stable_token()["access_token"]
        assert client.get("draft/count")["errcode"] == 45009
        sandbox.advance(1)
        assert client.get("draft/count") == {"total_count": 0}

    def test_the_limit_per_minute_answers_45011(self, sandbox, client):
        """The next minute is free again."""
        self.limit(sandbox, client, per_minute=1)
        assert [client.get("draft/count").get("errcode") for _ in range(2)] == [None, 45011]
        sandbox.advance(60)
        assert client.get("draft/count") == {"total_count": 0}

    def test_the_quota_can_be_asked_for(self, sandbox, client):
        """Used and remain add up to the limit."""
        self.limit(sandbox, client, daily=10)
        client.get("draft/count")
        answer = client.post("openapi/quota/get", cgi_path=self.PATH)
        assert answer["quota"] == {"daily_limit": 10, "used": 1, "remain": 9}

    @pytest.mark.parametrize("clear", ["all", "secret", "one"])
    def test_the_quota_can_be_cleared(self, sandbox, client, clear):
        """By token for all, by secret for all, by token for one."""
        self.limit(sandbox, client, daily=1)
        client.get("draft/count")
        assert client.get("draft/count")["errcode"] == 45009
        calls = {
            "all": ("clear_quota", {"appid": client.appid}),
            "secret": ("clear_quota/v2", {"appid": client.appid, "appsecret": client.secret}),
            "one": ("openapi/quota/clear", {"cgi_path": self.PATH}),
        }
        assert client.post(*calls[clear])["errcode"] == 0
        assert client.get("draft/count") == {"total_count": 0}

    def test_clearing_all_works_ten_times_a_month(self, client):
        """Token and secret draw from the same pot."""
        body = {"appid": client.appid, "appsecret": client.secret}
        codes = [client.errcode(path, **body) for path in ["clear_quota", "clear_quota/v2"] * 6]
        assert codes == [0] * 10 + [48006] * 2

    def test_clearing_needs_the_right_account(self, client, stranger):
        """The AppID in the body is that of the token."""
        assert client.errcode("clear_quota", appid=stranger.appid) == 40013
        assert client.errcode("clear_quota/v2", appid=client.appid, appsecret="0") == 40125

    @pytest.mark.parametrize(("counted", "used"), [(True, 1), (False, 0)])
    def test_refused_calls_may_or_may_not_count(self, sandbox, client, counted, used):
        """Open question 11."""
        sandbox.switch(refused_calls_count=counted)
        assert client.errcode("draft/get", media_id="none") == 40007
        quota = client.post("openapi/quota/get", cgi_path="/cgi-bin/draft/get")["quota"]
        assert quota["used"] == used
