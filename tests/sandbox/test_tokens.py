"""Access tokens: two families, hand-over, force, expiry and every refusal of the token calls."""

from __future__ import annotations

import pytest

from tests.support.wechat_client import PlainClient


def works(client, token):
    """Answer the errcode an ordinary call gets with a token, 0 when it works."""
    return client.get("draft/count", access_token=token).get("errcode", 0)


class TestClassic:
    """GET /cgi-bin/token."""

    def test_each_call_issues_a_new_token_and_the_previous_works_five_minutes_more(self, sandbox, client):
        """Two uncoordinated fetchers knock each other out, but not at once."""
        first = client.classic_token()
        second = client.classic_token()
        assert first["expires_in"] == second["expires_in"] == 7200
        assert first["access_token"] != second["access_token"]
        sandbox.advance(299)
        assert works(client, first["access_token"]) == works(client, second["access_token"]) == 0
        sandbox.advance(2)
        assert works(client, first["access_token"]) == 40001
        assert works(client, second["access_token"]) == 0

    def test_a_token_expires_after_two_hours(self, sandbox, client):
        """Its code differs from that of a retired one."""
        token = client.classic_token()["access_token"]
        sandbox.advance(7199)
        assert works(client, token) == 0
        sandbox.advance(1)
        assert works(client, token) == 42001

    def test_a_post_is_refused(self, client):
        """43001: it is a GET."""
        assert client.post("token")["errcode"] == 43001


class TestStable:
    """POST /cgi-bin/stable_token."""

    def test_repeated_calls_answer_the_same_token_with_what_is_left(self, sandbox, client):
        """That is what makes it safe for several processes."""
        first = client.stable_token()
        sandbox.advance(100)
        assert client.stable_token() == {"access_token": first["access_token"], "expires_in": 7100}

    def test_in_its_last_five_minutes_it_is_renewed_and_both_work(self, sandbox, client):
        """expires_in is never below 300."""
        old = client.stable_token()["access_token"]
        sandbox.advance(6900)
        assert client.stable_token() == {"access_token": old, "expires_in": 300}
        sandbox.advance(1)
        new = client.stable_token()
        assert new["access_token"] != old
        assert new["expires_in"] == 7200
        assert works(client, old) == works(client, new["access_token"]) == 0
        sandbox.advance(300)
        assert works(client, old) == 40001

    def test_the_families_do_not_touch_each_other(self, client):
        """Fetching or forcing one leaves the other alive."""
        classic, stable = client.classic_token()["access_token"], client.stable_token()["access_token"]
        client.stable_token(force_refresh=True)
        assert works(client, classic) == 0
        assert works(client, stable) == 40001
        forced = client.stable_token()["access_token"]
        client.classic_token()
        assert works(client, forced) == 0

    def test_force_kills_the_old_token_at_once(self, client):
        """There is no hand-over."""
        old = client.stable_token()["access_token"]
        assert client.stable_token(force_refresh=True)["access_token"] != old
        assert works(client, old) == 40001

    def test_force_within_thirty_seconds_changes_nothing(self, sandbox, client):
        """The second call answers the token of the first."""
        client.stable_token()
        first = client.stable_token(force_refresh=True)["access_token"]
        sandbox.advance(29)
        assert client.stable_token(force_refresh=True)["access_token"] == first
        sandbox.advance(1)
        assert client.stable_token(force_refresh=True)["access_token"] != first

    @pytest.mark.parametrize(("answer", "errcode"), [("no_refresh", 0), ("refuse", 45009)])
    def test_force_works_twenty_times_a_day(self, sandbox, client, answer, errcode):
        """What the 21st gets is open; both answers can be played."""
        sandbox.switch(force_exhausted=answer)
        client.stable_token()
        tokens = set()
        for _ in range(20):
            tokens.add(client.stable_token(force_refresh=True)["access_token"])
            sandbox.advance(30)
        assert len(tokens) == 20
        last = client.stable_token(force_refresh=True)
        assert last.get("errcode", 0) == errcode
        assert errcode or last["access_token"] in tokens
        sandbox.advance(86_400)
        client.stable_token()
        assert "access_token" in client.stable_token(force_refresh=True)

    def test_a_get_is_refused(self, client):
        """43002: it is a POST."""
        assert client.get("stable_token")["errcode"] == 43002

    def test_force_must_be_a_boolean(self, client):
        """A string is a malformed body."""
        assert client.stable_token(force_refresh="true")["errcode"] == 47001


@pytest.mark.parametrize("fetch", ["classic_token", "stable_token"])
class TestRefusals:
    """What both token calls refuse."""

    @pytest.mark.parametrize(
        ("fields", "errcode"),
        [
            ({"appid": ""}, 41002),
            ({"appid": "wx0000000000000000"}, 40013),
            ({"secret": ""}, 41004),
            ({"secret": "0" * 32}, 40125),
            ({"secret": "钥匙"}, 40125),
            ({"grant_type": "password"}, 40002),
        ],
    )
    def test_wrong_arguments(self, client, fetch, fields, errcode):
        """Each has its own code."""
        assert getattr(client, fetch)(**fields)["errcode"] == errcode

    def test_a_wrong_secret_can_answer_the_other_code(self, sandbox, client, fetch):
        """40001 and 40125 are both on record."""
        sandbox.switch(wrong_secret_code=40001)
        assert getattr(client, fetch)(secret="0" * 32)["errcode"] == 40001

    def test_an_address_that_is_not_allowed_is_named(self, sandbox, client, fetch):
        """The message carries the address, as a person needs it for the console."""
        sandbox.change_account(client.appid, ip_allow=["192.0.2.0/24"])
        answer = getattr(client, fetch)()
        assert answer["errcode"] == 40164
        assert "invalid ip 127.0.0.1" in answer["errmsg"]
        sandbox.change_account(client.appid, ip_allow=["127.0.0.0/8"])
        assert "access_token" in getattr(client, fetch)()

    def test_states_of_the_account(self, sandbox, client, fetch):
        """A frozen secret, a frozen account, an unconfirmed address."""
        for change, errcode in (
            ({"secret_frozen": True}, 40243),
            ({"secret_frozen": False, "ip_unconfirmed": True}, 89503),
            ({"ip_unconfirmed": False, "standing": "frozen"}, 50007),
        ):
            sandbox.change_account(client.appid, **change)
            assert getattr(client, fetch)()["errcode"] == errcode


def test_an_address_outside_the_list_may_use_a_token_it_has(sandbox, client):
    """The list is checked when fetching only."""
    assert works(client, client.token) == 0
    sandbox.change_account(client.appid, ip_allow=[])
    assert works(client, client.token) == 0


def test_a_secret_reset_kills_all_tokens(sandbox, client):
    """The old secret and every token of both families are void."""
    tokens = [client.classic_token()["access_token"], client.stable_token()["access_token"]]
    fresh = sandbox.control("accounts/reset_secret", account=client.appid)
    assert [works(client, token) for token in tokens] == [40001, 40001]
    assert client.stable_token()["errcode"] == 40125
    assert "access_token" in PlainClient(sandbox.base_url, client.appid, fresh["secret"]).stable_token()


def test_tokens_can_be_invalidated_between_two_calls(sandbox, client):
    """The next fetch answers another one."""
    old = client.token
    assert sandbox.control("accounts/invalidate_tokens", account=client.appid)["invalidated"] == 1
    assert works(client, old) == 40001
    assert client.stable_token()["access_token"] != old


@pytest.mark.parametrize(("token", "errcode"), [("", 41001), ("nonsense", 40001)])
def test_a_call_without_a_real_token_is_refused(client, token, errcode):
    """Missing and unknown differ."""
    assert works(client, token) == errcode


def test_an_unknown_token_can_answer_the_other_code(sandbox, client):
    """40001 and 40014 are both on record."""
    sandbox.switch(unknown_token_code=40014)
    assert works(client, "nonsense") == 40014
