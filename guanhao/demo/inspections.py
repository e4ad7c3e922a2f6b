"""A round of annual inspection under way, in the institution whose regulation has one, so that its pages are not empty."""

from __future__ import annotations

from datetime import timedelta

from guanhao.core import clock, tenancy
from guanhao.demo.institutions import ACTOR, Demonstration
from guanhao.inspections import actions, reporting
from guanhao.inspections.checks import fields_of, may_report
from guanhao.inspections.evidence import evidence_of
from guanhao.inspections.models import Inspection, Round
from guanhao.inspections.terms import NoInspection, duty_of, parties_of, terms_of
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.regulation.roles import holders

BEGAN, REMAINS = timedelta(days=7), timedelta(days=21)
SENT = 2  # reports that units have sent already; the others still owe theirs
_SAID = "按时更新，全年没有差错；值班和审核记录齐全。"
_NUMBER = "860"


def fill(demonstration: Demonstration) -> Round | None:
    """Open this year's round a week ago and let a few units send their reports; nothing where no round is asked for."""
    with tenancy.within(demonstration.institution):
        if duty_of(demonstration.rulebook) is None:
            return None
        today = clock.today()
        opened = actions.open_round(
            actor=ACTOR,
            person=None,
            institution=demonstration.institution,
            year=today.year,
            opens_on=today - BEGAN,
            closes_on=today + REMAINS,
        )
        rows = opened.inspections.select_related(
            "account__owner_unit", "unit", "round__rulebook", "institution"
        )
        sent = 0
        for row in rows.order_by("pk"):
            if sent < SENT:
                sent += _send(row)
        return opened


def _send(row: Inspection) -> bool:
    """The unit's operator sends the report as it is filled in; whether there was somebody to send it."""
    try:
        terms = terms_of(row)
    except NoInspection:
        return False
    person: Person | None = holders(terms.duty.owed_by, parties_of(row)).order_by("pk").first()
    if person is None or not may_report(person, row, terms):
        return False
    values = reporting.prefilled(row, terms, evidence_of(row.account, row.round.year))
    for field in fields_of(terms):
        if field.required and not values[field.key]:
            values[field.key] = _NUMBER if field.type.value == "number" else _SAID
    reporting.submit(actor=actor_of(person), person=person, inspection=row, values=values)
    return True
