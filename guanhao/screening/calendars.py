"""Calendars beside the solar one, school years and units: what arithmetic and the moon refute.

The name of a lunar year follows from its number alone (sixty names, twelve animals); a lunar month has at most thirty
days; which lunar day a solar day is, and on which day a festival falls, `lunar` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from guanhao.core.text import Text
from guanhao.screening.figures import nearest
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.lunar import LunarDay, lunar_day, solar_day
from guanhao.screening.text import TextView

_STEMS, _BRANCHES, _ANIMALS = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥", "鼠牛虎兔龙蛇马羊猴鸡狗猪"
_FIRST_OF_SIXTY = 4  # the year 4 was 甲子
_NAMED_YEAR = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d{{2}})\s*年?[（(\s，,]{{0,2}}(?:是|即|为)?(?:中国)?(?:农历|夏历|阴历)?"
    rf"(?P<name>[{_STEMS}][{_BRANCHES}])(?P<animal>[{_ANIMALS}])?年"
)
_NAME_AND_ANIMAL = re.compile(rf"(?P<stem>[{_STEMS}])(?P<branch>[{_BRANCHES}])(?P<animal>[{_ANIMALS}])年")
_LUNAR_DAY = re.compile(
    r"(?:农历|夏历|阴历)[^，。；\n]{0,8}?(?:正|[一二三四五六七八九十冬腊]{1,2})月(?P<day>卅[一二三四五六七八九]|三十[一二三四五六七八九])"
)
_SCHOOL_YEAR = re.compile(r"(?<!\d)(?P<first>20\d{2})\s*(?:[-－—–~～]{1,2}|至)\s*(?P<last>20\d{2})\s*学年")
_TERM = re.compile(r"学年\s*第(?P<number>[四五六七八九4-9])学期")
# Festivals that a solar date fixes, as (month, day).
_FESTIVALS = {
    "元旦": (1, 1), "三八国际妇女节": (3, 8), "国际妇女节": (3, 8), "植树节": (3, 12), "世界读书日": (4, 23),
    "全民国家安全教育日": (4, 15), "国际劳动节": (5, 1), "五四青年节": (5, 4), "国际护士节": (5, 12), "国际儿童节": (6, 1), "世界环境日": (6, 5),
    "建党节": (7, 1), "建军节": (8, 1), "教师节": (9, 10), "烈士纪念日": (9, 30), "国庆节": (10, 1), "全国消防日": (11, 9),
    "国家宪法日": (12, 4), "国家公祭日": (12, 13),
}  # fmt: skip
_LUNAR_FESTIVALS = {
    "春节": (1, 1), "元宵节": (1, 15), "端午节": (5, 5), "七夕节": (7, 7), "中秋节": (8, 15), "重阳节": (9, 9), "腊八节": (12, 8), "除夕": (1, 0),
}  # fmt: skip
_DAY = r"(?:(?<!\d)(?P<year>(?:19|20)\d{2})\s*年\s*)?(?<![\d月])(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]"
# What follows a festival's name where only the time around it is spoken of.
_SPOKEN_OF = r"(?![前后来将假当期活系主文晚联慰庆表座放]|(?:将|快)?(?:至|到)|是?(?:法定|放))"
_FESTIVAL = re.compile(
    rf"{_DAY}[（(，,是]{{0,2}}(?:第[一二三四五六七八九十\d]{{1,4}}个)?"
    rf"(?P<festival>{'|'.join(sorted({**_FESTIVALS, **_LUNAR_FESTIVALS}, key=len, reverse=True))}){_SPOKEN_OF}"
)
_BOTH_DAYS = re.compile(
    rf"{_DAY}[（(，,、\s]{{0,2}}(?:(?:星期|周)[一二三四五六日天])?[）)，,、\s]{{0,2}}[（(]?(?:即|是|为)?(?:中国)?(?:农历|夏历|阴历)"
    rf"(?:[{_STEMS}][{_BRANCHES}][{_ANIMALS}]?年)?"
    r"(?P<lunar>(?P<leap>闰)?(?P<moon>正|冬|腊|十[一二]|[二三四五六七八九十])月(?P<lunar_day>初[一二三四五六七八九十]|十[一二三四五六七八九]|[二廿]十?[一二三四五六七八九]|二十|三十))"
)
_MOONS = {"正": 1, "冬": 11, "腊": 12, "十一": 11, "十二": 12} | {
    one: at for at, one in enumerate("一二三四五六七八九十", 1)
}
# Symbols of units as GB 3100 writes them; a capital letter means another unit.
_UNITS = {"KG": "kg", "Kg": "kg", "KM": "km", "Km": "km", "CM": "cm", "Cm": "cm", "MM": "mm", "Mm": "mm", "kms": "km", "kgs": "kg", "ML": "mL", "KW": "kW", "Kw": "kW", "KWh": "kW·h", "KWH": "kW·h", "Mpa": "MPa", "MPA": "MPa"}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)\s?(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![0-9A-Za-z])")
# Units that are not the legal ones (GB 3100); after a figure only, since 公分 and 哩 are words too.
_OLD_UNITS = {
    "公尺": "米",
    "公分": "厘米",
    "公厘": "毫米",
    "公升": "升",
    "英吋": "英寸",
    "英呎": "英尺",
    "哩": "英里",
}
_OLD_UNIT = re.compile(rf"(?<=[\d十百千万])\s?(?P<unit>{'|'.join(_OLD_UNITS)})")
_SMALL_AREA = re.compile(r"(?P<figure>\d)\s?(?P<unit>平方|立方)(?=[，。；、）\n]|$)")


def find(view: TextView, *, today: date | None = None) -> Iterator[Hit]:
    """Names of lunar years, lunar days, festivals, school years and units that cannot be right.

    Args:
        view: the text.
        today: the day from which a date without a year is read; None leaves those unchecked against the moon.
    """
    for finder in (_year_names, _animals, _lunar_days, _school_years, _units):
        yield from finder(view)
    yield from _festivals(view, today)
    yield from _both_days(view, today)


def _year_names(view: TextView) -> Iterator[Hit]:
    """A year may still be called by the name of the one before it: the lunar year begins in January or February."""
    for match in _NAMED_YEAR.finditer(view.text):
        year = int(match["year"])
        if match["name"] not in {_name(year), _name(year - 1)}:
            zh = f"{year}年是{_name(year)}{_animal(year)}年，不是{match['name']}年。"
            message = Text(zh, f"The lunar year of {year} is {_name(year)}.")
            yield _hit(view, match.span("name"), message, Force.WARN, _name(year))


def _animals(view: TextView) -> Iterator[Hit]:
    for match in _NAME_AND_ANIMAL.finditer(view.text):
        right = _ANIMALS[_BRANCHES.index(match["branch"])]
        if match["animal"] != right:
            zh = f"{match['branch']}年属{right}，不属{match['animal']}。"
            message = Text(zh, f"A year of {match['branch']} is a year of {right}.")
            yield _hit(view, match.span("animal"), message, Force.WARN, right)


def _name(year: int) -> str:
    number = (year - _FIRST_OF_SIXTY) % 60
    return _STEMS[number % len(_STEMS)] + _BRANCHES[number % len(_BRANCHES)]


def _animal(year: int) -> str:
    return _ANIMALS[(year - _FIRST_OF_SIXTY) % len(_ANIMALS)]


def _lunar_days(view: TextView) -> Iterator[Hit]:
    for match in _LUNAR_DAY.finditer(view.text):
        message = Text("农历的月份最多三十天。", "A lunar month has at most thirty days.")
        yield _hit(view, match.span("day"), message, Force.ERROR)


def _festivals(view: TextView, today: date | None) -> Iterator[Hit]:
    for match in _FESTIVAL.finditer(view.text):
        name = match["festival"]
        written = _day_of(match, today)
        right = _FESTIVALS.get(name) or _of_the_moon(name, written)
        if right is not None and (int(match["month"]), int(match["day"])) != right:
            month, day = right
            year = f"{written.year}年的" if written and name in _LUNAR_FESTIVALS else ""
            message = Text(
                f"{year}{name}是{month}月{day}日。",
                f"{name} is on day {day} of month {month}.",
            )
            span = match.start("month"), match.end("day") + 1
            yield _hit(view, span, message, Force.WARN, f"{month}月{day}日")


def _of_the_moon(festival: str, written: date | None) -> tuple[int, int] | None:
    """The month and day a festival of the lunar calendar falls on in the solar year that is spoken of."""
    if written is None:
        return None
    month, day = _LUNAR_FESTIVALS[festival]
    eve = timedelta(days=0 if day else 1)
    found = [solar_day(year, month, day or 1) for year in (written.year - 1, written.year, written.year + 1)]
    days = [one - eve for one in found if one is not None and (one - eve).year == written.year]
    return (days[0].month, days[0].day) if days else None


def _both_days(view: TextView, today: date | None) -> Iterator[Hit]:
    for match in _BOTH_DAYS.finditer(view.text):
        written = _day_of(match, today)
        right = lunar_day(written) if written is not None else None
        if right is not None and not _is_written(right, match):
            assert written is not None
            zh = f"{written.year}年{written.month}月{written.day}日是农历{right.written}。"
            message = Text(zh, f"{written.isoformat()} is the lunar {right.month}/{right.day}.")
            yield _hit(view, match.span("lunar"), message, Force.WARN, right.written)


def _is_written(right: LunarDay, match: re.Match[str]) -> bool:
    named = match["lunar_day"].replace("二十", "廿") if match["lunar_day"] != "二十" else "二十"
    return (_MOONS[match["moon"]], bool(match["leap"]), named) == (
        right.month,
        right.is_leap,
        right.written.split("月")[1],
    )


def _day_of(match: re.Match[str], today: date | None) -> date | None:
    """The day that is written; without a year the nearest one to today; None for no such day, or where nobody knows."""
    month, day = int(match["month"]), int(match["day"])
    try:
        if match["year"]:
            return date(int(match["year"]), month, day)
        date(2024, month, day)  # a leap year: whether there is such a day at all
    except ValueError:
        return None
    return nearest(month, day, today) if today is not None else None


def _school_years(view: TextView) -> Iterator[Hit]:
    for match in _SCHOOL_YEAR.finditer(view.text):
        first, last = int(match["first"]), int(match["last"])
        if last != first + 1:
            message = Text(
                f"学年由相连的两年组成：{first}—{first + 1}学年。",
                "A school year consists of two years on end.",
            )
            yield _hit(view, match.span("last"), message, Force.WARN, str(first + 1))
    for match in _TERM.finditer(view.text):
        message = Text("一学年没有这么多学期。", "A school year does not have so many terms.")
        yield _hit(view, match.span("number"), message, Force.WARN)


def _units(view: TextView) -> Iterator[Hit]:
    for match in _UNIT.finditer(view.text):
        right = _UNITS[match["unit"]]
        message = Text(f"单位符号应写作“{right}”。", f"The symbol of the unit is written “{right}”.")
        yield _hit(view, match.span("unit"), message, Force.HINT, right, kind=HitKind.FIGURE)
    for match in _OLD_UNIT.finditer(view.text):
        right = _OLD_UNITS[match["unit"]]
        message = Text(f"法定计量单位是“{right}”。", f"The legal unit is “{right}”.")
        yield _hit(view, match.span("unit"), message, Force.HINT, right, kind=HitKind.FIGURE)
    for match in _SMALL_AREA.finditer(view.text):
        right = match["unit"] + "米"
        message = Text(f"单位应写全：{right}。", "The unit is incomplete: metres are missing.")
        yield _hit(view, match.span("unit"), message, Force.HINT, right, kind=HitKind.FIGURE)


def _hit(
    view: TextView,
    span: tuple[int, int],
    message: Text,
    force: Force,
    *right: str,
    kind: HitKind = HitKind.DATE,
) -> Hit:
    return words_at(view, span, kind=kind, message=message, force=force, suggestions=right)
