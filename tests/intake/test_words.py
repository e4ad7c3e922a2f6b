"""What offices write into the cells of their ledgers, and above its columns."""

from __future__ import annotations

from datetime import date

import pytest

from guanhao.intake import words
from guanhao.intake.columns import Column, order_of
from guanhao.intake.mapping import guess, remember
from guanhao.intake.models import KnownHeading
from guanhao.people.importing import Sheet
from guanhao.registry import kinds


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-01", date(2026, 9, 1)),
        ("2026/9/1", date(2026, 9, 1)),
        ("2026.9.1", date(2026, 9, 1)),
        ("2026年9月1日", date(2026, 9, 1)),
        ("20260901", date(2026, 9, 1)),
        ("2026年9月", date(2026, 9, 1)),
        ("2026-09-01 00:00:00", date(2026, 9, 1)),
        ("", None),
    ],
)
def test_days_are_read_as_offices_write_them(text, day):
    """Every usual way is one day; a month is its first day; nothing is nothing."""
    assert words.day(text) == day


@pytest.mark.parametrize("text", ["2026-02-30", "去年", "9/1", "2026-13-01"])
def test_what_is_no_day_is_not_guessed(text):
    """A day that does not exist is a fault, not another day."""
    with pytest.raises(ValueError):
        words.day(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("微信", ("wechat", "")),
        ("微信订阅号", ("wechat", "subscription")),
        ("微信公众平台 服务号", ("wechat", "service")),
        ("新浪微博", ("weibo", "")),
        ("B站", ("bilibili", "")),
        ("抖音", ("douyin", "")),
        ("手机报", ("mobile_paper", "")),
    ],
)
def test_platforms_are_known_by_their_usual_names(text, place):
    """The catalogue's titles, what everybody says, and kinds that say the platform too."""
    assert words.place(text, words.platform_words(kinds.catalogue())) == place


def sheet(*header):
    return Sheet(header, (("",) * len(header),), 2)


def test_columns_are_guessed_from_their_headings(ruian):
    """Blanks, brackets, stars and the office's own words do not matter; what is unknown is left out."""
    found = guess(sheet("序号", "帐号名称*", "所属 平台", "责任部门（全称）", "UID", "负责人", "是否认证"))
    assert found == {
        Column.NAME: 1,
        Column.PLATFORM: 2,
        Column.UNIT: 3,
        Column.HANDLE: 4,
        Column.RESPONSIBLE: 5,
        Column.VERIFIED: 6,
    }


def test_what_a_person_said_of_a_heading_is_remembered(ruian):
    """A correction outweighs every guess the next time, also that a column means nothing."""
    header = sheet("名称", "平台", "挂靠", "负责人")
    assert guess(header)[Column.RESPONSIBLE] == 3
    remember(header, {Column.NAME: 0, Column.PLATFORM: 1, Column.UNIT: 2})
    assert guess(header) == {Column.NAME: 0, Column.PLATFORM: 1, Column.UNIT: 2}


def test_remembered_headings_are_the_institutions_own(ruian, xartvu):
    """Another institution's words help nobody else (TN3)."""
    remember(sheet("挂靠"), {Column.UNIT: 0})  # in the scope opened last, which is xartvu's
    assert KnownHeading.objects.get().institution_id == xartvu.institution.pk


@pytest.mark.article("xartvu-5")
def test_the_ledger_follows_the_registrars_form(xartvu):
    """The columns of the registration form come first, in its order and words; then what the register knows besides."""
    order = order_of(xartvu.rulebook)
    assert [title.zh for _column, title in order[:3]] == ["备案编号", "责任部门", "平台"]
    assert {column for column, _title in order} == set(Column)


def test_without_a_form_the_ledger_has_our_order():
    """An institution whose regulation has no such form still gets every column once."""
    assert [column for column, _title in order_of(None)] == list(Column)


def test_a_numbered_form_about_something_else_lends_no_heading(ruian):
    """The number of a menu application is not the filing number of an account (ruian has no registration form)."""
    assert [column for column, _title in order_of(ruian.rulebook)] == list(Column)
    assert dict(order_of(ruian.rulebook))[Column.NUMBER].zh == "备案编号"
