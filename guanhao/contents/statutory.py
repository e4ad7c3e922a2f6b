"""What the installed package knows about China's statutory holidays and make-up days (调休)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypedDict

import chinese_calendar

SOURCE = "chinesecalendar"
_NAMES_ZH = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


class DayValues(TypedDict):
    """The columns of a statutory day."""

    day: date
    working: bool
    name: str
    source: str


def known_years() -> frozenset[int]:
    """The years the package knows; others are *not published* (未公布)."""
    return frozenset(day.year for day in chinese_calendar.holidays)


def package_days(years: Iterable[int] | None = None) -> Iterator[DayValues]:
    """Every day the package names in these years (all it knows, when not given), in order."""
    wanted = known_years() if years is None else known_years() & frozenset(years)
    days = {day: (False, name) for day, name in chinese_calendar.holidays.items()}
    days |= {day: (True, name) for day, name in chinese_calendar.workdays.items()}
    for day in sorted(days):
        working, name = days[day]
        if day.year in wanted:
            title = _NAMES_ZH.get(name, name)
            yield DayValues(
                day=day, working=working, name=f"{title}调休" if working else title, source=SOURCE
            )
