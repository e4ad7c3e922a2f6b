"""What the calendar opens: duties that return every working day, week, month, term or year.

An account's task (a push each working day, the annual inspection) is owed once for each account in use. A unit's task is
owed by each unit of the kinds the clause selects; where it selects none, by each unit in which its office is held. A task
of a fixed office is owed once by the unit that carries the function.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from guanhao.calendars.working import WorkCalendar
from guanhao.contents.days import calendar_of
from guanhao.contents.facts import facts_of_account, facts_of_unit
from guanhao.duties.dues import Stretch, due_in, ladder, opens_at, owed_in, period_of
from guanhao.duties.models import Duty
from guanhao.duties.opening import Wanted, institution_day, open_all, owers
from guanhao.duties.types import About
from guanhao.people.models import Appointment, Institution, Person, Unit
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import function_units
from guanhao.regulation.types import InForce, Parties
from guanhao.rulebook.clauses import Duty as Clause
from guanhao.rulebook.types import RoleOf
from guanhao.rulebook.vocabulary import Task

OF_ACCOUNTS = frozenset(
    {Task.PUSH, Task.PLAN_WEEK, Task.PREPARE_COPY, Task.INSPECT, Task.VERIFY_ACCOUNT, Task.MONITOR}
)


def open_periods(institution: Institution, now: datetime) -> list[Duty]:
    """Open what the calendar says is owed now and is not there yet; answers the new ones."""
    today = institution_day(now)
    ruled = in_force(institution, today)
    clauses = [clause for clause in ruled.rulebook.of_kind(Clause) if clause.every is not None]
    if not clauses:
        return []
    calendar = calendar_of(institution)
    wanted: list[Wanted] = []
    for clause in clauses:
        assert clause.every is not None
        stretch = period_of(clause.every, today, calendar)
        if stretch and owed_in(stretch, calendar) and opens_at(clause, stretch, calendar) <= now:
            wanted.extend(_in_period(clause, stretch, ruled, calendar))
    return open_all(institution, ruled, wanted)


def _in_period(clause: Clause, stretch: Stretch, ruled: InForce, calendar: WorkCalendar) -> Iterator[Wanted]:
    opened_at = opens_at(clause, stretch, calendar)
    due_at = due_in(clause, stretch, calendar)
    rungs = ladder(clause, opened_at, due_at, stretch.last, calendar)
    for about, unit in _matters(clause, ruled):
        parties = Parties(owner=unit, publisher=unit)
        for person in owers(clause, parties, ruled):
            if not _is_named(clause, unit, ruled):
                yield Wanted(
                    clause=clause,
                    about=about,
                    parties=parties,
                    origin=stretch.key,
                    opened_at=opened_at,
                    due_at=due_at,
                    ladder=rungs,
                    unit=unit,
                    person=person,
                    ends=stretch.last,
                )


def _matters(clause: Clause, ruled: InForce) -> Iterator[tuple[About, Unit]]:
    """What a returning duty is about, one by one, with the unit whose matter it is."""
    if clause.do in OF_ACCOUNTS:
        accounts = Account.objects.active().select_related("owner_unit").order_by("pk")
        for account in accounts:
            if clause.applies(facts_of_account(account, ruled.rulebook)):
                yield About("account", str(account.pk)), account.owner_unit
        return
    role = ruled.rulebook.roles[clause.owed_by]
    if role.of is RoleOf.FUNCTION:
        units = list(function_units(role.function or "", ruled.rulebook))[:1]
    else:
        units = list(_units(clause, role.post, ruled))
    for unit in units:
        yield About("unit", str(unit.pk)), unit


def _units(clause: Clause, post: str, ruled: InForce) -> Iterator[Unit]:
    open_units = Unit.objects.open().order_by("pk")
    if not clause.when.owner_kind:
        open_units = open_units.filter(pk__in=Appointment.objects.on().filter(post=post).values("unit"))
    return (unit for unit in open_units if clause.applies(facts_of_unit(unit, ruled.rulebook)))


def _is_named(clause: Clause, unit: Unit, ruled: InForce) -> bool:
    """Whether the clause asks to name somebody, and somebody is named already: then nothing is owed."""
    if clause.do is not Task.NAME_PERSON or clause.names is None:
        return False
    post = ruled.rulebook.roles[clause.names].post
    return Person.objects.holding(unit=unit, post=post).exists()
