"""The self-report (自查报告): pre-filled from the year's evidence, kept while it is written, sent as an immutable report."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from guanhao.cases import actions as cases
from guanhao.cases.models import Case
from guanhao.cases.types import BarredWhy
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.inspections import checks
from guanhao.inspections.evidence import evidence_of, vetoes
from guanhao.inspections.models import Inspection, Report
from guanhao.inspections.recording import SUBJECT, locked, subject_of, tell
from guanhao.inspections.terms import Terms, facts_of, parties_of, rulebook_of, terms_of
from guanhao.inspections.types import Evidence, InspectionState
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.rulebook.vocabulary import FieldType


def prefilled(inspection: Inspection, terms: Terms, evidence: Evidence) -> dict[str, str]:
    """What the form says before anybody wrote: what the unit filled in so far, else what the system knows."""
    known = _known(inspection, evidence)
    return {
        field.key: str(inspection.working.get(field.key) or _guess(field.key, field.type, known))
        for field in checks.fields_of(terms)
    }


def _known(inspection: Inspection, evidence: Evidence) -> dict[str, str]:
    """By the names a rulebook's form may use for its fields; a field named otherwise is left to the unit."""
    account = inspection.account
    return {
        "name": account.name,
        "account": account.name,
        "department": inspection.unit.name,
        "unit": inspection.unit.name,
        "year": str(inspection.round.year),
        "published": str(evidence.items),
        "pushes": str(evidence.pushes),
        "errors": str(evidence.errors),
        "last_push": evidence.last_push,
        "person_changes": str(evidence.person_changes),
        "head": account.first_responsible.name if account.first_responsible else "",
        "operator": account.manager.name if account.manager else "",
    }


def _guess(key: str, kind: FieldType, known: Mapping[str, str]) -> str:
    if key in known:
        return known[key]
    return known["name"] if kind is FieldType.ACCOUNT else ""


@transaction.atomic
def save(*, actor: Actor, person: Person, inspection: Inspection, values: Mapping[str, str]) -> Inspection:
    """Keep what was filled in so far; nothing is sent. Drafts are no act, so the ledger does not record them.

    Raises:
        Refused: not theirs to fill in, or not now.
    """
    del actor
    inspection = locked(inspection)
    terms = terms_of(inspection)
    require(checks.may_report(person, inspection, terms))
    inspection.working = _taken(values, terms)
    inspection.save(update_fields=["working"])
    return inspection


@transaction.atomic
def submit(*, actor: Actor, person: Person, inspection: Inspection, values: Mapping[str, str]) -> Report:
    """Send the report: an immutable one with the evidence of this moment, and a case on the regulation's route.

    Raises:
        Refused: not theirs, too early or too late, a required field is empty, no route, or nobody to decide a step.
        WrongState: it is under review.
    """
    inspection = locked(inspection)
    terms = terms_of(inspection)
    require(checks.may_report(person, inspection, terms))
    require(checks.in_time(inspection, clock.today(), terms))
    taken = _taken(values, terms)
    require(checks.complete(taken, terms))
    report = _stored(inspection, terms, person, taken)
    inspection.case = _open_case(actor, person, inspection, report)
    inspection.working, inspection.current = taken, report
    inspection.late = report.late
    inspection.state, inspection.submitted_at = InspectionState.REVIEW, clock.now()
    inspection.settled_at = None
    inspection.save(
        update_fields=["case", "working", "current", "late", "state", "submitted_at", "settled_at"]
    )
    tell(
        actor,
        Action.INSPECTION_SUBMITTED,
        inspection,
        {"hash": report.hash, "number": report.number, "late": report.late, "case": inspection.case.pk},
        clause=inspection.round.clause,
    )
    return report


def _taken(values: Mapping[str, str], terms: Terms) -> dict[str, str]:
    return {field.key: str(values.get(field.key, "")).strip() for field in checks.fields_of(terms)}


def _stored(inspection: Inspection, terms: Terms, person: Person, values: dict[str, str]) -> Report:
    evidence = evidence_of(inspection.account, inspection.round.year)
    number = inspection.reports.count() + 1
    late = clock.today() > inspection.round.closes_on and number == 1
    told = {
        "inspection": inspection.pk,
        "number": number,
        "values": values,
        "evidence": evidence.to_json(),
    }
    report = Report(
        institution_id=inspection.institution_id,
        inspection=inspection,
        number=number,
        values=values,
        evidence=evidence.to_json(),
        veto=vetoes(evidence, terms.rules.veto),
        late=late or inspection.late,
        hash=digest(told),
        made_by=person,
        made_at=clock.now(),
    )
    report.save()
    return report


def _open_case(actor: Actor, person: Person, inspection: Inspection, report: Report) -> Case:
    facts = facts_of(inspection.account, rulebook_of(inspection.round))
    return cases.open_case(
        actor=actor,
        submitted_by=person,
        act=facts.act,
        subject=subject_of(inspection),
        digest=report.hash,
        facts=facts,
        parties=parties_of(inspection),
        hands=[(person, BarredWhy.WROTE)],
        follows=inspection.case,
    )


@transaction.atomic
def take_back(*, actor: Actor, person: Person, inspection: Inspection, reason: str = "") -> Inspection:
    """Take a report back that is under review; the account owes one again, or its mending.

    Raises:
        Refused: the person neither wrote nor sent it.
        WrongState: it is not under review.
    """
    inspection = locked(inspection)
    if inspection.state != InspectionState.REVIEW or inspection.case is None:
        raise WrongState(Denied(Text(zh="没有在审的报告。", en="No report is under review.")))
    if inspection.case.subject_kind != SUBJECT:
        raise Refused(Denied(Text(zh="没有在审的报告。", en="No report is under review.")))
    cases.withdraw(actor=actor, person=person, case=inspection.case, reason=reason)
    inspection.state = InspectionState.RECTIFY if inspection.rectify_by else InspectionState.OWED
    inspection.save(update_fields=["state"])
    tell(actor, Action.INSPECTION_TAKEN_BACK, inspection, detail={"reason": reason})
    return inspection
