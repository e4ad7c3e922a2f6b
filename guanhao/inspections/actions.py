"""Rounds: opened by the calendar or the registrar, reminded of, closed when the last day is over, published."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from guanhao.contents.days import calendar_of
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.inspections import checks, settling, terms
from guanhao.inspections.models import Inspection, Round
from guanhao.inspections.recording import tell_round
from guanhao.inspections.types import InspectionState, Window
from guanhao.ledger.types import Action
from guanhao.people.models import Institution, Person
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import InForce, NoRulebook
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.types import Act, ClauseKind, Route, Span, Unit

enforces(ClauseKind.ROUTE, Act.ANNUAL_INSPECTION)

REMIND = Span(Decimal(10), Unit.WORKDAY)  # where the duty says nothing


def due_year(institution: Institution, today: date) -> int | None:
    """The year whose round is to be open today by the calendar and is not there; nothing otherwise."""
    try:
        rulebook = in_force(institution).rulebook
        dates = {year: terms.window(institution, rulebook, year) for year in (today.year, today.year - 1)}
    except (NoRulebook, terms.NoInspection):
        return None
    due = [year for year, window in dates.items() if window.opens_on <= today <= window.closes_on]
    there = Round.objects.filter(year__in=due).values_list("year", flat=True)
    return next((year for year in due if year not in set(there)), None)


@transaction.atomic
def open_round(
    *,
    actor: Actor,
    person: Person | None,
    institution: Institution,
    year: int,
    opens_on: date | None = None,
    closes_on: date | None = None,
) -> Round:
    """Open the inspection of a year: one row for every account in use that the regulation inspects.

    The calendar opens it with nobody as ``person``; the registrar may do it earlier, with days of their own.

    Raises:
        Refused: not the registrar, no inspection in the regulation, days that cannot be, or no account to inspect.
        WrongState: the year's round is there.
    """
    force = in_force(institution)
    duty = terms.require_duty(force.rulebook)
    if person is not None:
        require(checks.may_run(person, duty, force.rulebook))
    dates = _dates(institution, force, year, opens_on, closes_on)
    opened = Round(
        institution=institution,
        year=year,
        opens_on=dates.opens_on,
        closes_on=dates.closes_on,
        late_until=dates.late_until,
        rulebook=force.version,
        clause=duty.id,
        article=duty.article,
        opened_at=clock.now(),
        opened_by=person,
    )
    _save(opened)
    rows = _rows(opened, force)
    if not rows:
        raise Refused(
            Denied(Text(zh="没有须年检的账号。", en="There is no account to inspect."), duty.article)
        )
    Inspection.objects.bulk_create(rows, batch_size=500)
    facts = {"accounts": len(rows), "closes_on": opened.closes_on.isoformat()}
    tell_round(actor, Action.INSPECTION_OPENED, opened, facts)
    return opened


def open_due(*, actor: Actor, institution: Institution, year: int) -> Round | None:
    """Open the round whose days have come; nothing where there is no account to inspect, or somebody was faster."""
    try:
        return open_round(actor=actor, person=None, institution=institution, year=year)
    except Refused:
        return None


def _dates(
    institution: Institution, force: InForce, year: int, opens_on: date | None, closes_on: date | None
) -> Window:
    by_rule = terms.window(institution, force.rulebook, year)
    opens = opens_on or by_rule.opens_on
    closes = closes_on or by_rule.closes_on
    if opens > closes or closes < clock.today():
        raise Refused(
            Denied(
                Text(
                    zh="截止日不能早于开始日，也不能已经过去。",
                    en="The last day must not lie before the first, nor in the past.",
                )
            )
        )
    grace = by_rule.late_until - by_rule.closes_on
    return Window(opens, closes, by_rule.late_until if closes == by_rule.closes_on else closes + grace)


def _save(opened: Round) -> None:
    try:
        with transaction.atomic():
            opened.save()
    except IntegrityError as clash:
        raise WrongState(
            Denied(
                Text(
                    zh=f"{opened.year} 年的年检已经开始。",
                    en=f"The inspection of {opened.year} is open already.",
                ),
                opened.article,
                opened.clause,
            )
        ) from clash


def _rows(opened: Round, force: InForce) -> list[Inspection]:
    duty = terms.require_duty(force.rulebook)
    accounts = Account.objects.in_use().select_related("owner_unit").order_by("pk")
    found = ((account, terms.terms_for(account, force.rulebook, duty)) for account in accounts)
    return [
        Inspection(
            institution_id=opened.institution_id,
            round=opened,
            account=account,
            unit=account.owner_unit,
            mandatory=how.mandatory,
        )
        for account, how in found
        if how is not None
    ]


@transaction.atomic
def remind(*, actor: Actor, opened: Round) -> bool:
    """Say once that the last day is near, while somebody still owes a report; answers whether it was said."""
    opened = _locked(opened)
    if opened.reminded_at or opened.closed_at or clock.today() < _reminds_on(opened):
        return False
    owed = opened.inspections.owed().count()
    opened.reminded_at = clock.now()
    opened.save(update_fields=["reminded_at"])
    if owed:
        tell_round(
            actor,
            Action.INSPECTION_DUE_SOON,
            opened,
            {"owed": owed, "closes_on": opened.closes_on.isoformat()},
        )
    return bool(owed)


def _reminds_on(opened: Round) -> date:
    duty = terms.require_duty(terms.rulebook_of(opened))
    span = duty.remind[0] if duty.remind else REMIND
    day = calendar_of(opened.institution).subtract(
        settling.end_of(opened.closes_on), span.amount, span.unit.value
    )
    return day.astimezone(clock.CHINA).date()


def close_over(*, actor: Actor, opened: Round) -> int:
    """Settle what is overdue: no report by the last day, nothing mended by its day. Answers how many were settled.

    One account a transaction, so that one that cannot be settled holds up no other. The round itself is closed when its
    last day is over and no report is owed.
    """
    today, done = clock.today(), 0
    if today > opened.late_until:
        for row in opened.inspections.owed():
            done += settling.missed(actor=actor, inspection=row)
    for row in opened.inspections.unmended(today):
        done += settling.unmended(actor=actor, inspection=row)
    _close(actor, opened, today)
    return done


@transaction.atomic
def _close(actor: Actor, opened: Round, today: date) -> None:
    opened = _locked(opened)
    if opened.closed_at or today <= opened.late_until or opened.inspections.owed().exists():
        return
    opened.closed_at = clock.now()
    opened.save(update_fields=["closed_at"])
    tell_round(actor, Action.INSPECTION_CLOSED, opened, opened.inspections.counted())


@transaction.atomic
def publish_results(*, actor: Actor, person: Person, opened: Round) -> Round:
    """Publish the lists of results inside the institution, as the regulation says which.

    Raises:
        Refused: not the registrar, or the regulation publishes no list.
        WrongState: reports may still come, or the results are out.
    """
    opened = _locked(opened)
    require(checks.may_run_round(person, opened))
    if not published_lists(opened):
        raise Refused(
            Denied(
                Text(zh="制度没有规定公布年检结果。", en="The regulation publishes no results."),
                opened.article,
            )
        )
    if opened.published_at or not opened.closed_at:
        raise WrongState(
            Denied(
                Text(
                    zh="年检截止后才能公布，且只公布一次。",
                    en="Results are published once, after the inspection is closed.",
                ),
                opened.article,
                opened.clause,
            )
        )
    opened.published_at, opened.published_by = clock.now(), person
    opened.save(update_fields=["published_at", "published_by"])
    tell_round(actor, Action.INSPECTION_PUBLISHED, opened, opened.inspections.counted())
    return opened


def published_lists(opened: Round) -> list[InspectionState]:
    """Which results the regulation publishes."""
    rulebook = terms.rulebook_of(opened)
    routes = [route for route in rulebook.of_kind(Route) if route.act is Act.ANNUAL_INSPECTION]
    named = {result.value for route in routes for result in terms.rules_of(route).publishes}
    return [state for state in InspectionState if state.value in named]


def _locked(opened: Round) -> Round:
    rows = Round.objects.select_for_update(of=("self",)).select_related("institution", "rulebook")
    return rows.get(pk=opened.pk)
