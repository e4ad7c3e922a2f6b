"""Who may ask for another period and who may agree: each with its reason."""

from __future__ import annotations

from guanhao.cases.two_persons import may_confirm
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, may
from guanhao.removal.checks import may_agree
from guanhao.retention.models import PeriodChange

_NOT_ASKING = Denied(
    Text(
        "由系统管理员或审计管理员提出。",
        "The system administrator or the audit administrator asks for this.",
    )
)
_NOT_YOURS = Denied(
    Text("只有提出的人和能同意的人可以撤回。", "Only who asked for it and who could agree may take it back.")
)


def may_ask(person: Person) -> Verdict:
    """Whether the person may ask: the system administrator, or the auditor whose record it is."""
    if may(person, Permission.INSTITUTION_LEAVE) or may(person, Permission.LEDGER_EXPORT):
        return ALLOWED
    return _NOT_ASKING


def may_agree_to(change: PeriodChange, person: Person) -> Verdict:
    """The security administrator or the head of the office, and somebody else than who asked (AP8)."""
    entitled = may_agree(person)
    return may_confirm(person, change.asked_by) if entitled else entitled


def may_drop(change: PeriodChange, person: Person) -> Verdict:
    """Whether the person may take it back, or decline it."""
    if person.active and (person.pk == change.asked_by_id or may_agree(person)):
        return ALLOWED
    return _NOT_YOURS
