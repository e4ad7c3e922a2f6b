"""An institution's working calendar from its tables: statutory days, its own days, its terms (ruian-11).

The statutory table is seeded from a package and may be edited; a year the package does not know yet is *not published*
(未公布): weekdays alone tell until somebody enters the notice or the package is upgraded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import transaction

from guanhao.calendars.working import DayMark, SchoolTerm, Stretch, WorkCalendar, working_hours
from guanhao.contents.models import CalendarDay, StatutoryDay, Term
from guanhao.contents.statutory import package_days
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.inonetext import as_one_text, rows_of
from guanhao.core.memo import settled
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person
from guanhao.people.permissions import Permission, may
from guanhao.regulation.queries import in_force
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.parties import CalendarRules
from guanhao.rulebook.timing import MonthDay

# An institution whose rulebook names no statutory calendar waits for no announcement.
_EVERY_YEAR = frozenset(range(date.min.year, date.max.year + 1))

_STATUTORY: Prepared[str] = Prepared(
    lambda: StatutoryDay.objects.order_by().values_list(as_one_text("day", "working", "name"), flat=True)
)
_OWN: Prepared[CalendarDay] = Prepared(lambda: CalendarDay.objects.filter(institution=given("of")))
_TERMS: Prepared[Term] = Prepared(lambda: Term.objects.filter(institution=given("of")))


def calendar_of(institution: Institution) -> WorkCalendar:
    """The institution's calendar as it stands now, in four queries; a reading request and an act ask it once (`core.memo`).

    Raises:
        NoRulebook: hours and rest days come from the rulebook in force.
    """
    return settled(("calendar", institution.pk), lambda: _calendar_now(institution))


def _calendar_now(institution: Institution) -> WorkCalendar:
    rulebook = in_force(institution).rulebook
    statutory, published = _understood(_STATUTORY.one()) if rulebook.calendar.statutory else ({}, _EVERY_YEAR)
    own = {day.day: DayMark(day.working, day.name) for day in _OWN.all(of=institution)}
    return _calendar(rulebook.calendar, statutory | own, published, _terms(institution, rulebook))


def unpublished_years(calendar: WorkCalendar, today: date) -> tuple[int, ...]:
    """The years among this and the next whose statutory holidays are not known; pages warn of them (RS4)."""
    return tuple(year for year in (today.year, today.year + 1) if not calendar.is_published(year))


def seed_statutory(years: Iterable[int] | None = None) -> int:
    """Enter what the package knows about the years (all it knows, when not given); edited days are left alone.

    Answers how many days were new.
    """
    rows = [StatutoryDay(**values) for values in package_days(years)]
    before = StatutoryDay.objects.count()
    StatutoryDay.objects.bulk_create(rows, ignore_conflicts=True)
    return StatutoryDay.objects.count() - before


@transaction.atomic
def set_day(
    *, actor: Actor, person: Person, institution: Institution, day: date, working: bool, name: str = ""
) -> None:
    """The institution's own word on one day; it goes before the statutory table."""
    require(may(person, Permission.CALENDAR_MANAGE))
    CalendarDay.objects.update_or_create(
        institution=institution, day=day, defaults={"working": working, "name": name.strip()[:60]}
    )
    _tell(institution, actor, Action.CALENDAR_DAY_SET, {"day": day.isoformat(), "working": working})


@transaction.atomic
def clear_day(*, actor: Actor, person: Person, institution: Institution, day: date) -> None:
    """Take the institution's own word on a day back; the statutory table holds again."""
    require(may(person, Permission.CALENDAR_MANAGE))
    deleted, _ = CalendarDay.objects.filter(institution=institution, day=day).delete()
    if deleted:
        _tell(institution, actor, Action.CALENDAR_DAY_REMOVED, {"day": day.isoformat()})


@transaction.atomic
def set_term(
    *, actor: Actor, person: Person, institution: Institution, name: str, starts: date, ends: date
) -> Term:
    """Enter a term's dates, or change those of the term with this name.

    Raises:
        Refused: no permission, no name, an end before the start, or an overlap with another term.
    """
    require(may(person, Permission.CALENDAR_MANAGE))
    name = name.strip()[:60]
    others = Term.objects.filter(institution=institution, starts__lte=ends, ends__gte=starts).exclude(
        name=name
    )
    if not name or ends <= starts or others.exists():
        raise Refused(
            Denied(
                Text(
                    zh="学期须有名称，结束晚于开始，且不与其他学期重叠。",
                    en="A term has a name, ends after it starts and overlaps no other.",
                )
            )
        )
    term: Term
    term, _ = Term.objects.update_or_create(
        institution=institution, name=name, defaults={"starts": starts, "ends": ends}
    )
    dates = {"starts": starts.isoformat(), "ends": ends.isoformat()}
    _tell(institution, actor, Action.CALENDAR_TERM_SET, dates, name)
    return term


def _tell(
    institution: Institution, actor: Actor, action: Action, facts: dict[str, Any], label: str = ""
) -> None:
    subject = Subject("calendar", str(institution.pk), label)
    record(institution=institution, actor=actor, action=action, subject=subject, facts=facts)


def _calendar(
    rules: CalendarRules,
    marks: Mapping[date, DayMark],
    published: frozenset[int],
    terms: tuple[SchoolTerm, ...],
) -> WorkCalendar:
    breaks = tuple(Stretch(pause.start, pause.end) for pause in rules.breaks)
    return WorkCalendar(
        hours=working_hours(Stretch(rules.workday_hours.start, rules.workday_hours.end), breaks),
        rest_weekdays=frozenset(rules.rest_weekdays),
        days=marks,
        published=published,
        terms=terms,
    )


@lru_cache(maxsize=4)
def _understood(table: str) -> tuple[dict[date, DayMark], frozenset[int]]:
    """The days of the statutory table, and the years it knows. The table is read every time; this only takes it apart."""
    days = {date.fromisoformat(day): DayMark(bool(working), name) for day, working, name in rows_of(table)}
    return days, frozenset(day.year for day in days)


def _terms(institution: Institution, rulebook: Rulebook) -> tuple[SchoolTerm, ...]:
    """The terms entered, and for years without any the rulebook's usual dates."""
    entered = [SchoolTerm(term.name, term.starts, term.ends) for term in _TERMS.all(of=institution)]
    today = clock.today()
    usual = (
        _usual(term.title.zh, term.begins, term.ends, year)
        for year in range(today.year - 1, today.year + 2)
        for term in rulebook.terms.values()
    )
    free = [
        term
        for term in usual
        if not any(term.starts <= own.ends and own.starts <= term.ends for own in entered)
    ]
    return tuple(sorted([*entered, *free], key=lambda term: term.starts))


def _usual(name: str, begins: MonthDay, ends: MonthDay, year: int) -> SchoolTerm:
    over_new_year = (ends.month, ends.day) < (begins.month, begins.day)
    last_year = year + 1 if over_new_year else year
    name = f"{year}–{last_year} {name}" if over_new_year else f"{year} {name}"
    return SchoolTerm(name, _day(year, begins), _day(last_year, ends))


def _day(year: int, when: MonthDay) -> date:
    """29 February of a common year is its 28th."""
    try:
        return date(year, when.month, when.day)
    except ValueError:
        return date(year, when.month, when.day - 1)
