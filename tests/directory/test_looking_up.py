"""Is this account ours? By name, id, address or the text of its QR code."""

from __future__ import annotations

import io
from datetime import date

import pytest
import segno

from guanhao.contents.assets import store_image
from guanhao.core import tenancy
from guanhao.core.actors import system
from guanhao.directory.actions import learn_code
from guanhao.directory.models import KnownCode
from guanhao.directory.queries import shown
from guanhao.directory.reading import entries, look_up
from guanhao.directory.types import By, Outcome, Standing
from guanhao.registry.actions import change_account

CODE = "http://weixin.qq.com/r/9DqVb2zE8vQ6rXkY92yT"


def asked(ruian, text):
    return look_up(ruian.institution, text)


@pytest.mark.article("gpnu-2")
@pytest.mark.article("ruian-2")
def test_an_account_in_use_is_official_by_id_and_by_its_exact_name(ruian):
    """The flagship is found by its WeChat id and by its name; the name alone is said to be no proof."""
    flagship = ruian.accounts["flagship"]
    by_id = asked(ruian, f"  {flagship.handle.upper()} ")
    by_name = asked(ruian, flagship.name)
    assert (by_id.outcome, by_id.by, by_id.entries[0].key) == (Outcome.OFFICIAL, By.ID, flagship.pk)
    assert (by_name.outcome, by_name.by) == (Outcome.OFFICIAL, By.NAME)


@pytest.mark.parametrize(
    "typed",
    [
        "https://weibo.com/u/1234567890",
        "http://www.weibo.com/1234567890?from=myfollow_all",
        "https://m.weibo.cn/u/1234567890/",
        "weibo.com/u/1234567890",
        "https://weibo.com/p/1005051234567890/home",
    ],
)
def test_addresses_of_one_profile_are_one_account(ruian, account, typed):
    """People copy addresses with www, from the telephone and with tracking; each leads to the account."""
    made = account("瑞安学院团委微博", handle="1234567890")
    answer = asked(ruian, typed)
    assert (answer.outcome, answer.by) == (Outcome.OFFICIAL, By.LINK)
    assert [one.key for one in answer.entries] == [made.pk]


def test_a_stored_address_is_found_however_it_is_spelt_and_another_path_is_not(ruian, account):
    """Scheme, www and the last slash do not matter; the path does."""
    account("瑞安学院官网栏目", platform="website", address="https://www.raxy.example/news/")
    assert asked(ruian, "http://raxy.example/news").outcome is Outcome.OFFICIAL
    assert asked(ruian, "https://raxy.example/new").outcome is Outcome.UNKNOWN
    assert asked(ruian, "https://raxy.example.evil.example/news").outcome is Outcome.UNKNOWN


def test_the_address_of_a_wechat_article_is_known_by_its_account(ruian, account):
    """The account's mark in an article's address is compared, not the article."""
    account(
        "瑞安学院招生",
        platform="wechat",
        handle="ra-zs",
        address="https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzA4NDIzNjE5Mg==",
    )
    other = "https://mp.weixin.qq.com/s?__biz=MzA4NDIzNjE5Mg==&mid=26&idx=1&sn=ab"
    assert asked(ruian, other).outcome is Outcome.OFFICIAL
    assert asked(ruian, other.replace("MzA4", "MzB4")).outcome is Outcome.UNKNOWN


def test_a_scanned_code_is_known_once_its_picture_was_read(ruian):
    """The register's picture is read in a process of its own; another code is not recognised."""
    person, flagship = ruian.people["ruian-editor"], ruian.accounts["flagship"]
    out = io.BytesIO()
    segno.make(CODE).save(out, kind="png", scale=6)
    stored = store_image(actor=system("test"), person=person, data=out.getvalue())
    account = change_account(actor=system("test"), account=flagship, qr=stored.digest)
    assert asked(ruian, CODE).outcome is Outcome.UNKNOWN
    assert learn_code(account)
    answer = asked(ruian, CODE)
    assert (answer.outcome, answer.by) == (Outcome.OFFICIAL, By.CODE)
    assert asked(ruian, CODE[:-1]).outcome is Outcome.UNKNOWN
    account = change_account(actor=system("test"), account=account, qr="")
    assert not learn_code(account)
    assert not KnownCode.objects.exists()


def test_a_closed_account_is_said_to_be_closed_and_when(ruian, closed):
    """Who meets an account that was given up learns since when it is no longer ours."""
    answer = asked(ruian, closed.handle)
    assert answer.outcome is Outcome.CLOSED
    assert answer.entries[0].closed_on == date(2026, 3, 2)
    assert closed not in shown()


def test_a_missed_inspection_shows_by_itself(ruian, uninspected):
    """Nobody has to say so: the register's own date makes the account unconfirmed, in the list and in the answer."""
    assert asked(ruian, uninspected.handle).outcome is Outcome.UNCONFIRMED
    standing = {one.name: one.standing for one in entries(ruian.institution, shown())}
    assert standing[uninspected.name] is Standing.UNCONFIRMED
    assert standing[ruian.accounts["flagship"].name] is Standing.OFFICIAL


def test_a_suspended_account_is_ours_and_says_so(ruian, account):
    """A stop by the institution is no impostor."""
    account("瑞安学院校友会", handle="1000000003", state="suspended")
    assert asked(ruian, "1000000003").outcome is Outcome.SUSPENDED


def test_an_account_that_was_never_filed_is_not_in_the_directory(ruian, account):
    """An application does not make an account official; nor does a refusal."""
    account("瑞安学院广播站", handle="1000000004", state="applied")
    account("瑞安学院广播台", handle="1000000005", state="refused")
    assert asked(ruian, "1000000004").outcome is Outcome.UNKNOWN
    assert asked(ruian, "1000000005").outcome is Outcome.UNKNOWN


@pytest.mark.article("xartvu-2")
@pytest.mark.parametrize("typed", ["瑞安学院官方新生群", "瑞 安 學 院", "瑞安学院教务处通知"])
def test_a_name_that_only_looks_like_ours_is_unknown_with_a_warning(ruian, typed):
    """Neither in the register nor harmless: the reasons are given."""
    answer = asked(ruian, typed)
    assert answer.outcome is Outcome.UNKNOWN
    assert answer.warning is not None
    assert "瑞安学院" in answer.warning.zh


def test_a_disguised_name_of_an_account_is_no_match(ruian, account):
    """Traditional characters or full-width letters make another name: an impostor's way to be found."""
    made = account("瑞安学院Radio", handle="1000000006")
    answer = asked(ruian, "瑞安學院Ｒadio")
    assert answer.outcome is Outcome.UNKNOWN
    assert made.name in answer.warning.zh


def test_a_strange_name_is_unknown_without_a_warning(ruian):
    """Nothing of ours in it, nothing to say."""
    answer = asked(ruian, "北京烤鸭爱好者")
    assert (answer.outcome, answer.warning, answer.entries, answer.near) == (Outcome.UNKNOWN, None, (), ())


def test_part_of_a_name_brings_the_accounts_that_have_it(ruian, account):
    """Who types half a name is shown the registered ones, but told that it is none of them."""
    account("瑞安学院图书角", handle="1000000007")
    answer = asked(ruian, "图书角")
    assert answer.outcome is Outcome.UNKNOWN
    assert [one.name for one in answer.near] == ["瑞安学院图书角"]


def test_other_institutions_accounts_are_not_answered_for(ruian, xartvu):
    """The scope is one institution's register: another's id is unknown here."""
    foreign = next(iter(xartvu.accounts.values()))
    with tenancy.within(ruian.institution):
        assert asked(ruian, foreign.handle).outcome is Outcome.UNKNOWN
