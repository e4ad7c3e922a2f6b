"""Security incidents (PD7): opened with what is known, reported in time, followed step by step, closed with lessons.

The clock runs from the moment the incident was noticed. Each step is an entry of the ledger; the free words are on its
erasable side, because they name people.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.privacy import checks
from guanhao.privacy.models import Incident, IncidentAccount, Measure, Report
from guanhao.privacy.types import INCIDENTS_KEPT_YEARS, TERMS, Addressee, IncidentFacts
from guanhao.registry.models import Account

KEEPER = system("privacy", "个人信息与安全")
REMINDER = system("reminder", "到期提醒")

_FUTURE = Denied(Text("发现时间不能晚于现在。", "It cannot have been noticed after now."))
_ORDER = Denied(Text("发生时间不能晚于发现时间。", "It cannot have happened after it was noticed."))
_LATE = Denied(Text("报告时间不能晚于现在。", "The report cannot have been made after now."))
_SETTLED = Denied(Text("这项报告已经登记过。", "This report was settled already."))


@transaction.atomic
def open_incident(*, actor: Actor, person: Person, facts: IncidentFacts) -> Incident:
    """Open an incident; what is owed to whom begins to count from when it was noticed.

    Raises:
        Refused: not the person's office, nothing said, or times that cannot be.
    """
    require(checks.may_run_incidents(person))
    _require_sound(facts)
    incident = Incident(
        institution_id=person.institution_id, opened_by=person, opened_at=clock.now(), **facts.columns()
    )
    incident.save()
    _set_accounts(incident, facts.accounts)
    for to, term in TERMS.items():
        due = facts.noticed_at + term.due
        Report(
            institution_id=incident.institution_id, incident=incident, to=to, due_at=due,
            remind_at=due - term.ahead,
        ).save()  # fmt: skip
    _tell(actor, incident, Action.INCIDENT_OPENED, {"kind": facts.kind}, _wording(facts))
    return incident


@transaction.atomic
def change_facts(*, actor: Actor, person: Person, incident: Incident, facts: IncidentFacts) -> Incident:
    """Write down what is known now; when it was noticed moves what is still owed.

    Raises:
        Refused: as `open_incident`, or the incident is closed.
    """
    require(checks.may_run_incidents(person))
    _require_sound(facts)
    incident = _locked(incident)
    changed = [name for name, value in facts.columns().items() if getattr(incident, name) != value]
    before = tuple(sorted(incident.accounts.values_list("account_id", flat=True)))
    if not changed and before == facts.accounts:
        return incident
    for name in changed:
        setattr(incident, name, getattr(facts, name))
    if changed:
        incident.save(update_fields=changed)
    _set_accounts(incident, facts.accounts)
    if "noticed_at" in changed:
        _move_terms(incident)
    _tell(actor, incident, Action.INCIDENT_CHANGED, {"fields": sorted(changed)}, _wording(facts))
    return incident


@transaction.atomic
def add_measure(*, actor: Actor, person: Person, incident: Incident, words: str) -> Measure:
    """Note what was done about it.

    Raises:
        Refused: not the person's office, nothing said, or closed.
    """
    require(checks.may_run_incidents(person))
    require(checks.said(words, Text("采取了什么措施", "what was done")))
    incident = _locked(incident)
    measure = Measure(
        institution_id=incident.institution_id, incident=incident, words=words.strip(), person=person, at=clock.now()
    )  # fmt: skip
    measure.save()
    _tell(actor, incident, Action.INCIDENT_MEASURE, {"measure": measure.pk}, {"note": measure.words})
    return measure


@transaction.atomic
def report_made(
    *, actor: Actor, person: Person, report: Report, made_at: datetime, whom: str, words: str
) -> Report:
    """Note that a report was made: when, to whom, under which number.

    Raises:
        Refused: not the person's office, nobody named, a time to come, settled already, or closed.
    """
    require(checks.said(whom, Text("向谁报告", "to whom it was reported")))
    if made_at > clock.now():
        raise Refused(_LATE)
    return _settle(actor, person, report, made_at=made_at, whom=whom.strip()[:200], words=words.strip())


@transaction.atomic
def report_not_needed(*, actor: Actor, person: Person, report: Report, words: str) -> Report:
    """Note why a report need not be made (PIPL 57 knows such cases, and small incidents need none of the others).

    Raises:
        Refused: not the person's office, no reason given, settled already, or closed.
    """
    require(checks.said(words, Text("不用报告的理由", "why no report is needed")))
    return _settle(actor, person, report, made_at=None, whom="", words=words.strip())


@transaction.atomic
def close_incident(*, actor: Actor, person: Person, incident: Incident, lessons: str) -> Incident:
    """Close it with what was learnt; it is kept for three years from now.

    Raises:
        Refused: not the person's office, no lessons, a report still owed, or closed already.
    """
    require(checks.may_run_incidents(person))
    require(checks.said(lessons, Text("教训和改进", "what was learnt")))
    incident = _locked(incident)
    require(checks.may_close(incident))
    now = clock.now()
    incident.closed_by, incident.closed_at, incident.lessons = person, now, lessons.strip()
    incident.keep_until = now + timedelta(days=366 * INCIDENTS_KEPT_YEARS)
    incident.save(update_fields=["closed_by", "closed_at", "lessons", "keep_until"])
    _tell(
        actor, incident, Action.INCIDENT_CLOSED, {"keep_until": incident.keep_until.isoformat()},
        {"note": incident.lessons},
    )  # fmt: skip
    return incident


def remind() -> None:
    """Record which reports are soon due and which are late, once each; people are told as a consequence."""
    now = clock.now()
    rows = Report.objects.select_related("incident__institution")
    for report in rows.to_remind_of(now):
        _remind(report, "reminded_at", Action.INCIDENT_REPORT_DUE_SOON, now)
    for report in rows.newly_overdue(now):
        _remind(report, "overdue_at", Action.INCIDENT_REPORT_OVERDUE, now)


def forget_outlived() -> None:
    """Delete closed incidents whose three years are over; the ledger keeps that there was one, without its words."""
    for incident in Incident.objects.outlived(clock.now()).select_related("institution"):
        with transaction.atomic():
            for rows in (incident.accounts, incident.measures, incident.reports):
                rows.all().delete()
            _tell(KEEPER, incident, Action.INCIDENT_FORGOTTEN, {})
            incident.delete()


@transaction.atomic
def _remind(report: Report, field: str, action: Action, now: datetime) -> None:
    """The conditional update lets one worker of several say it."""
    if Report.objects.owed().filter(pk=report.pk, **{f"{field}__isnull": True}).update(**{field: now}):
        _tell(REMINDER, report.incident, action, {"report": report.pk, "to": report.to})


def _settle(
    actor: Actor, person: Person, report: Report, *, made_at: datetime | None, whom: str, words: str
) -> Report:
    require(checks.may_run_incidents(person))
    incident = _locked(report.incident)
    now = clock.now()
    values = {"settled_at": now, "settled_by": person, "made_at": made_at, "whom": whom, "words": words}
    if not Report.objects.owed().filter(pk=report.pk).update(**values):
        raise WrongState(_SETTLED)
    report.refresh_from_db()
    made = made_at is not None
    action = Action.INCIDENT_REPORTED if made else Action.INCIDENT_REPORT_NOT_NEEDED
    late = bool(made_at and made_at > report.due_at)
    _tell(
        actor, incident, action, {"report": report.pk, "to": report.to, "late": late},
        {"whom": whom, "note": words},
    )  # fmt: skip
    return report


def _locked(incident: Incident) -> Incident:
    found: Incident = Incident.objects.select_for_update().get(pk=incident.pk)
    closed = checks.is_open(found)
    if isinstance(closed, Denied):
        raise WrongState(closed)
    return found


def _move_terms(incident: Incident) -> None:
    for report in incident.reports.owed():
        term = TERMS[Addressee(report.to)]
        report.due_at = incident.noticed_at + term.due
        report.remind_at = report.due_at - term.ahead
        report.reminded_at = report.overdue_at = None
        report.save(update_fields=["due_at", "remind_at", "reminded_at", "overdue_at"])


def _set_accounts(incident: Incident, keys: tuple[int, ...]) -> None:
    """The accounts concerned, of those the institution has (TN2)."""
    incident.accounts.exclude(account__in=keys).delete()
    known = set(incident.accounts.values_list("account_id", flat=True))
    for account in Account.objects.filter(pk__in=set(keys) - known):
        IncidentAccount(institution_id=incident.institution_id, incident=incident, account=account).save()


def _require_sound(facts: IncidentFacts) -> None:
    require(checks.said(facts.title, Text("事件名称", "what it is called")))
    require(checks.said(facts.what, Text("发生了什么", "what happened")))
    if facts.noticed_at > clock.now():
        raise Refused(_FUTURE)
    if facts.happened_at is not None and facts.happened_at > facts.noticed_at:
        raise Refused(_ORDER)


def _wording(facts: IncidentFacts) -> dict[str, Any]:
    """The facts as they were written, for the erasable side of the entry."""
    said = facts.columns() | {"accounts": list(facts.accounts)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()
    } | {"note": facts.what}


def _tell(
    actor: Actor, incident: Incident, action: Action, facts: dict[str, Any], detail: dict[str, Any] | None = None
) -> None:  # fmt: skip
    record(
        institution=incident.institution,
        actor=actor,
        action=action,
        subject=Subject("incident", str(incident.pk), incident.title),
        facts=facts,
        detail=detail,
    )
