"""From events to rows: the only place that writes a duty's rows.

It makes no difference whether an action just recorded the event or a rebuild reads it again: that is why dropping and
rebuilding gives the same duties.

An event carries all that its row needs (`opening.told`), so nothing here looks at the world or asks a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import F

from guanhao.duties.models import Credit, Duty, Seat
from guanhao.duties.types import DutyState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action

SUBJECT = "duty"


def project(event: Event) -> Duty:
    """Write what the event says into the rows; the duty as it is now."""
    PROJECTIONS[Action(event.action)](event)
    return Duty.objects.get(key=event.subject_id)


def _opened(event: Event) -> None:
    facts = event.facts
    ladder = facts["ladder"]
    duty = Duty(
        institution_id=event.institution_id,
        key=event.subject_id,
        rulebook_id=facts["rulebook"],
        clause=event.clause,
        article=facts["article"],
        task=facts["task"],
        force=facts["force"],
        origin=facts["origin"],
        about_kind=facts["about"][0],
        about_id=facts["about"][1],
        account_id=_key_of("account", facts),
        paper_id=_key_of("article", facts),
        concern_id=_key_of("concern", facts),
        unit_id=facts["unit"],
        person_id=facts["person"],
        names_post=facts["names_post"],
        opened_at=datetime.fromisoformat(facts["opened_at"]),
        period_end=date.fromisoformat(facts["period_end"]) if facts["period_end"] else None,
        due_at=_instant(facts["due_at"]),
        needed=facts["needed"],
        ladder=ladder,
        next_at=_instant(ladder[0][0]) if ladder else None,
        event=event.index,
    )
    duty.save()
    Seat.objects.bulk_create(
        [
            Seat(
                institution_id=event.institution_id,
                duty=duty,
                kind=kind,
                unit_id=unit,
                post=post,
                level=level,
            )
            for kind, unit, post, level in facts["seats"]
        ]
    )


def _advanced(event: Event) -> None:
    duty = Duty.objects.get(key=event.subject_id)
    Credit(
        institution_id=event.institution_id,
        duty=duty,
        counted=event.facts["counted"],
        event=event.facts["by"],
    ).save()
    Duty.objects.filter(pk=duty.pk).update(have=F("have") + 1)


def _joined(event: Event) -> None:
    """A later cause of the same duty: kept beside what counts, so that it opens nothing when it is drawn again."""
    duty = Duty.objects.get(key=event.subject_id)
    Credit(
        institution_id=event.institution_id, duty=duty, counted=event.facts["key"], event=event.index
    ).save()


def _climbed(event: Event) -> None:
    """A rung is behind us; those that were passed over with it as well."""
    duty = Duty.objects.get(key=event.subject_id)
    rung = event.facts["rung"]
    rest = duty.ladder[rung:]
    changes: dict[str, Any] = {"rung": rung, "next_at": _instant(rest[0][0]) if rest else None}
    if event.action == Action.DUTY_OVERDUE:
        changes["late_at"] = event.at
    Duty.objects.filter(pk=duty.pk).update(**changes)


def _moved(event: Event) -> None:
    facts = event.facts
    rest = facts["ladder"][facts["rung"] :]
    Duty.objects.filter(key=event.subject_id).update(
        due_at=_instant(facts["due_at"]),
        ladder=facts["ladder"],
        rung=facts["rung"],
        next_at=_instant(rest[0][0]) if rest else None,
    )


def _passed_on(event: Event) -> None:
    """Somebody else owes it for themselves from now on."""
    Duty.objects.filter(key=event.subject_id).update(person_id=event.facts["to"])


def _reopened(event: Event) -> None:
    """What met it was taken back: it is owed as before, with the rungs that are still to come."""
    duty = Duty.objects.get(key=event.subject_id)
    undone, _each = Credit.objects.filter(duty=duty, event=event.facts["undone"]).delete()
    rest = duty.ladder[duty.rung :]
    Duty.objects.filter(pk=duty.pk).update(
        state=DutyState.OPEN,
        ended_at=None,
        ended_event=None,
        have=F("have") - undone,
        next_at=_instant(rest[0][0]) if rest else None,
    )


def _ended(state: DutyState) -> Callable[[Event], None]:
    def end(event: Event) -> None:
        Duty.objects.filter(key=event.subject_id).update(
            state=state, ended_at=event.at, ended_event=event.index, next_at=None
        )

    return end


def _noted(event: Event) -> None:
    """A report changes no row by itself; what it meets is told by the event that follows."""


def _key_of(kind: str, facts: dict[str, Any]) -> int | None:
    return int(facts["about"][1]) if facts["about"][0] == kind else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


PROJECTIONS: dict[Action, Callable[[Event], None]] = {
    Action.DUTY_ADVANCED: _advanced,
    Action.DUTY_DROPPED: _ended(DutyState.DROPPED),
    Action.DUTY_ESCALATED: _climbed,
    Action.DUTY_JOINED: _joined,
    Action.DUTY_LAPSED: _ended(DutyState.LAPSED),
    Action.DUTY_MET: _ended(DutyState.MET),
    Action.DUTY_MISSED: _ended(DutyState.MISSED),
    Action.DUTY_MOVED: _moved,
    Action.DUTY_OPENED: _opened,
    Action.DUTY_OVERDUE: _climbed,
    Action.DUTY_PASSED_ON: _passed_on,
    Action.DUTY_REMINDED: _climbed,
    Action.DUTY_REOPENED: _reopened,
    Action.DUTY_REPORTED: _noted,
    Action.DUTY_WAIVED: _ended(DutyState.WAIVED),
}
