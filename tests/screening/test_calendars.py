"""Lunar years, festivals, school years and units: what arithmetic refutes, and what it must leave alone."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.screening.force import Force
from guanhao.screening.hits import HitClass
from guanhao.screening.lunar import lunar_day, solar_day
from guanhao.screening.screen import Screening, screen
from guanhao.screening.text import TextView

FIGURES = Screening(figures=True)


def hits(text):
    return screen(TextView.plain("body", text), FIGURES)


WRONG = [
    ("2026年是农历乙丑年", "丙午"), ("2026丁未羊年联欢会", "丙午"), ("2024年，戊辰年", "甲辰"),
    ("2025年（癸巳年）", "乙巳"), ("丙午蛇年快乐", "马"), ("喜迎乙巳马年", "蛇"), ("甲辰虎年文艺晚会", "龙"), ("癸卯龙年", "兔"),
    ("农历腊月三十一放假", None), ("农历二〇二六年正月卅一", None), ("阴历五月三十二", None),
    ("9月1日教师节", "9月10日"), ("10月10日国庆节", "10月1日"), ("12月4日（国家公祭日）", "12月13日"), ("5月1日五四青年节", "5月4日"),
    ("4月22日是世界读书日", "4月23日"), ("12月3日，第十三个国家宪法日", "12月4日"), ("3月15日植树节", "3月12日"), ("7月11日建党节", "7月1日"),
    ("2026—2028学年", "2027"), ("2026-2026学年第一学期", "2027"), ("2026至2025学年", "2027"), ("2025－2027学年校历", "2026"),
    ("2026—2027学年第四学期", None), ("本学年第5学期开课", None),
    ("重5KG", "kg"), ("全程10KM", "km"), ("高30CM", "cm"), ("功率2KW", "kW"), ("取50ML溶液", "mL"), ("压力3Mpa", "MPa"), ("用电12KWh", "kW·h"),
    ("高5公尺", "米"), ("长三十公分的横幅", "厘米"), ("盛水2公升", "升"), ("55英吋的屏幕", "英寸"), ("占地3000平方，绿化过半", "平方米"), ("容积20立方。", "立方米"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "right"), WRONG)
def test_what_arithmetic_refutes_is_found_with_what_is_right(text, right):
    """As a finding of the figures, at the place."""
    (hit,) = hits(text)
    assert (hit.hit_class, hit.suggestions) == (HitClass.FIGURES, (right,) if right else ())
    assert hit.force is not Force.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "2026年是农历丙午马年", "2026年1月，乙巳年腊月", "2026年乙巳年末", "2024（甲辰）年", "丙午马年大吉", "甲午战争", "戊戌变法", "辛亥革命", "甲子园",
        "农历正月初一", "农历腊月三十", "农历五月初五端午节", "正月十五闹元宵", "9月10日教师节", "10月1日国庆节", "5月4日五四青年节",
        "9月8日教师节前夕", "9月9日教师节活动安排", "12月2日国家宪法日系列活动", "9月30日国庆假期前", "12月4日是第十三个国家宪法日",
        "2026—2027学年", "2026-2027学年第一学期", "2024—2028年规划", "2026至2027学年第2学期", "第四学期开设的课程", "2023级第五学期",
        "重5kg", "全程10km", "KM品牌", "A4纸", "100MB附件", "3000平方米", "平方根", "立方体", "5立方厘米", "3平方公里",
    ],
)  # fmt: skip
def test_right_calendars_and_units_are_left_alone(text):
    """Old years still running in January, wars, festivals spoken of from another day, terms of a whole programme."""
    assert hits(text) == []


@pytest.mark.parametrize(
    "text", ["农历" * 200_000, "2026年" * 200_000, "9月1日" * 200_000, "学年第" * 200_000]
)
def test_hostile_repetition_takes_bounded_time(text):
    """No pattern goes back over what it read; the answer is bounded too."""
    assert len(hits(text)) <= 2_000


MOON = [
    ("2026年2月17日（农历正月初二）", "正月初一"), ("2026年9月25日，农历八月十四", "八月十五"), ("2026年6月19日（星期五，农历五月初四）", "五月初五"),
    ("2025年7月25日（农历六月初一）", "闰六月初一"), ("2025年7月25日（农历闰六月初二）", "闰六月初一"), ("2027年2月5日即农历腊月三十", "腊月廿九"), ("2026年1月26日（农历乙巳年腊月初九）", "腊月初八"),
    ("2026年9月26日中秋节", "9月25日"), ("2026年9月24日是中秋节", "9月25日"), ("2026年6月20日（端午节）", "6月19日"), ("2026年2月18日，春节", "2月17日"),
    ("2026年2月17日除夕", "2月16日"), ("2026年10月17日重阳节", "10月18日"), ("2026年3月2日元宵节", "3月3日"), ("2026年8月20日七夕节", "8月19日"), ("2026年1月27日腊八节", "1月26日"),
    ("9月24日中秋节", "9月25日"), ("6月18日（农历五月初三）", "五月初四"),
]  # fmt: skip
NEAR = Screening(figures=True, on=date(2026, 7, 1))


@pytest.mark.article("gpnu-21")
@pytest.mark.parametrize(("text", "right"), MOON)
def test_the_moon_refutes_lunar_days_and_festivals(text, right):
    """With the year named, or else the year nearest to the day the article goes out."""
    (hit,) = screen(TextView.plain("body", text), NEAR)
    assert (hit.hit_class, hit.force, hit.suggestions) == (HitClass.FIGURES, Force.WARN, (right,))
    assert text[hit.start : hit.end] in text


@pytest.mark.parametrize(
    "text",
    [
        "2026年2月17日（农历正月初一）", "2026年2月17日春节", "2026年2月16日除夕", "2026年9月25日（星期五，农历八月十五）", "2026年9月25日中秋节",
        "2025年7月25日（农历闰六月初一）", "2026年6月19日端午节", "9月25日中秋节", "2026年2月20日春节期间值班", "2026年9月24日中秋节前夕", "2026年9月23日中秋节慰问",
        "2026年2月15日春节放假", "2026年10月18日（农历九月初九）重阳节", "2026年11月28日（农历十月二十）", "2026年12月8日，农历十月三十", "1900年1月31日（农历正月初三）", "2月30日（农历正月初一）并无此日",
    ],
)  # fmt: skip
def test_right_lunar_days_are_left_alone(text):
    """Also days spoken of before a festival, and years no table is good for."""
    found = screen(TextView.plain("body", text), NEAR)
    assert [hit for hit in found if "农历" in hit.message.zh or "年的" in hit.message.zh] == []


def test_without_a_year_and_without_a_day_nothing_is_said_of_the_moon():
    """Nobody knows which year is meant."""
    assert hits("9月24日中秋节") == []


@given(st.dates(date(1951, 1, 1), date(2099, 12, 31)))
def test_every_day_has_one_lunar_day_and_finds_its_way_back(day):
    """Months of 29 or 30 days, years that begin between 20 January and 21 February."""
    lunar = lunar_day(day)
    assert 1 <= lunar.month <= 12
    assert 1 <= lunar.day <= 30
    assert lunar.is_leap or solar_day(lunar.year, lunar.month, lunar.day) == day
    assert date(lunar.year, 1, 20) <= solar_day(lunar.year, 1, 1) <= date(lunar.year, 2, 21)


def test_the_moon_agrees_with_the_statutory_holidays():
    """Every Spring Festival, Dragon Boat and Mid-Autumn holiday the installed table of holidays names holds its day."""
    days = {}
    for day, name in chinese_calendar.holidays.items():
        days.setdefault((day.year, name), set()).add(day)
    fixed = {"Spring Festival": (1, 1), "Mid-autumn Festival": (8, 15), "Dragon Boat Festival": (5, 5)}
    checked = [
        (year, name)
        for year, name in days
        if name in fixed and (year, name) != (2012, "Dragon Boat Festival")
    ]
    assert len(checked) > 50
    for year, name in checked:  # in 2012 the day off was the one before, a Friday
        assert solar_day(year, *fixed[name]) in days[year, name], (year, name)


def test_leap_months_are_where_they_are_known_to_be():
    """Among them the eleventh of 2033, which simple rules get wrong."""
    leaps = {
        (lunar.year, lunar.month)
        for lunar in (lunar_day(date(1990, 1, 1) + timedelta(days=7 * week)) for week in range(2600))
        if lunar.is_leap
    }
    known = {
        (1990, 5),
        (1993, 3),
        (1995, 8),
        (1998, 5),
        (2001, 4),
        (2004, 2),
        (2006, 7),
        (2009, 5),
        (2012, 4),
        (2014, 9),
    }
    known |= {
        (2017, 6),
        (2020, 4),
        (2023, 2),
        (2025, 6),
        (2028, 5),
        (2031, 3),
        (2033, 11),
        (2036, 6),
        (2039, 5),
    }
    assert leaps == known
    assert [lunar_day(date(2025, 7, day)).written for day in (24, 25)] == ["六月三十", "闰六月初一"]
