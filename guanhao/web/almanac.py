"""The year as the settings show it: days that are not as their weekday says, terms, and years still unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404

from guanhao.contents.days import calendar_of, unpublished_years
from guanhao.contents.models import CalendarDay, StatutoryDay
from guanhao.core import clock
from guanhao.people.models import Institution
from guanhao.web.viewer import Viewer

YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A day that is not as its weekday says; ``own`` where the institution itself said so."""

    day: date
    working: bool
    name: str
    own: bool


@dataclass(frozen=True)
class Almanac:
    """One year of an institution."""

    year: int
    days: list[MarkedDay]
    terms: list[object]
    unpublished: tuple[int, ...]

    @property
    def before(self) -> int:
        """The year before."""
        return self.year - 1

    @property
    def after(self) -> int:
        """The year after."""
        return self.year + 1


def of(viewer: Viewer, year: int) -> Almanac:
    """The institution's year: statutory days with its own words over them, and the terms that touch it."""
    own = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    statutory = {row.day: row for row in StatutoryDay.objects.filter(day__year=year)}
    rows = [
        MarkedDay(day, row.working, row.name, day in own) for day, row in sorted((statutory | own).items())
    ]
    terms = [
        term for term in calendar_of(viewer.institution).terms if term.starts.year <= year <= term.ends.year
    ]
    return Almanac(year, rows, list(terms), unpublished(viewer.institution))


def unpublished(institution: Institution) -> tuple[int, ...]:
    """This and the next year, where their statutory holidays are not known yet (RS4)."""
    return unpublished_years(calendar_of(institution), clock.today())


def year_of(text: str) -> int:
    """The year asked for in the address; the present one for anything else."""
    return int(text) if text.isdecimal() and int(text) in YEARS else clock.today().year


def day_of(text: str) -> date:
    """A day in an address; `Http404` where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
