"""Dates and numbers that cannot be: what a calendar or arithmetic refutes, and gaps in numbering.

Certain contradictions are errors; what merely looks odd is a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.text import TextView

_DATE = re.compile(
    r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]"
    r"(?:\s*[（(]?\s*(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])(?!\w*期)[^）)\n]{0,6}[）)]?)?"
)
_NUMERIC_DATE = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d.])"
)
_TIME = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：]\d{2})?(?![\d:：])|(?<!\d)(?P<spoken>\d{1,2})[点时](?P<after>\d{1,2})分"
)
_CLOCK_BEFORE = re.compile(r"(?:上午|下午|晚上|早上|凌晨|中午|时间[:：]?|于|至|[-—~～])\s*$")
_RANGE = re.compile(
    r"(?P<from>\d{1,2})月(?P<first>\d{1,2})日?\s*(?:至|到|[-—~～－]{1,2})\s*(?P<last>\d{1,2})日"
)
_PERCENT = re.compile(
    r"(?P<about>占(?:比|全[^\W\d]{0,6}?|总[^\W\d]{0,6}?)?(?:的|达到?|为|约|高达|超过?){0,2}\s*|(?:通过|合格|到课|就业|出勤|覆盖|参与|完成|满意|录取|毕业)率(?:达到?|为|高达|约)?\s*)(?P<figure>\d{1,9}(?:\.\d{1,9})?)\s*[%％]"
)
_FALL = re.compile(
    r"(?:下降|降低|减少|缩减|下跌|降幅|减幅|跌幅)(?:了|达到?|为|约|超过?|近){0,2}\s*(?P<figure>\d{1,9}(?:\.\d{1,9})?)\s*[%％]"
)
_ROUND_UNITS = {"万": 10**4, "亿": 10**8}
_MONEY = re.compile(
    r"(?P<words>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,40})[元圆](?:整|正)?\s*[（(]\s*[¥￥]?\s*(?P<figure>[\d,，]{1,20}(?:\.\d{1,2})?)\s*(?P<unit>万)?元?\s*[）)]"
)
_MONEY_BACK = re.compile(
    r"(?<![\d,，.])(?P<figure>\d[\d,，]{0,20}(?:\.\d{1,2})?)\s*(?P<unit>万)?元\s*[（(]\s*(?:大写|人民币)?[：:]?\s*(?:人民币)?(?P<words>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,40})[元圆](?:整|正)?\s*[）)]"
)
_ORDINAL = re.compile(
    r"(?m:^[ \t　]*)(?:(?P<cn>[一二三四五六七八九十]{1,3})、|[（(](?P<paren>[一二三四五六七八九十]{1,3})[）)]|(?P<digit>\d{1,2})[.、．](?!\d)"
    r"|第(?P<chapter>[一二三四五六七八九十]{1,3})章(?=[\s：:])|第(?P<nth>[一二三四五六七八九十]{1,3})条(?=[\s：:]))"
)
_WEEKDAYS = "一二三四五六日"
_VALUES = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_STEPS = {"拾": 10, "佰": 100, "仟": 1000}
_CHINESE = {character: value for value, character in enumerate("零一二三四五六七八九")}
# Headings that a heading does not begin anew; articles are counted through all chapters.
_ABOVE = {
    "chapter": ("nth",),
    "nth": ("chapter",),
    "cn": ("chapter", "nth"),
    "paren": ("chapter", "nth", "cn"),
    "digit": ("chapter", "nth", "cn", "paren"),
}
_CLOCK_ROOM = 8  # characters before a time in which a word says that it is one
_HOURS, _MINUTES = 24, 59
_WHOLE = 100


def find(view: TextView, *, today: date | None = None) -> Iterator[Hit]:
    """Contradictions in dates, times, percentages, amounts and numbering.

    Args:
        view: the text.
        today: the day from which a date without a year is read (the nearest such day); None leaves those unchecked.
    """
    yield from _dates(view, today)
    yield from _times(view)
    yield from _percentages(view)
    yield from _amounts(view)
    yield from _numbering(view)


def _dates(view: TextView, today: date | None) -> Iterator[Hit]:
    for pattern in (_DATE, _NUMERIC_DATE):
        for match in pattern.finditer(view.text):
            hit = _checked_date(view, match, today)
            if hit is not None:
                yield hit
    for match in _RANGE.finditer(view.text):
        if int(match["last"]) < int(match["first"]):
            yield _hit(
                view,
                match.span(),
                Text("起止日期颠倒。", "The range ends before it begins."),
                HitKind.DATE,
                Force.WARN,
            )


def _checked_date(view: TextView, match: re.Match[str], today: date | None) -> Hit | None:
    month, day = int(match["month"]), int(match["day"])
    year = int(match["year"]) if match["year"] else None
    try:
        written = date(year or 2024, month, day)  # a leap year, where none is named
    except ValueError:
        return _hit(
            view,
            match.span(),
            Text(f"没有{match[0]}这一天。", "There is no such day."),
            HitKind.DATE,
            Force.ERROR,
        )
    weekday = match.groupdict().get("weekday")
    if not weekday:
        return None
    if year is None:
        if today is None:
            return None
        written = nearest(month, day, today)
    right = _WEEKDAYS[written.weekday()]
    if weekday.replace("天", "日") == right:
        return None
    place = match.start("weekday"), match.end("weekday")
    return words_at(
        view,
        place,
        kind=HitKind.DATE,
        message=Text(
            zh=f"{written.year}年{month}月{day}日是星期{right}，不是星期{weekday}。",
            en=f"{written.isoformat()} is a {written:%A}.",
        ),
        force=Force.ERROR if year else Force.WARN,
        suggestions=(right,),
    )


def nearest(month: int, day: int, today: date) -> date:
    """The day of that name nearest to today: articles speak of what just was or soon will be."""
    years = (today.year - 1, today.year, today.year + 1)
    days = [date(year, month, day) for year in years if (month, day) != (2, 29) or _is_leap(year)]
    return min(days, key=lambda each: abs(each - today)) if days else today


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _times(view: TextView) -> Iterator[Hit]:
    for match in _TIME.finditer(view.text):
        hour = int(match["hour"] or match["spoken"])
        minute = int(match["minute"] or match["after"])
        is_clock = (
            match["spoken"] is not None
            or _CLOCK_BEFORE.search(view.text, max(0, match.start() - _CLOCK_ROOM), match.start()) is not None
        )
        if is_clock and (hour > _HOURS or minute > _MINUTES or (hour == _HOURS and minute)):
            yield _hit(
                view,
                match.span(),
                Text(f"没有{match[0]}这个时刻。", "There is no such time."),
                HitKind.DATE,
                Force.ERROR,
            )


def _percentages(view: TextView) -> Iterator[Hit]:
    for match in _PERCENT.finditer(view.text):
        if float(match["figure"]) > _WHOLE:
            yield _hit(
                view,
                match.span("figure"),
                Text(f"比率不应超过100%：{match['figure']}%。", "A share cannot be more than 100 %."),
                HitKind.FIGURE,
                Force.WARN,
            )
    for match in _FALL.finditer(view.text):
        if float(match["figure"]) > _WHOLE:
            yield _hit(
                view,
                match.span("figure"),
                Text(f"减少不会超过100%：{match['figure']}%。", "Nothing falls by more than 100 %."),
                HitKind.FIGURE,
                Force.WARN,
            )


def _amounts(view: TextView) -> Iterator[Hit]:
    for pattern in (_MONEY, _MONEY_BACK):
        for match in pattern.finditer(view.text):
            words = _amount(match["words"])
            figure = float(re.sub("[,，]", "", match["figure"])) * (10**4 if match["unit"] else 1)
            if words is not None and words != figure:
                yield _hit(
                    view,
                    match.span(),
                    Text("大写金额与小写金额不一致。", "The amounts in words and in figures differ."),
                    HitKind.FIGURE,
                    Force.ERROR,
                )


def _amount(words: str) -> int | None:
    """The number that capital numerals say; None for what is no number."""
    total = section = digit = 0
    for character in words:
        if character in _VALUES:
            digit = _VALUES[character]
        elif character in _STEPS:
            section, digit = section + (digit or 1) * _STEPS[character], 0
        elif character in _ROUND_UNITS:
            part = section + digit
            larger = (total + part) if character == "亿" else part
            rest = 0 if character == "亿" else total
            total, section, digit = rest + larger * _ROUND_UNITS[character], 0, 0
        else:
            return None
    return total + section + digit


def _numbering(view: TextView) -> Iterator[Hit]:
    """A heading's number that skips or repeats, within lists that begin with one."""
    last: dict[str, int] = {}
    for match in _ORDINAL.finditer(view.text):
        style = next(name for name, value in match.groupdict().items() if value)
        number, expected = _number(match[style]), last.get(style, 0) + 1
        last = {above: last[above] for above in _ABOVE[style] if above in last} | {style: number}
        if number not in {1, expected} and expected > 1:
            yield _hit(
                view,
                match.span(style),
                Text(
                    f"序号不连续：此处应为第 {expected} 项。",
                    f"The numbering jumps; number {expected} was expected.",
                ),
                HitKind.NUMBERING,
                Force.HINT,
            )


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    tens, found, units = written.rpartition("十")
    return (_CHINESE.get(tens, 1) * 10 if found else 0) + _CHINESE.get(units, 0)


def _hit(view: TextView, span: tuple[int, int], message: Text, kind: HitKind, force: Force) -> Hit:
    return words_at(view, span, kind=kind, message=message, force=force)
