"""What becomes of a duty: reported, waived, reminded of, late, escalated, ended by time, moved, no longer needed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.duties import checks
from guanhao.duties.models import Duty
from guanhao.duties.recording import ENGINE, locked, tell
from guanhao.duties.types import DutyState, Report, Rung, RungKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.rulebook.vocabulary import Task

LEAST_SAID = 4  # characters a reason or report must have
MOST_SAID = 500
_RUNGS = {
    RungKind.REMIND: Action.DUTY_REMINDED,
    RungKind.OVERDUE: Action.DUTY_OVERDUE,
    RungKind.ESCALATE: Action.DUTY_ESCALATED,
    RungKind.MISS: Action.DUTY_MISSED,
    RungKind.LAPSE: Action.DUTY_LAPSED,
}


@transaction.atomic
def report(*, actor: Actor, duty: Duty, report: Report) -> Duty:
    """Say that a duty was done which leaves no trace of its own here; the report meets it.

    Raises:
        Refused: it is not the person's, its own event meets it, or the report says nothing (no link where one is shown).
        WrongState: it is over already.
    """
    duty = locked(duty)
    require(checks.may_report(report.person, duty))
    note, link = _said(duty, report.note), report.link.strip()[:MOST_SAID]
    if Task(duty.task) in checks.NEEDS_LINK and not link.startswith(("http://", "https://")):
        raise _refused(duty, "请填写可以打开的链接作为凭证。", "Give a link that can be opened as proof.")
    said = record(
        institution=duty.institution,
        actor=actor,
        action=Action.DUTY_REPORTED,
        subject=Subject("duty", duty.key),
        facts={"task": duty.task, "about": [duty.about_kind, duty.about_id], "link": bool(link)},
        detail={"note": note, "link": link},
        clause=duty.clause,
    )
    index = said.event.index
    return tell(duty, Action.DUTY_MET, {"by": index, "counted": f"event:{index}"}, actor=actor)


@transaction.atomic
def waive(*, actor: Actor, person: Person, duty: Duty, reason: str) -> Duty:
    """Waive a duty, with a reason.

    Raises:
        Refused: the clause names nobody who may, not this person, or it is the person's own; no reason.
        WrongState: it is over already.
    """
    duty = locked(duty)
    require(checks.may_waive(person, duty))
    return tell(duty, Action.DUTY_WAIVED, actor=actor, detail={"reason": _said(duty, reason)})


@transaction.atomic
def climb(*, duty: Duty, now: datetime) -> Duty:
    """Do what time has brought: every rung up to now, in order. A reminder that something later overtook is left out.

    Raises:
        WrongState: it is over already.
    """
    duty = locked(duty)
    rungs = [Rung(datetime.fromisoformat(at), kind, level) for at, kind, level in duty.ladder]
    passed = [
        (number, rung) for number, rung in enumerate(rungs[duty.rung :], duty.rung + 1) if rung.at <= now
    ]
    for number, rung in passed:
        if rung.kind == RungKind.REMIND and number < passed[-1][0]:
            continue
        facts = {
            "rung": number,
            "level": rung.level,
            "due_at": duty.due_at.isoformat() if duty.due_at else "",
        }
        duty = tell(duty, _RUNGS[RungKind(rung.kind)], facts)
    return duty


@transaction.atomic
def drop(*, duty: Duty, why: Text, by: int, actor: Actor = ENGINE) -> Duty:
    """End a duty that nothing is left to do about: its account is closed, its person has left. ``by`` is that event.

    Raises:
        WrongState: it is over already.
    """
    return tell(
        locked(duty), Action.DUTY_DROPPED, {"by": by}, actor=actor, detail={"why": why.zh, "why_en": why.en}
    )


@transaction.atomic
def reopen(*, duty: Duty, undone: int, by: int) -> Duty:
    """Owe again what was met by a deed that was taken back. ``undone`` is the deed's event, ``by`` that of taking it back.

    Raises:
        WrongState: it is not met any more.
    """
    return tell(locked(duty, DutyState.MET), Action.DUTY_REOPENED, {"undone": undone, "by": by})


@transaction.atomic
def pass_on(*, actor: Actor, duty: Duty, to: Person) -> Duty:
    """Let another person owe from now on what somebody owed for themselves; what is due when stays.

    Raises:
        Refused: an office owes it, so it changes hands with the post.
        WrongState: it is over already.
    """
    duty = locked(duty)
    if duty.person_id is None:
        raise _refused(duty, "这项义务随任职移交。", "It changes hands with the post.")
    return tell(duty, Action.DUTY_PASSED_ON, {"from": duty.person_id, "to": to.pk}, actor=actor)


def _said(duty: Duty, text: str) -> str:
    text = text.strip()
    if len(text) < LEAST_SAID:
        raise _refused(duty, "请写明情况或理由，不少于四个字。", "Say why or what was done, in a few words.")
    return text[:MOST_SAID]


def _refused(duty: Duty, zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en), duty.article, duty.clause))
