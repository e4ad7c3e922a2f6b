"""The lunar calendar as the sky makes it: months begin on the day of new moon, and the solstice lies in the eleventh.

New moons and the sun's longitude follow from the usual series (Meeus, *Astronomical Algorithms*, chapters 25 and 49),
exact to a few minutes, which tells every month between 1950 and 2100. Days are those of Beijing.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1950, 2100
_DAY_ONE = 1_721_424.5  # Julian day of the midnight before 1 January of the year 1, less one
_BEIJING = 8 / 24
_EPOCH, _CENTURY = 2_451_545.0, 36_525.0
_FIRST_MOON, _SYNODIC = 2_451_550.09766, 29.530588861
_MONTHS_A_YEAR, _MOONS_A_CENTURY = 12.3685, 1236.85
_SIGN = 30  # degrees of longitude from one of the twelve middles of months to the next
_MONTHS = 12
_ELEVENTH = 11
_SOLSTICE = 9  # signs from the spring equinox to the winter solstice
_MONTH_NAMES = "正二三四五六七八九十冬腊"
_DIGITS = "一二三四五六七八九十"
_TENS = ("初", "十", "廿", "三十")
_ROUND_TENS = {9: "初十", 19: "二十", 29: "三十"}
# Amplitude in days; multiples of the sun's anomaly (whose size is the power of the eccentricity), of the moon's anomaly,
# of the argument of latitude and of the node.
_MOON = (
    (-0.40720, 0, 1, 0, 0), (0.17241, 1, 0, 0, 0), (0.01608, 0, 2, 0, 0), (0.01039, 0, 0, 2, 0), (0.00739, -1, 1, 0, 0),
    (-0.00514, 1, 1, 0, 0), (0.00208, 2, 0, 0, 0), (-0.00111, 0, 1, -2, 0), (-0.00057, 0, 1, 2, 0), (0.00056, 1, 2, 0, 0),
    (-0.00042, 0, 3, 0, 0), (0.00042, 1, 0, 2, 0), (0.00038, 1, 0, -2, 0), (-0.00024, -1, 2, 0, 0), (-0.00017, 0, 0, 0, 1),
)  # fmt: skip


class LunarDay(NamedTuple):
    """A day of the lunar calendar; ``year`` is the one whose New Year's day came before it."""

    year: int
    month: int
    day: int
    is_leap: bool = False

    @property
    def written(self) -> str:
        """As people write it: 闰四月初三."""
        tens, units = divmod(self.day - 1, 10)
        number = _ROUND_TENS.get(self.day - 1) or _TENS[tens] + _DIGITS[units]
        return f"{'闰' if self.is_leap else ''}{_MONTH_NAMES[self.month - 1]}月{number}"


def lunar_day(day: date) -> LunarDay | None:
    """The lunar day of a solar one; None outside the years the series is good for."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    number = day.toordinal()
    months = _months(day.year) if number < _months(day.year + 1)[0][0] else _months(day.year + 1)
    begin, year, month, is_leap = months[bisect_right([first for first, *_ in months], number) - 1]
    return LunarDay(year, month, number - begin + 1, is_leap)


def solar_day(year: int, month: int, day: int) -> date | None:
    """The solar day of a lunar one (of the month that is no leap month); None where there is none or it is not known."""
    if not FIRST_YEAR <= year <= LAST_YEAR - 1:
        return None
    months = [*_months(year), *_months(year + 1)]
    for (begin, of, number, is_leap), (end, *_) in pairwise(months):
        if (of, number, is_leap) == (year, month, False):
            return date.fromordinal(begin + day - 1) if 1 <= day <= end - begin else None
    return None


Month = tuple[int, int, int, bool]  # first day, lunar year, number, whether a leap month


@lru_cache(maxsize=256)
def _months(year: int) -> tuple[Month, ...]:
    """The months from the eleventh that holds the winter solstice of the year before, up to this year's eleventh."""
    first, last = _moon_of_solstice(year - 1), _moon_of_solstice(year)
    begins = [_new_moon(number) for number in range(first, last + 1)]
    return tuple(_numbered(begins, year))


def _numbered(begins: list[int], year: int) -> Iterator[Month]:
    """Twelve months are simply counted; of thirteen the first without a middle of a sign repeats the number before it."""
    is_long, number, has_leapt = len(begins) - 1 > _MONTHS, _ELEVENTH - 1, False
    for begin, end in pairwise(begins):
        is_leap = is_long and not has_leapt and _sign(begin) == _sign(end)
        has_leapt = has_leapt or is_leap
        number = number if is_leap else number % _MONTHS + 1
        yield begin, year - 1 if number >= _ELEVENTH and begin < begins[3] else year, number, is_leap


def _moon_of_solstice(year: int) -> int:
    """The number of the last new moon on or before the day of the winter solstice."""
    solstice = date(year, 12, 18).toordinal()
    while _sign(solstice + 1) < _SOLSTICE:
        solstice += 1
    number = round((year - 2000 + 0.97) * _MONTHS_A_YEAR) + 1
    while _new_moon(number) > solstice:
        number -= 1
    return number


def _sign(day: int) -> int:
    """How many signs the sun has passed when a day begins in Beijing."""
    return int(_longitude(day + _DAY_ONE - _BEIJING) // _SIGN)


def _longitude(julian: float) -> float:
    """The sun's apparent longitude in degrees, by dynamical time near enough."""
    century = (julian + _delta(julian) - _EPOCH) / _CENTURY
    anomaly = math.radians(357.52911 + 35999.05029 * century)
    centre = (
        (1.914602 - 0.004817 * century) * math.sin(anomaly)
        + 0.019993 * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * century)
    return (280.46646 + 36000.76983 * century + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


@lru_cache(maxsize=4096)
def _new_moon(number: int) -> int:
    """The day in Beijing of a new moon, counted from the first of the year 2000."""
    century = number / _MOONS_A_CENTURY
    sun, moon, latitude, node = (
        math.radians(start + rate * number)
        for start, rate in ((2.5534, 29.10535670), (201.5643, 385.81693528), (160.7108, 390.67050284), (124.7746, -1.56375588))
    )  # fmt: skip
    eccentricity = 1 - 0.002516 * century
    moment = _FIRST_MOON + _SYNODIC * number + 0.00015437 * century**2
    moment += sum(
        size * eccentricity ** abs(a) * math.sin(a * sun + b * moon + c * latitude + d * node)
        for size, a, b, c, d in _MOON
    )
    return math.floor(moment - _delta(moment) + _BEIJING - _DAY_ONE)


def _delta(julian: float) -> float:
    """By how many days dynamical time is ahead of the clock: about a minute."""
    years = (julian - _EPOCH) / 365.25
    return (62.92 + 0.32217 * years + 0.005589 * years**2) / 86_400
