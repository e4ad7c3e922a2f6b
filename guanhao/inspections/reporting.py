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
from guanhao.registry import kinds
from guanhao.rulebook.vocabulary import Meaning


def prefilled(inspection: Inspection, terms: Terms, evidence: Evidence) -> dict[str, str]:
    """What the form says before anybody wrote: what the unit filled in so far, else what the system knows."""
    known = _known(inspection, evidence)
    return {
        field.key: str(
            inspection.working.get(field.key) or (known.get(field.means, "") if field.means else "")
        )
        for field in checks.fields_of(terms)
    }


def _known(inspection: Inspection, evidence: Evidence) -> dict[Meaning, str]:
    """By what a field of the rulebook's form means; one that means nothing is left to the unit."""
    account = inspection.account
    platforms = kinds.platforms(rulebook_of(inspection.round))
    platform = platforms.get(account.platform)
    kind = platform.kinds.get(account.kind) if platform else None
    return {
        Meaning.UNIT: inspection.unit.name,
        Meaning.PLATFORM: kinds.title_of(account.platform, platforms).zh,
        Meaning.KIND: kind.title.zh if kind else "",
        Meaning.NAME: account.name,
        Meaning.HANDLE: account.handle,
        Meaning.ADDRESS: account.address,
        Meaning.OPENED_ON: account.opened_on.isoformat() if account.opened_on else "",
        Meaning.PURPOSE: account.purpose,
        Meaning.FIRST_RESPONSIBLE: account.first_responsible.name if account.first_responsible else "",
        Meaning.OPERATOR: account.manager.name if account.manager else "",
        Meaning.YEAR: str(inspection.round.year),
        Meaning.ITEMS: str(evidence.items),
        Meaning.PUSHES: str(evidence.pushes),
        Meaning.LAST_PUSH: evidence.last_push,
        Meaning.ERRORS: str(evidence.errors),
        Meaning.PERSON_CHANGES: str(evidence.person_changes),
    }


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
