"""What the regulation in force says of inspections: when, for whom, on which route, and what follows."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time

from guanhao.contents.days import calendar_of
from guanhao.contents.facts import account_use, tier
from guanhao.core.clock import CHINA
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.inspections.models import Inspection, Round
from guanhao.inspections.types import Window
from guanhao.people.models import Institution
from guanhao.registry.models import Account
from guanhao.regulation.queries import of_version
from guanhao.regulation.types import Parties
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.inspecting import Inspection as Rules
from guanhao.rulebook.selection import NoRoute, route_for
from guanhao.rulebook.timing import Part, Span
from guanhao.rulebook.types import Act, CalendarPoint, Duty, Facts, Form, Route, Task

_PART_DAYS = {Part.START: 1, Part.EARLY: 10, Part.MIDDLE: 15, Part.LATE: 25}


class NoInspection(Refused):
    """The regulation asks for no yearly report, or does not say when."""

    def __init__(self) -> None:
        super().__init__(
            Denied(
                Text(
                    zh="现行制度没有规定年检，或没有写明时间。",
                    en="The regulation in force asks for no annual inspection, or does not say when.",
                )
            )
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """How one account is inspected: the duty to report, the route that decides, and what it says beside."""

    duty: Duty
    route: Route
    rules: Rules
    form: Form | None
    mandatory: bool


def duty_of(rulebook: Rulebook) -> Duty | None:
    """The duty to report every year by a day of the calendar; nothing where the regulation has none."""
    for duty in rulebook.of_kind(Duty):
        if duty.do is Task.INSPECT and duty.every and duty.within and duty.within.by:
            return duty
    return None


def require_duty(rulebook: Rulebook) -> Duty:
    """The same, where there must be one.

    Raises:
        NoInspection: there is none.
    """
    duty = duty_of(rulebook)
    if duty is None:
        raise NoInspection
    return duty


def window(institution: Institution, rulebook: Rulebook, year: int) -> Window:
    """When the reports of a year are taken.

    Raises:
        NoInspection: the regulation does not say.
    """
    duty = require_duty(rulebook)
    assert duty.within is not None
    closes = _day(duty.within.by, year, last=True)
    if closes is None:
        raise NoInspection
    opens = _day(duty.within.opens, year, last=False) or closes.replace(month=1, day=1)
    if closes < opens:  # from December into January
        closes = _day(duty.within.by, year + 1, last=True) or closes
    spans = [rules_of(route).late for route in rulebook.of_kind(Route) if route.act is Act.ANNUAL_INSPECTION]
    late = next((span for span in spans if span is not None), None)
    return Window(opens, closes, after(institution, closes, late) if late else closes)


def after(institution: Institution, day: date, span: Span) -> date:
    """The day on which a span that begins with the end of a day is over, in the institution's working time."""
    evening = datetime.combine(day, time(23, 59), CHINA)
    ends = calendar_of(institution).add(evening, span.amount, span.unit.value)
    return ends.astimezone(CHINA).date()


def rules_of(route: Route) -> Rules:
    """What the route says of inspections; the usual where it says nothing."""
    return route.inspection or Rules()


def terms_for(account: Account, rulebook: Rulebook, duty: Duty) -> Terms | None:
    """How the account is inspected; nothing where the regulation has no route for it, so that it stays out."""
    facts = facts_of(account, rulebook)
    try:
        route = route_for(rulebook, facts)
    except NoRoute:
        return None
    rules = rules_of(route)
    mandatory = duty.applies(facts) and rules.mandatory.matches(facts)
    return Terms(duty, route, rules, form_of(route, rulebook), mandatory)


def terms_of(inspection: Inspection) -> Terms:
    """How an account is inspected in its round, under the rulebook the round opened with.

    Raises:
        NoInspection: nothing in it fits the account any more.
    """
    rulebook = of_version(inspection.round.rulebook)
    terms = terms_for(inspection.account, rulebook, require_duty(rulebook))
    if terms is None:
        raise NoInspection
    return terms


def form_of(route: Route, rulebook: Rulebook) -> Form | None:
    """The form the report is made on."""
    return rulebook.forms.get(route.form) if route.form else None


def facts_of(account: Account, rulebook: Rulebook) -> Facts:
    """What the rules need to know of an account."""
    return Facts(
        act=Act.ANNUAL_INSPECTION,
        owner_kind=account.owner_unit.kind,
        platform=account.platform,
        account_kind=account.kind,
        account_use=account_use(account, rulebook),
        tier=tier(account.owner_unit, rulebook),
    )


def parties_of(inspection: Inspection) -> Parties:
    """The unit that answers for the account."""
    return Parties(owner=inspection.unit, publisher=inspection.unit)


def rulebook_of(opened: Round) -> Rulebook:
    """The rulebook a round was opened under."""
    return of_version(opened.rulebook)


def _day(point: CalendarPoint | None, year: int, *, last: bool) -> date | None:
    """The day a calendar point means in a year: of a month alone its first or last one."""
    if point is None or point.month is None:
        return None
    length = monthrange(year, point.month)[1]
    whole = length if last else 1
    day = point.day or (_PART_DAYS.get(point.part, length) if point.part else whole)
    return date(year, point.month, min(day, length))
