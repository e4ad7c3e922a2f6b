"""A week of the plan as the calendar draws it: days with their windows, and the working days that still lack a push."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import NamedTuple

from guanhao.calendars.working import Stretch, WorkCalendar, days_between
from guanhao.contents.days import calendar_of
from guanhao.contents.facts import facts_of_account
from guanhao.contents.models import Push
from guanhao.contents.placing import openings
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.people.models import Institution
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Duty
from guanhao.rulebook.selection import checks_at, duties_every
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Period, Stage, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDay:
    """One day for one account. ``stretches`` are its windows; ``free`` says that none bind it.

    ``article`` and ``clause`` name what the windows rest on; ``published`` is false while the year's holidays are not
    announced (未公布).
    """

    day: date
    working: bool
    name: str
    published: bool
    free: bool
    stretches: tuple[Stretch, ...]
    article: str = ""
    clause: str = ""


class Gap(NamedTuple):
    """A working day on which an account still owes a push. A tuple, since a large office has thousands a week."""

    account: Account
    day: date
    missing: int
    duty: Duty
    over: bool  # the day has passed

    @property
    def article(self) -> str:
        """The article the push is owed by."""
        return self.duty.article

    @property
    def clause(self) -> str:
        """The clause the push is owed by."""
        return self.duty.id

    @property
    def message(self) -> Text:
        """What is missing, in a sentence."""
        return Text(
            zh=f"{self.day:%m-%d} 工作日尚无推送，还差 {self.missing} 次。",
            en=f"No push yet for the working day {self.day:%m-%d}; {self.missing} to go.",
        )


def days_of(account: Account, first: date, last: date) -> list[PlanDay]:
    """The days from the first to the last with the windows of ordinary articles on this account."""
    rulebook = in_force(account.institution).rulebook
    calendar = calendar_of(account.institution)
    facts = facts_of_account(account, rulebook)
    windows = [check for check in checks_at(rulebook, Stage.SCHEDULE, facts) if check.rule == "window"]
    article, clause = (windows[0].article, windows[0].id) if windows else ("", "")
    days = []
    for day in days_between(first, last):
        opened = openings(windows, day, calendar)
        days.append(
            PlanDay(
                day=day,
                working=calendar.is_workday(day),
                name=calendar.name_of(day),
                published=calendar.is_published(day.year),
                free=opened is None,
                stretches=opened or (),
                article=article,
                clause=clause,
            )
        )
    return days


def gaps(institution: Institution, monday: date, accounts: Iterable[Account] | None = None) -> list[Gap]:
    """Working days of the week on which an account has fewer pushes planned or sent than its duty asks (ruian-11).

    ``accounts`` limits the answer to some; otherwise all that may publish. Two queries beside calendar and rulebook.
    """
    rulebook = in_force(institution).rulebook
    calendar = calendar_of(institution)
    if accounts is None:
        accounts = Account.objects.active().filter(institution=institution).select_related("owner_unit")
    sunday = monday + timedelta(days=6)
    counts, workdays = _pushes_by_day(calendar, monday, sunday), list(calendar.workdays(monday, sunday))
    duties = cache(partial(_push_duties, rulebook))  # many accounts are alike
    return [
        gap
        for account in accounts
        for duty in duties(facts_of_account(account, rulebook))
        for gap in _gaps(account, duty, counts, workdays)
    ]


def _gaps(
    account: Account, duty: Duty, counts: Counter[tuple[int, date]], workdays: Sequence[date]
) -> Iterable[Gap]:
    today = clock.today()
    for day in workdays:
        missing = duty.at_least - counts[account.pk, day]
        if missing > 0:
            yield Gap(account, day, missing, duty, day < today)


def _push_duties(rulebook: Rulebook, facts: Facts) -> list[Duty]:
    return [duty for duty in duties_every(rulebook, Period.WORKDAY, facts) if duty.do is Task.PUSH]


def _pushes_by_day(calendar: WorkCalendar, first: date, last: date) -> Counter[tuple[int, date]]:
    start = datetime.combine(first, time(), calendar.zone)
    end = datetime.combine(last + timedelta(days=1), time(), calendar.zone)
    rows = _PUSHES.all(start=start, end=end)
    return Counter((account, calendar.local_day(due_at)) for account, due_at in rows)


_PUSHES: Prepared[tuple[int, datetime]] = Prepared(
    lambda: Push.objects.between(given("start"), given("end")).values_list("account_id", "due_at")
)
