"""Lunar years, festivals, school years and units: what arithmetic refutes, and what it must leave alone."""

import pytest

from guanhao.screening.force import Force
from guanhao.screening.hits import HitClass
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
    ("占地3000平方，绿化过半", "平方米"), ("容积20立方。", "立方米"),
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
