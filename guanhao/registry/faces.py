"""What an account shows on its platform, held against what was approved: its menu and its profile (ruian-6.4, ruian-15).

The first look is kept as the approved state: nobody can say any more what stood there before. From then on only an
approved application changes it (`allow`), once the platform shows the change. Anything else is a drift: recorded once for
each thing that is shown, until what was approved is there again or was approved after all. The profile's name is always
the register's own, whatever the first look said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from guanhao.cases.models import Case
from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.canonical import digest
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.registry.actions import subject_of
from guanhao.registry.lifecycle import facts_of
from guanhao.registry.models import Account, Face
from guanhao.registry.types import FacePart
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Watch
from guanhao.rulebook.selection import watches_for
from guanhao.rulebook.vocabulary import ClauseKind, Sign

SIGNS = {FacePart.MENU: Sign.MENU_DRIFT, FacePart.PROFILE: Sign.PROFILE_DRIFT}
for _sign in SIGNS.values():
    enforces(ClauseKind.WATCH, _sign)

WATCH = system("watch", "监测")
NAME = "name"  # of the profile's lines, the one that the register says
Lines = Sequence[Sequence[str]]  # what is shown, line by line: what it is called, what it says


class Judged(StrEnum):
    """What a look comes to."""

    FIRST = "first"
    SAME = "same"
    PENDING = "pending"  # a change was approved and the platform does not show it yet
    UPDATED = "updated"
    DRIFTED = "drifted"
    RESTORED = "restored"


_DRIFTED = {FacePart.MENU: Action.MENU_DRIFTED, FacePart.PROFILE: Action.PROFILE_DRIFTED}
_EVENTS = {
    Judged.UPDATED: {FacePart.MENU: Action.MENU_UPDATED, FacePart.PROFILE: Action.PROFILE_UPDATED},
    Judged.RESTORED: {FacePart.MENU: Action.MENU_RESTORED, FacePart.PROFILE: Action.PROFILE_RESTORED},
    Judged.DRIFTED: _DRIFTED,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that is not as approved; empty where it is missing on one of the two sides."""

    what: str
    approved: str
    shown: str


def watch_of(account: Account, part: FacePart, rulebook: Rulebook) -> Watch | None:
    """The clause under which the part is watched on this account, if there is one."""
    return next(iter(watches_for(rulebook, SIGNS[part], facts_of(account))), None)


def differences(approved: Lines, shown: Lines) -> list[Difference]:
    """In what the two differ, in the order of what was approved; what only moved is told as one line."""
    before, after = {line[0]: line[1] for line in approved}, {line[0]: line[1] for line in shown}
    found = [
        Difference(what, before.get(what, ""), after.get(what, ""))
        for what in dict.fromkeys([*before, *after])
        if before.get(what) != after.get(what)
    ]
    if not found and _digest(approved) != _digest(shown):
        found = [Difference("", "、".join(before), "、".join(after))]
    return found


@transaction.atomic
def allow(*, account: Account, part: FacePart, case: Case) -> None:
    """An application to change the part was approved: the next change that the platform shows is this one."""
    row, _new = Face.objects.get_or_create(
        institution_id=account.institution_id, account=account, part=part, defaults={"approved": None}
    )
    row.allowed = case
    row.save(update_fields=["allowed"])


@transaction.atomic
def keep(*, actor: Actor, account: Account, watch: Watch, part: FacePart, shown: Lines) -> Judged:
    """Hold what the platform shows now against what was approved, and record what that comes to."""
    Face.objects.get_or_create(
        institution_id=account.institution_id, account=account, part=part, defaults={"approved": None}
    )
    face = Face.objects.select_for_update(of=("self",)).get(account=account, part=part)
    approved = None if face.approved is None else _with_name(face.approved, account, part)
    outcome = _judged(face, approved, account, shown)
    before = approved or []
    if outcome in {Judged.FIRST, Judged.UPDATED}:
        face.approved, face.approved_at = _with_name(shown, account, part), clock.now()
    if outcome is Judged.UPDATED:
        face.case, face.allowed = face.allowed, None
    is_news = (
        outcome is not Judged.DRIFTED or _digest(face.shown or []) != _digest(shown) or not face.drifted_at
    )
    if outcome is Judged.DRIFTED:
        face.drifted_at = face.drifted_at or clock.now()
    elif outcome is not Judged.PENDING:
        face.drifted_at = None
    face.shown, face.seen_at = [list(line) for line in shown], clock.now()
    face.save()
    if outcome in _EVENTS and is_news:
        _tell(actor, face, _EVENTS[outcome][part], watch, before)
    elif outcome is Judged.FIRST:
        _tell(actor, face, Action.FACE_KEPT, watch, before)
        if differences(face.approved or [], shown):  # another name than the register's, from the beginning
            return keep(actor=actor, account=account, watch=watch, part=part, shown=shown)
    return outcome


def _judged(face: Face, approved: Lines | None, account: Account, shown: Lines) -> Judged:
    if approved is None:
        return Judged.FIRST
    if _digest(approved) == _digest(shown):
        return Judged.RESTORED if face.drifted_at else Judged.SAME
    if face.allowed_id is None:
        return Judged.DRIFTED
    if _digest(face.approved or []) == _digest(shown):
        return Judged.PENDING
    name = (
        next((says for what, says in shown if what == NAME), None) if face.part == FacePart.PROFILE else None
    )
    return Judged.DRIFTED if name not in {None, account.name} else Judged.UPDATED


def _with_name(lines: Lines, account: Account, part: FacePart) -> list[list[str]]:
    """The lines as they are approved: the name is what the register says."""
    return [
        [what, account.name if part == FacePart.PROFILE and what == NAME else says] for what, says in lines
    ]


def _digest(lines: Lines) -> str:
    return digest([list(line) for line in lines])


def _tell(actor: Actor, face: Face, action: Action, watch: Watch, before: Lines) -> None:
    approved = face.approved or []
    changed = differences(
        before if action in _EVENTS[Judged.UPDATED].values() else approved, face.shown or []
    )
    record(
        institution=face.account.institution,
        actor=actor,
        action=action,
        subject=subject_of(face.account),
        facts={
            "part": face.part,
            "approved": _digest(approved),
            "shown": _digest(face.shown or []),
            "case": face.case_id if action is not Action.FACE_KEPT else None,
            "differences": list(_told(changed)),
        },
        clause=watch.id,
    )


def _told(found: list[Difference]) -> Iterator[list[str]]:
    for one in found:
        yield [one.what, one.approved, one.shown]
