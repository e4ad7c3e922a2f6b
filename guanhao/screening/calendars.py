"""Calendars beside the solar one, school years and units: what arithmetic refutes without a table of moons.

The name of a lunar year follows from its number alone (sixty names, twelve animals); a lunar month has at most thirty
days. Which solar day a lunar day falls on is not checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
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
_FESTIVAL = re.compile(
    r"(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})日[（(，,是]{0,2}(?:第[一二三四五六七八九十\d]{1,4}个)?"
    rf"(?P<festival>{'|'.join(sorted(_FESTIVALS, key=len, reverse=True))})(?![前后来将假当期活系主文晚联慰庆表座])"
)
# Symbols of units as GB 3100 writes them; a capital letter means another unit.
_UNITS = {"KG": "kg", "Kg": "kg", "KM": "km", "Km": "km", "CM": "cm", "Cm": "cm", "MM": "mm", "Mm": "mm", "kms": "km", "kgs": "kg", "ML": "mL", "KW": "kW", "Kw": "kW", "KWh": "kW·h", "KWH": "kW·h", "Mpa": "MPa", "MPA": "MPa"}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)\s?(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![0-9A-Za-z])")
_SMALL_AREA = re.compile(r"(?P<figure>\d)\s?(?P<unit>平方|立方)(?=[，。；、）\n]|$)")


def find(view: TextView) -> Iterator[Hit]:
    """Names of lunar years, lunar days, festivals, school years and units that cannot be right."""
    for finder in (_year_names, _animals, _lunar_days, _festivals, _school_years, _units):
        yield from finder(view)


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


def _festivals(view: TextView) -> Iterator[Hit]:
    for match in _FESTIVAL.finditer(view.text):
        month, day = _FESTIVALS[match["festival"]]
        if (int(match["month"]), int(match["day"])) != (month, day):
            message = Text(
                f"{match['festival']}是{month}月{day}日。",
                f"{match['festival']} is on day {day} of month {month}.",
            )
            span = match.start("month"), match.end("day") + 1
            yield _hit(view, span, message, Force.WARN, f"{month}月{day}日")


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
