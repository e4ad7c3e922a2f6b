"""Terms: what a text says of their first and last days is held against the school's calendar."""

from datetime import date

import pytest

from guanhao.screening.force import Force
from guanhao.screening.hits import HitClass
from guanhao.screening.schoolterms import SchoolTerm
from guanhao.screening.screen import Screening, screen
from guanhao.screening.text import TextView

TERMS = (SchoolTerm(date(2026, 9, 7), date(2027, 1, 17)), SchoolTerm(date(2027, 3, 1), date(2027, 7, 11)))


def hits(text, terms=TERMS):
    return screen(TextView.plain("body", text), Screening(figures=True, school_terms=terms))


@pytest.mark.article("gpnu-21")
@pytest.mark.parametrize(
    ("text", "right", "force"),
    [
        ("2026—2027学年第一学期于9月1日开学。", "9月7日", Force.HINT), ("2026-2027学年第1学期2026年9月1日正式上课", "9月7日", Force.HINT),
        ("2026—2027学年第一学期定于10月9日开学", "9月7日", Force.WARN), ("9月2日，学校2026—2027学年第一学期正式开学。", "9月7日", Force.HINT),
        ("2026—2027学年第一学期于1月24日结束", "1月17日", Force.HINT), ("2026—2027学年第一学期于2026年1月17日结束", "1月17日", Force.WARN),
        ("2026至2027学年第二学期从2月22日开始", "3月1日", Force.HINT), ("2026—2027学年第二学期7月4日放暑假", "7月11日", Force.HINT),
        ("2026—2027学年第二学期（3月8日至7月11日）", "3月1日", Force.HINT), ("2026—2027学年第二学期（3月1日至7月18日）", "7月11日", Force.HINT),
        ("2026—2027学年度第2学期：2027年3月1日—2027年6月11日", "7月11日", Force.WARN),
    ],
)  # fmt: skip
def test_days_that_are_not_the_calendars_are_told(text, right, force):
    """Few days off may be the week of registration and are a hint."""
    (hit,) = hits(text)
    assert (hit.hit_class, hit.force, hit.suggestions) == (HitClass.FIGURES, force, (right,))


@pytest.mark.parametrize(
    "text",
    [
        "2026—2027学年第一学期于9月7日开学。", "2026—2027学年第一学期（9月7日至1月17日）", "2026—2027学年第二学期2027年3月1日正式上课", "9月7日，2026—2027学年第一学期开学",
        "2024—2025学年第一学期于9月1日开学", "2026—2027学年第一学期期中考试于11月9日开始报名", "本学期9月1日开学", "2026—2027学年第一学期13月41日开学",
    ],
)  # fmt: skip
def test_the_calendars_days_and_terms_it_does_not_know_are_left_alone(text):
    """Nothing is said of other years, nor of what is not the term's own beginning."""
    assert [hit for hit in hits(text) if "校历" in hit.message.zh] == []


def test_without_a_calendar_nothing_is_said():
    """A school that entered no terms."""
    assert hits("2026—2027学年第一学期于10月9日开学", ()) == []


def test_hostile_repetition_takes_bounded_time():
    """No pattern goes back over what it read."""
    for text in (
        "2026—2027学年第一学期" * 100_000,
        "9月1日" * 200_000,
        "2026—2027学年第一学期9月1日至" * 80_000,
    ):
        assert len(hits(text)) <= 2_000
