"""May this person run a round, report, or close it? Every answer carries its reason and article."""

from __future__ import annotations

from datetime import date

from guanhao.cases.types import in_both
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.inspections.models import Inspection, Round
from guanhao.inspections.terms import Terms, parties_of, rulebook_of, terms_of
from guanhao.inspections.types import REPORTABLE, InspectionState
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, may
from guanhao.regulation.roles import holders
from guanhao.regulation.types import Parties
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.labels import label
from guanhao.rulebook.types import Duty, FormField
from guanhao.rulebook.vocabulary import FieldType, FilledBy, Veto

_FILLED_BY_US = {FieldType.OPINION, FieldType.SEAL, FieldType.FILING_NUMBER}
LONGEST = 4000


def may_run(person: Person, duty: Duty, rulebook: Rulebook) -> Verdict:
    """Whether the person may open, close and publish rounds: whom the reports go to, and the competent office."""
    if may(person, Permission.ACCOUNT_MANAGE):
        return ALLOWED
    parties = Parties(owner=None)
    for role in duty.to:
        if holders(role, parties, rulebook).filter(pk=person.pk).exists():
            return ALLOWED
    return Denied(
        Text(zh="年检由备案部门组织。", en="Inspections are run by the registrar."), duty.article, duty.id
    )


def may_run_round(person: Person, opened: Round) -> Verdict:
    """The same, of a round that is there."""
    rulebook = rulebook_of(opened)
    duty = rulebook.clause(opened.clause)
    assert isinstance(duty, Duty)
    return may_run(person, duty, rulebook)


def may_report(person: Person, inspection: Inspection, terms: Terms | None = None) -> Verdict:
    """Whether the person may fill in and send the report: who owes it in the unit, or may open its route."""
    terms = terms or terms_of(inspection)
    if inspection.state not in REPORTABLE:
        return _denied(
            terms,
            f"这个账号的年检已是“{in_both(InspectionState(inspection.state).label).zh}”，不能再填报。",
            "The inspection of this account has gone on; nothing can be filled in now.",
        )
    rulebook = rulebook_of(inspection.round)
    for role in dict.fromkeys((terms.duty.owed_by, *terms.route.opened_by)):
        if holders(role, parties_of(inspection), rulebook).filter(pk=person.pk).exists():
            return ALLOWED
    return _denied(
        terms,
        f"自查报告由{inspection.unit.name}填报。",
        f"The report is made by {inspection.unit.name}.",
    )


def in_time(inspection: Inspection, today: date, terms: Terms) -> Verdict:
    """Whether a report is taken today: from the opening on, until the last day for late ones; mending by its own day."""
    opened = inspection.round
    if today < opened.opens_on:
        return _denied(
            terms,
            f"年检从 {opened.opens_on} 开始。",
            f"The inspection begins on {opened.opens_on}.",
        )
    if inspection.state == InspectionState.RECTIFY or today <= opened.late_until:
        return ALLOWED
    return _denied(
        terms,
        f"年检已于 {opened.late_until} 截止，逾期不再受理，请联系备案部门。",
        f"The inspection closed on {opened.late_until}; late reports are not taken. Ask the registrar.",
    )


def complete(values: dict[str, str], terms: Terms) -> Verdict:
    """Whether every required field is filled in and none is too long."""
    missing = [
        field.title for field in fields_of(terms) if field.required and not values.get(field.key, "").strip()
    ]
    if missing:
        return _denied(
            terms,
            f"还没有填：{'、'.join(title.zh for title in missing)}。",
            f"Not filled in yet: {', '.join(title.en or title.zh for title in missing)}.",
        )
    if any(len(value) > LONGEST for value in values.values()):
        return _denied(terms, f"每项不能超过 {LONGEST} 字。", f"A field has at most {LONGEST} characters.")
    return ALLOWED


def fields_of(terms: Terms) -> list[FormField]:
    """The fields of the form that the unit fills in, in their order."""
    if terms.form is None:
        return []
    return [
        field
        for field in terms.form.fields.values()
        if field.filled_by is FilledBy.APPLICANT and field.type not in _FILLED_BY_US
    ]


def no_veto(inspection: Inspection, terms: Terms) -> Verdict:
    """Whether nothing on the rulebook's list keeps the account from passing, as the report that is up for review says."""
    report = inspection.current
    if report is None or not report.veto:
        return ALLOWED
    names = [label(Veto(one)) for one in report.veto]
    return _denied(
        terms,
        f"按制度不能通过：{'、'.join(name.zh for name in names)}。请退回整改或判为不合格。",
        f"It cannot pass by the rules: {', '.join(name.en for name in names)}. Send it back or fail it.",
    )


def _denied(terms: Terms, zh: str, en: str) -> Denied:
    return Denied(Text(zh=zh, en=en), terms.route.article, terms.route.id)
