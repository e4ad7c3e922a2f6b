"""Writing the one event of a change and what follows from it into the rows, in the transaction of the caller."""

from __future__ import annotations

from typing import Any

from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, WrongState
from guanhao.duties.models import Duty
from guanhao.duties.projecting import SUBJECT, project
from guanhao.duties.types import DutyState
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution

ENGINE = system("duties", "待办义务")


def told(
    *,
    institution: Institution,
    action: Action,
    key: str,
    clause: str,
    facts: dict[str, Any],
    actor: Actor = ENGINE,
    detail: dict[str, Any] | None = None,
) -> Duty:
    """Record the event and project it; the duty as it is now."""
    said = record(
        institution=institution,
        actor=actor,
        action=action,
        subject=Subject(SUBJECT, key),
        facts=facts,
        detail=detail,
        clause=clause,
    )
    return project(said.event)


def tell(
    duty: Duty,
    action: Action,
    facts: dict[str, Any] | None = None,
    *,
    actor: Actor = ENGINE,
    detail: dict[str, Any] | None = None,
) -> Duty:
    """Record what happened to a duty that is there."""
    return told(
        institution=duty.institution,
        action=action,
        key=duty.key,
        clause=duty.clause,
        facts={"task": duty.task, "about": [duty.about_kind, duty.about_id], **(facts or {})},
        actor=actor,
        detail=detail,
    )


def locked(duty: Duty, state: DutyState = DutyState.OPEN) -> Duty:
    """The duty as it is now, locked until the transaction ends.

    Raises:
        WrongState: it has ended meanwhile, or is not in the state that is asked for.
    """
    row: Duty = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("institution", "rulebook")
        .get(key=duty.key)
    )
    if row.state != state:
        said = (
            Text(zh="这项义务已经办结。", en="This duty is over already.")
            if state == DutyState.OPEN
            else Text(zh="这项义务的状态已经变了。", en="This duty has moved on.")
        )
        raise WrongState(Denied(said, row.article, row.clause))
    return row
