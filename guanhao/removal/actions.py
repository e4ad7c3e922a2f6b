"""An institution leaves: one asks, another confirms, both may take it back for seven days (SE8, AP8)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.exports import actions as exports
from guanhao.exports.models import ExportJob
from guanhao.exports.types import ExportKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.removal import checks
from guanhao.removal.models import Removal
from guanhao.removal.types import MOST_REASON, WAIT

_WHY = Denied(Text("请写明退出的理由（300 字以内）。", "Give a reason of at most 300 characters."))
_NAME = Denied(Text("请照原样填写单位全称。", "Type the institution's full name as it is."))
_ASKED = Denied(Text("已有人提出退出。", "Somebody has asked for it already."))
_CHANGED = Denied(Text("退出申请刚刚有变化，请刷新。", "The removal has just changed; reload."))
_STILL = Denied(Text("资料正在生成或可以下载。", "The file is being made, or can be taken."))
_NOT_THERE = Denied(Text("资料尚未生成。", "The file is not made yet."))
_TITLE = "退出前的最后一次导出"


def ask(*, actor: Actor, person: Person, name: str, reason: str) -> Removal:
    """Ask for the removal of one's institution, by its full name, so that nobody does it in passing.

    Raises:
        Refused: not the person's office, no reason, another name, or something has to be settled first.
        WrongState: somebody has asked.
    """
    require(checks.may_ask(person))
    institution, reason = person.institution, reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(_WHY)
    if name.strip() != institution.name:
        raise Refused(_NAME)
    require(checks.require_unhindered(institution))
    removal = Removal(institution=institution, reason=reason, asked_by=person, asked_at=clock.now())
    try:
        with transaction.atomic():
            removal.save()
            tell(actor, removal, Action.INSTITUTION_REMOVAL_ASKED, {}, {"reason": reason})
    except IntegrityError:
        raise WrongState(_ASKED) from None
    return removal


@transaction.atomic
def confirm(*, actor: Actor, person: Person, removal: Removal) -> Removal:
    """Agree: the time of waiting begins, and the last export is made for the two.

    Raises:
        Refused: the same person, not their office, or something has to be settled first. WrongState: it was decided.
    """
    require(checks.may_confirm_this(removal, person))
    require(checks.require_unhindered(removal.institution))
    now = clock.now()
    job = _ask_export(actor, person, removal)
    waiting = Removal.objects.waiting().filter(pk=removal.pk)
    _require_one(waiting.update(confirmed_by=person, confirmed_at=now, due_at=now + WAIT, job=job))
    removal.refresh_from_db()
    tell(actor, removal, Action.INSTITUTION_REMOVAL_CONFIRMED, {"due_at": now + WAIT, "export": job.pk})
    return removal


@transaction.atomic
def cancel(*, actor: Actor, person: Person, removal: Removal) -> Removal:
    """Take it back: either of the two, as long as it has not begun; before that, whoever could confirm declines it so.

    Raises:
        Refused: somebody else. WrongState: it has begun, or was taken back.
    """
    require(checks.is_party(removal, person))
    rows = Removal.objects.open().filter(pk=removal.pk)
    _require_one(rows.update(cancelled_by=person, cancelled_at=clock.now()))
    removal.refresh_from_db()
    tell(actor, removal, Action.INSTITUTION_REMOVAL_CANCELLED, {})
    return removal


@transaction.atomic
def make_again(*, actor: Actor, person: Person, removal: Removal) -> Removal:
    """Make the last export anew, so that it holds what happened meanwhile.

    Raises:
        Refused: not one of the two. WrongState: it is being made, or the removal is not confirmed.
    """
    require(checks.is_party(removal, person))
    locked = Removal.objects.open().select_for_update(of=("self",)).filter(pk=removal.pk).first()
    if locked is None or locked.confirmed_at is None:
        raise WrongState(_CHANGED)
    if locked.job is not None:
        if locked.job.finished_at is None and locked.job.set_aside_at is None:
            raise WrongState(_STILL)
        exports.cancel(actor=actor, job=locked.job)
    locked.job = _ask_export(actor, person, locked)
    locked.save(update_fields=["job"])
    return locked


@transaction.atomic
def take(*, actor: Actor, person: Person, removal: Removal) -> ExportJob:
    """One of the two takes the last export; each taking is recorded.

    Raises:
        Refused: somebody else, or there is no file.
    """
    require(checks.is_party(removal, person))
    job = removal.job
    if job is None or job.finished_at is None or job.expires_at <= clock.now():
        raise Refused(_NOT_THERE)
    Removal.objects.filter(pk=removal.pk, taken_at__isnull=True).update(taken_at=clock.now())
    tell(actor, removal, Action.LEDGER_EXPORTED, {"export": job.pk})
    return job


def tell(
    actor: Actor, removal: Removal, action: Action, facts: dict[str, Any], detail: dict[str, Any] | None = None
) -> None:  # fmt: skip
    """Record an event about a removal."""
    record(
        institution=removal.institution,
        actor=actor,
        action=action,
        subject=Subject("removal", str(removal.pk), removal.institution.name),
        facts=facts,
        detail=detail,
    )


def _ask_export(actor: Actor, person: Person, removal: Removal) -> ExportJob:
    return exports.ask(
        actor=actor, person=person, kind=ExportKind.LEAVING, title=_TITLE, params={"removal": removal.pk}
    )


def _require_one(count: int) -> None:
    """Of two who act at once, one does (AP4)."""
    if count != 1:
        raise WrongState(_CHANGED)
