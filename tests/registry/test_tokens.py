"""One owner of each platform token, renewed once, forced hardly ever (SE7)."""

from datetime import UTC, datetime, timedelta

import pytest

from guanhao.core import clock
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.registry import tokens, vault
from guanhao.registry.models import PlatformToken
from guanhao.registry.tokens import NoToken, Token

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.requirement("SE7")


class Platform:
    """Hands out tokens as told and counts how it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def stable_token(self, app_id, secret, *, force=False):
        self.asked.append(force)
        given = self.answers.pop(0)
        if isinstance(given, Answer):
            return given
        return Answer("stable_token", AnswerClass.DONE, data={"access_token": given, "expires_in": 7200})


@pytest.fixture
def account(ruian):
    return ruian.accounts["flagship"]


@pytest.fixture
def noon():
    now = [NOON]
    with clock.frozen(lambda: now[0]):
        yield now


def test_a_token_is_fetched_once_and_used_until_near_its_end(account, noon):
    """Two callers, one fetch; renewed two minutes before the end."""
    platform = Platform("one", "two")
    assert tokens.token_for(account, platform, "a").value == "one"
    assert tokens.token_for(account, platform, "b").value == "one"
    noon[0] += timedelta(seconds=7100)
    assert tokens.token_for(account, platform, "a").value == "two"
    assert platform.asked == [False, False]


@pytest.mark.requirement("SE1")
def test_the_token_rests_sealed(account, noon):
    """Encrypted, under its own serial."""
    tokens.token_for(account, Platform("canary-token"), "a")
    row = PlatformToken.objects.get(account=account)
    assert b"canary-token" not in bytes(row.sealed)
    assert vault.open_sealed(account, vault.TOKEN_KIND, row.serial, bytes(row.sealed)) == "canary-token"
    assert "canary-token" not in repr(Token("canary-token", 1))


def test_while_one_renews_others_wait(account, noon):
    """The row's lease; a dead renewer's lease runs out."""
    row = PlatformToken.objects.create(
        institution=account.institution,
        account=account,
        renewing_by="x",
        renewing_until=NOON + timedelta(seconds=45),
    )
    with pytest.raises(NoToken) as caught:
        tokens.token_for(account, Platform(), "a")
    assert not caught.value.lasting
    noon[0] += timedelta(seconds=46)
    assert tokens.token_for(account, Platform("one"), "a").value == "one"
    row.refresh_from_db()
    assert (row.renewing_by, row.renewing_until) == ("", None)


def test_after_a_refusal_somebody_elses_newer_token_is_used(account, noon):
    """No second fetch for the same death."""
    platform = Platform("one", "two")
    first = tokens.token_for(account, platform, "a")
    second = tokens.after_refusal(account, platform, "a", first)
    assert second.value == "two"
    assert tokens.after_refusal(account, platform, "b", first) == second
    assert platform.asked == [False, False]


def test_a_refresh_is_forced_only_when_the_same_token_comes_again_and_within_limits(account, noon):
    """Thirty seconds apart, twenty a day."""
    platform = Platform("one", "one", "fresh", "fresh")
    first = tokens.token_for(account, platform, "a")
    forced = tokens.after_refusal(account, platform, "a", first)
    assert (forced.value, platform.asked) == ("fresh", [False, False, True])
    noon[0] += timedelta(seconds=10)
    with pytest.raises(NoToken):
        tokens.after_refusal(account, platform, "a", forced)
    today = [(NOON - timedelta(minutes=number)).isoformat() for number in range(20, 0, -1)]
    PlatformToken.objects.filter(account=account).update(forced_at=today)
    noon[0] += timedelta(minutes=5)
    newest = tokens.after_refusal(account, Platform("other"), "a", tokens.Token("x", 99))
    with pytest.raises(NoToken):
        tokens.after_refusal(account, Platform("other"), "a", newest)


@pytest.mark.parametrize(("code", "lasting"), [(40125, True), (40164, True), (40243, True), (45011, False)])
def test_what_only_a_person_can_mend_is_told_apart(account, noon, code, lasting):
    """A wrong secret is not tried every second."""
    outcome = AnswerClass.REFUSED if lasting else AnswerClass.REFUSED_LATER
    refusal = Answer("stable_token", outcome, errcode=code, errmsg="invalid ip 9.9.9.9, not in whitelist")
    with pytest.raises(NoToken) as caught:
        tokens.token_for(account, Platform(refusal), "a")
    assert (caught.value.lasting, caught.value.code) == (lasting, code)
    assert ("9.9.9.9" in caught.value.sentence.zh) is (code == 40164)
    assert PlatformToken.objects.get(account=account).renewing_until is None


def test_no_transport_error_is_taken_for_a_refusal(account, noon):
    """The platform is away: later."""
    with pytest.raises(NoToken) as caught:
        tokens.token_for(
            account, Platform(Answer("stable_token", AnswerClass.NOT_SENT, why="ConnectError")), "a"
        )
    assert not caught.value.lasting
