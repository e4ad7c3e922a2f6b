"""How inspections are told to the ledger, and how their rows are locked."""

from __future__ import annotations

from typing import Any

from guanhao.core.actors import Actor
from guanhao.inspections.models import Inspection, Round
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject

SUBJECT = "inspection"  # what a case about a report is about
ROUND = "inspection_round"


def locked(inspection: Inspection) -> Inspection:
    """The row as it is now, locked until the transaction ends."""
    rows = Inspection.objects.select_for_update(of=("self",))
    related = ("round__rulebook", "account__owner_unit", "unit", "current", "case", "institution")
    return rows.select_related(*related).get(pk=inspection.pk)


def subject_of(inspection: Inspection) -> Subject:
    """What a case about its report is about."""
    label = f"{inspection.account.name} {inspection.round.year} 年检"
    return Subject(SUBJECT, str(inspection.pk), label)


def tell(
    actor: Actor,
    action: Action,
    inspection: Inspection,
    facts: dict[str, Any] | None = None,
    *,
    detail: dict[str, Any] | None = None,
    clause: str = "",
) -> None:
    """One event about the account: duties are opened and met by what befalls an account, not by rows of ours."""
    named = {"inspection": inspection.pk, "round": inspection.round_id, "year": inspection.round.year}
    record(
        institution=inspection.institution,
        actor=actor,
        action=action,
        subject=Subject("account", str(inspection.account_id), inspection.account.name),
        facts=named | (facts or {}),
        detail=detail,
        clause=clause,
    )


def tell_round(actor: Actor, action: Action, opened: Round, facts: dict[str, Any] | None = None) -> None:
    """One event about a round."""
    record(
        institution=opened.institution,
        actor=actor,
        action=action,
        subject=Subject(ROUND, str(opened.pk), str(opened.year)),
        facts={"year": opened.year, **(facts or {})},
        clause=opened.clause,
    )
