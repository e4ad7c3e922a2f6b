"""What an account shows on its platform, held against what was approved: its menu and its profile (ruian-6.4, ruian-15).

The first look is kept as the approved state: nobody can say any more what stood there before. From then on only an
approved application changes it (`allow`). An application says in words what is to change, so what the platform shows
afterwards is held against it by a person (`settle`), other than whoever applied. Anything else is a drift: recorded once
for each thing that is shown, until what was approved is there again or was approved after all. The profile's name is
always the register's own, whatever the first look said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from guanhao.cases.models import Barred, Case
from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.registry.actions import subject_of
from guanhao.registry.checks import holds_one_of
from guanhao.registry.lifecycle import facts_of
from guanhao.registry.models import Account, Face
from guanhao.registry.types import FacePart
from guanhao.regulation.queries import in_force
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
    CHANGED = "changed"  # a change was approved and the platform shows one: somebody has to compare the two
    UPDATED = "updated"
    DRIFTED = "drifted"
    RESTORED = "restored"


_DRIFTED = {FacePart.MENU: Action.MENU_DRIFTED, FacePart.PROFILE: Action.PROFILE_DRIFTED}
_EVENTS = {
    Judged.CHANGED: {FacePart.MENU: Action.MENU_CHANGED, FacePart.PROFILE: Action.PROFILE_CHANGED},
    Judged.UPDATED: {FacePart.MENU: Action.MENU_UPDATED, FacePart.PROFILE: Action.PROFILE_UPDATED},
    Judged.RESTORED: {FacePart.MENU: Action.MENU_RESTORED, FacePart.PROFILE: Action.PROFILE_RESTORED},
    Judged.DRIFTED: _DRIFTED,
}


_OTHERWISE = Denied(Text("平台展示已有变化，请重新核对。", "What is shown has changed; compare it again."))
_STANDING = {
    Judged.DRIFTED,
    Judged.CHANGED,
}  # what is the same at the next look, as long as nobody does anything


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
    """An application to change the part was approved: a change that the platform shows may be this one."""
    face = _locked(account, part)
    face.allowed, face.refused = case, ""
    face.save(update_fields=["allowed", "refused"])


def _locked(account: Account, part: FacePart) -> Face:
    """The row of the part, made where there is none, for whoever changes it."""
    Face.objects.get_or_create(
        institution_id=account.institution_id, account=account, part=part, defaults={"approved": None}
    )
    face: Face = Face.objects.select_for_update(of=("self",)).get(account=account, part=part)
    return face


@transaction.atomic
def keep(*, actor: Actor, account: Account, watch: Watch, part: FacePart, shown: Lines) -> Judged:
    """Hold what the platform shows now against what was approved, and record what that comes to."""
    face = _locked(account, part)
    approved = None if face.approved is None else _with_name(face.approved, account, part)
    outcome = _judged(face, approved, account, shown)
    if outcome is Judged.FIRST:
        face.approved, face.approved_at = _with_name(shown, account, part), clock.now()
    is_news = outcome not in _STANDING or _digest(face.shown or []) != _digest(shown) or (
        bool(face.drifted_at) is not (outcome is Judged.DRIFTED)
    )  # fmt: skip
    if outcome is Judged.DRIFTED:
        face.drifted_at = face.drifted_at or clock.now()
    elif outcome is not Judged.PENDING:
        face.drifted_at = None
    face.shown, face.seen_at = [list(line) for line in shown], clock.now()
    face.save()
    if outcome in _EVENTS and is_news:
        _tell(actor, face, _EVENTS[outcome][part], watch)
    elif outcome is Judged.FIRST:
        _tell(actor, face, Action.FACE_KEPT, watch)
        if differences(face.approved or [], shown):  # another name than the register's, from the beginning
            return keep(actor=actor, account=account, watch=watch, part=part, shown=shown)
    return outcome


def waits(face: Face) -> bool:
    """Whether the platform shows a change where one was approved, and nobody has compared the two yet."""
    changed = _digest(face.approved or []) != (shown := _digest(face.shown or []))
    return changed and face.allowed_id is not None and not face.drifted_at and face.refused != shown


def may_settle(actor: Actor, face: Face, watch: Watch, rulebook: Rulebook) -> Verdict:
    """Whether the actor may say that the change shown is the approved one: whom the watch names, except who applied."""
    if not holds_one_of(actor, (watch.by, *watch.to), face.account.owner_unit, rulebook):
        reason = Text(
            "由负责核对的岗位或其报告对象确认。",
            "Whoever compares, or is reported to, says whether it is what was approved.",
        )
        return Denied(reason, watch.article, watch.id)
    if Barred.objects.filter(case=face.allowed_id, person_id=actor.person_id).exists():
        return Denied(
            Text("申请人不能自己确认。", "Whoever applied cannot confirm it."), watch.article, watch.id
        )
    return ALLOWED


@transaction.atomic
def settle(*, actor: Actor, account: Account, part: FacePart, seen: str, same: bool) -> Judged:
    """Say of a change that the platform shows whether it is the approved one; what is not is a drift.

    Args:
        actor: whoever compared.
        account: whose face it is.
        part: menu or profile.
        seen: the digest of what they compared (`mark_of`), so that nobody confirms what they did not read.
        same: whether it is what was approved.

    Raises:
        Refused: the rules watch nothing here, or the actor is not asked (`may_settle`).
        WrongState: nothing waits, or the platform shows something else by now.
    """
    face = _locked(account, part)
    rulebook = in_force(account.institution).rulebook
    watch = watch_of(account, part, rulebook)
    if watch is None:
        raise WrongState(_OTHERWISE)
    require(may_settle(actor, face, watch, rulebook))
    if not waits(face) or mark_of(face) != seen:
        raise WrongState(_OTHERWISE)
    outcome = Judged.UPDATED if same else Judged.DRIFTED
    _tell(actor, face, _EVENTS[outcome][part], watch)
    if same:
        face.approved, face.approved_at = _with_name(face.shown or [], account, part), clock.now()
        face.case, face.allowed = face.allowed, None
    else:
        face.drifted_at, face.refused = clock.now(), _digest(face.shown or [])
    face.save()
    return outcome


def mark_of(face: Face) -> str:
    """What stands for the lines shown last."""
    return _digest(face.shown or [])


def _judged(face: Face, approved: Lines | None, account: Account, shown: Lines) -> Judged:
    if approved is None:
        return Judged.FIRST
    if _digest(approved) == _digest(shown):
        return Judged.RESTORED if face.drifted_at else Judged.SAME
    if face.allowed_id is None or face.refused == _digest(shown):
        return Judged.DRIFTED
    if _digest(face.approved or []) == _digest(shown):
        return Judged.PENDING
    name = (
        next((says for what, says in shown if what == NAME), None) if face.part == FacePart.PROFILE else None
    )
    return Judged.DRIFTED if name not in {None, account.name} else Judged.CHANGED


def _with_name(lines: Lines, account: Account, part: FacePart) -> list[list[str]]:
    """The lines as they are approved: the name is what the register says."""
    return [
        [what, account.name if part == FacePart.PROFILE and what == NAME else says] for what, says in lines
    ]


def _digest(lines: Lines) -> str:
    return digest([list(line) for line in lines])


def _tell(actor: Actor, face: Face, action: Action, watch: Watch) -> None:
    """Record what a look or a comparison came to, with what differs from what was approved until now."""
    approved = face.approved or []
    changed = differences(approved, face.shown or [])
    record(
        institution=face.account.institution,
        actor=actor,
        action=action,
        subject=subject_of(face.account),
        facts={
            "part": face.part,
            "approved": _digest(approved),
            "shown": _digest(face.shown or []),
            "case": face.allowed_id or face.case_id,
            "differences": list(_told(changed)),
        },
        clause=watch.id,
    )


def _told(found: list[Difference]) -> Iterator[list[str]]:
    for one in found:
        yield [one.what, one.approved, one.shown]
