"""Personal data and secrecy markings: found where they are written, not where they only look alike, never repeated whole."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.screening.hits import HitKind
from guanhao.screening.numbers import NumberShape
from guanhao.screening.personal import is_bank_card, is_id_number
from guanhao.screening.screen import PERSONAL_KINDS, Screening, screen
from guanhao.screening.text import TextView, body_view

ALL = Screening(personal=PERSONAL_KINDS, secrecy=True)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(region="110101", born=date(1999, 12, 31), serial="001"):
    """An invented identity number with the right check digit."""
    first = f"{region}{born:%Y%m%d}{serial}"
    return (
        first
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]
    )


numbers = st.builds(
    id_number,
    st.integers(110000, 659999).map(str),
    st.integers(0, 40_000).map(lambda days: date(1910, 1, 1) + timedelta(days=days)),
    st.integers(0, 999).map("{:03d}".format),
)


def kinds(text):
    return [hit.kind.value for hit in screen(TextView.plain("body", text), ALL)]


@given(numbers)
def test_every_identity_number_is_found_and_never_repeated_whole(number):
    """In running text; nothing of the answer holds it."""
    hits = screen(TextView.plain("body", f"身份证{number}。"), ALL)
    assert [hit.kind for hit in hits] == [HitKind.ID_NUMBER]
    assert number not in repr(hits)
    assert number[6:14] not in repr(hits)


@given(numbers, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_no_identity_number(number, place, shift):
    """The check digit notices every single mistake."""
    digit = number[place]
    if place == 17:
        wrong = "10X98765432"[("10X98765432".index(digit) + shift) % 11]
    else:
        wrong = str((int(digit) + shift) % 10)
    assert not is_id_number(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize("born", ["19991331", "20010229", "18500101"])
def test_an_impossible_birthday_is_no_identity_number(born):
    """Even with a right check digit."""
    first = f"110101{born}001"
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    assert not is_id_number(first + "10X98765432"[total % 11])


@pytest.mark.parametrize(
    "written",
    [
        "13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "0086-138-1234-5678", "１３８１２３４５６７８",
        "138.1234.5678", "电话：19912345678（王老师）", "微信13912345678同号",
    ],
)  # fmt: skip
def test_mobile_numbers_are_found_however_they_are_written(written):
    """With spaces, hyphens, country code and in full-width digits."""
    assert kinds(written) == ["phone"]


@pytest.mark.parametrize(
    "written",
    [
        "12345678901",
        "订单 201812345678901",
        "A13812345678B",
        "1381234567",
        "138123456789",
        "2026-11-20 16:00",
    ],
)
def test_what_only_looks_like_a_mobile_number_is_left_alone(written):
    """Order numbers, dates, a digit too few or too many."""
    assert kinds(written) == []


def test_an_identity_number_split_by_tags_and_spaces_is_found():
    """Readers see one number."""
    number = id_number()
    html = f"<p>{number[:6]}<b> {number[6:14]}</b>&nbsp;{number[14:]}</p>"
    (hit,) = screen(body_view(html), ALL)
    assert hit.kind is HitKind.ID_NUMBER
    assert html[hit.original_start : hit.original_end].startswith("110101<b>")


def test_the_context_of_a_hit_hides_the_next_number():
    """A list of numbers does not leak through the excerpts."""
    hits = screen(TextView.plain("body", "13812345678、13987654321"), ALL)
    assert len(hits) == 2
    assert "98765" not in repr(hits)
    assert "12345" not in repr(hits)


def test_the_context_of_a_hit_shows_what_is_nobodys_number():
    """A date, a count, the number of a document stand as they are."""
    excerpts = [
        hit.excerpt
        for hit in screen(TextView.plain("body", "9月30日前联系13812345678，共120人。文号〔2026〕12号"), ALL)
    ]
    assert excerpts == ["9月30日前联系138****5678，共120人。文"]


def test_the_context_hides_numbers_of_the_institution_and_numbers_whose_owner_is_unknown():
    """Shapes however short, letters of a mail, and six digits or more unless they are a day."""
    wanted = replace(ALL, shapes=(NumberShape("T##-##", HitKind.STUDENT_NUMBER),))
    for written, shown in (
        ("T12-34 ", "***-** "), ("li@a.cn ", "**@*.** "), ("654321 ", "****** "), ("20260901，", "0260901，"),
    ):  # fmt: skip
        hits = screen(TextView.plain("body", f"{written}13812345678"), wanted)
        phone = next(hit for hit in hits if hit.kind is HitKind.PHONE)
        assert phone.excerpt == f"{shown}138****5678"


def test_a_bank_card_is_found_by_its_check_digit():
    """And a wrong one is not."""
    assert is_bank_card("6222020000000000005") == (luhn("6222020000000000005") == 0)
    card = next(
        f"622202000000000000{digit}" for digit in range(10) if luhn(f"622202000000000000{digit}") == 0
    )
    assert kinds(f"卡号 {card}") == ["bank_card"]
    assert kinds(f"卡号 {card[:-1]}{(int(card[-1]) + 1) % 10}") == []


def test_an_e_mail_address_is_found_and_masked():
    """The name is hidden, the host is not."""
    (hit,) = screen(TextView.plain("body", "请发到 wang.lao-shi@example.edu.cn 谢谢"), ALL)
    assert hit.mask == "w***@example.edu.cn"


def test_only_wanted_kinds_are_reported():
    """A phone number is none of an e-mail check's business."""
    assert screen(TextView.plain("body", "13812345678"), Screening(personal=frozenset({"email"}))) == []


@pytest.mark.article("xartvu-12")
@pytest.mark.parametrize(
    "written",
    [
        "机密★1年",
        "绝密☆",
        "密级：秘密",
        "秘密",
        "机密级文件",
        "内部资料",
        "内部文件 注意保存",
        "仅供内部参考",
        "不得外传",
        "严禁对外公开",
        "暂不公开",
    ],
)
def test_markings_of_secrecy_are_found(written):
    """Security classes as documents carry them, and notes that keep a paper inside."""
    assert "secrecy_marking" in kinds(f"第一行\n{written}\n正文")


@pytest.mark.article("xartvu-12")
@pytest.mark.parametrize(
    "written",
    [
        "《秘密花园》读书会",
        "幸福的秘密在于坚持",
        "机密电影观后感",
        "请保存好您的票根",
        "图书馆内部环境焕然一新",
    ],
)
def test_ordinary_words_are_no_markings(written):
    """Literature is not classified."""
    assert kinds(f"第一行\n{written}\n正文") == []


def test_hidden_words_are_screened_and_said_to_be_hidden():
    """They are sent, so they count."""
    (hit,) = screen(body_view('<p>报名<span style="display:none">13812345678</span></p>'), ALL)
    assert hit.hidden


def luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10
