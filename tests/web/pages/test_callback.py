"""The account's page of message push: an address to copy, keys that are shown once, a switch with a warning."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.inbound.models import CallbackAddress
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.registry import vault
from guanhao.registry.models import Secret
from guanhao.registry.types import SecretKind
from sandbox.wechat import callback

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)


@pytest.fixture
def place(ruian):
    return f"/accounts/{ruian.accounts['flagship'].pk}/"


@pytest.fixture
def page(browser, place):
    """The office's page, after it acted."""
    editor = browser("ruian-editor", fresh=True)

    def act(what="", **fields):
        if what:
            answer = editor.post(f"{place}callback/{what}/", fields)
            return (
                answer if answer.status_code == 200 else editor.get(f"{place}interface/")
            ).content.decode()
        return editor.get(f"{place}interface/").content.decode()

    return act


def test_an_address_is_made_shown_and_works(page, browser, settings):
    """The address on the page answers the platform's check once its keys are made."""
    settings.PUBLIC_URL = "https://guanhao.example"
    assert "生成地址" in page()
    shown = page("address")
    url = re.search(r"https://guanhao\.example(/callback/wechat/[0-9a-f]{48})<", shown)[1]
    assert "缺少密钥" in shown
    assert "不是 https" not in shown
    made = page("keys")
    token = re.search(r'id="new-token" class="mono">([0-9a-f]{32})<', made)[1]
    assert "可以接收" in made
    with clock.frozen(NOW):
        stamp = str(int(NOW.timestamp()))
        query = {
            "signature": callback.signature(token, stamp, "1"),
            "timestamp": stamp,
            "nonce": "1",
            "echostr": "42",
        }
        assert browser().get(url, query).content == b"42"


@pytest.mark.requirement("SE2")
@pytest.mark.requirement("SE1")
def test_new_keys_are_shown_in_one_answer_and_never_again(page, ruian):
    """They are sealed; no later page and no event carries them."""
    page("address")
    made = page("keys")
    keys = [
        re.search(rf'id="{name}" class="mono">([A-Za-z0-9]+)<', made)[1]
        for name in ("new-token", "new-aes-key")
    ]
    assert len(keys[1]) == 43
    account = ruian.accounts["flagship"]
    assert [
        vault.open_secret(account, kind) for kind in (SecretKind.CALLBACK_TOKEN, SecretKind.CALLBACK_KEY)
    ] == keys
    later = page() + str(list(Event.objects.values_list("facts", "detail__data")))
    assert not [key for key in keys if key in later]
    assert not [row for row in Secret.objects.all() if keys[0].encode() in bytes(row.sealed)]


def test_readable_pushes_are_a_switch_with_a_warning(page):
    """Off at first; on, the page says what it means; both are events."""
    page("address")
    assert "明文消息在路上可以被看到" not in page()
    assert "明文消息在路上可以被看到" in page("plain", allowed="yes")
    assert "明文消息在路上可以被看到" not in page("plain", allowed="no")
    told = [
        event.facts["what"]
        for event in Event.objects.filter(action=Action.ACCOUNT_CALLBACK_CHANGED).order_by("index")
    ]
    assert told == ["opened", "plain_allowed", "plain_refused"]


def test_refused_pushes_are_counted_on_the_page(page, browser):
    """Who entered another token on the console finds out here."""
    page("address")
    browser().get("/callback/wechat/" + CallbackAddress.objects.get().key)
    assert "一天内拒绝了 1 次" in page()


@pytest.mark.requirement("SI5")
@pytest.mark.parametrize("what", ["address", "keys", "plain"])
def test_nothing_changes_before_one_confirms_who_one_is(browser, place, what):
    """The post leads to the confirmation; who may not connect is refused first."""
    answer = browser("ruian-editor").post(f"{place}callback/{what}/", {"allowed": "yes"})
    assert answer.url.startswith("/me/confirm/?next=")
    assert browser("ruian-student").post(f"{place}callback/{what}/").status_code == 403
    assert not CallbackAddress.objects.exists()


@pytest.mark.parametrize("what", ["address", "keys", "plain"])
def test_accounts_elsewhere_have_no_such_thing(browser, gpnu, what):
    """An account without an AppID shows no card, and a post answers like for a missing one."""
    account = next(one for one in gpnu.accounts.values() if not one.app_id or one.platform != "wechat")
    office = browser("gpnu-publicity", fresh=True)
    assert 'id="callback"' not in office.get(f"/accounts/{account.pk}/interface/").content.decode()
    assert office.post(f"/accounts/{account.pk}/callback/{what}/").status_code == 404
