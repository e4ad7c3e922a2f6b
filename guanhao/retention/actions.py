"""The period of the ledger: asked, agreed by another, in force at once (LG8, AP8); and the removal of what is older."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.models import Retention
from guanhao.ledger.pruning import months_of, prune
from guanhao.ledger.types import LEAST_MONTHS, MOST_MONTHS, Action, Subject
from guanhao.people.models import Institution, Person
from guanhao.retention import checks
from guanhao.retention.models import PeriodChange
from guanhao.steps.clock import database_now

MOST_REASON = 300
STEPS_A_TICK = 50  # of two thousand entries each, so that other periodic work gets its turn
_WHY = Denied(Text("请写明理由（300 字以内）。", "Give a reason of at most 300 characters."))
_RANGE = Denied(
    Text(
        f"留存期限不得少于 {LEAST_MONTHS} 个月（网络安全法），不超过 {MOST_MONTHS} 个月。",
        f"The ledger is kept for at least {LEAST_MONTHS} months (Cybersecurity Law) and {MOST_MONTHS} at most.",
    )
)
_SAME = Denied(Text("这就是现在的留存期限。", "That is the period in force."))
_ASKED = Denied(Text("已有一项更改等待同意。", "A change waits for agreement already."))
_CHANGED = Denied(Text("这项更改刚刚有变化，请刷新。", "The change has just been decided; reload."))


def ask(*, actor: Actor, person: Person, months: int, reason: str) -> PeriodChange:
    """Ask for another period.

    Raises:
        Refused: not the person's office, no reason, less than six months. WrongState: another change waits.
    """
    require(checks.may_ask(person))
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(_WHY)
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise Refused(_RANGE)
    if months == months_of(person.institution):
        raise Refused(_SAME)
    change = PeriodChange(
        institution_id=person.institution_id,
        months=months,
        reason=reason,
        asked_by=person,
        asked_at=clock.now(),
    )
    try:
        with transaction.atomic():
            change.save()
            _tell(actor, change, Action.RETENTION_ASKED, {"reason": reason})
    except IntegrityError:
        raise WrongState(_ASKED) from None
    return change


@transaction.atomic
def agree(*, actor: Actor, person: Person, change: PeriodChange) -> PeriodChange:
    """Agree: the period is in force at once.

    Raises:
        Refused: the same person, or not their office. WrongState: it was decided.
    """
    require(checks.may_agree_to(change, person))
    now = clock.now()
    _require_one(PeriodChange.objects.open().filter(pk=change.pk).update(agreed_by=person, agreed_at=now))
    change.refresh_from_db()
    Retention.objects.update_or_create(
        institution_id=change.institution_id, defaults={"months": change.months, "since": now}
    )
    _tell(actor, change, Action.RETENTION_AGREED)
    return change


@transaction.atomic
def drop(*, actor: Actor, person: Person, change: PeriodChange) -> PeriodChange:
    """Take it back, or decline it.

    Raises:
        Refused: somebody else. WrongState: it was decided.
    """
    require(checks.may_drop(change, person))
    rows = PeriodChange.objects.open().filter(pk=change.pk)
    _require_one(rows.update(dropped_by=person, dropped_at=clock.now()))
    change.refresh_from_db()
    _tell(actor, change, Action.RETENTION_DROPPED)
    return change


def remove_outlived(institution: Institution) -> int:
    """Remove entries that are older than the institution's period; how many went. The only road by which any goes."""
    number = 0
    for _step in range(STEPS_A_TICK):
        pruned = prune(institution, database_now())
        if pruned is None:
            break
        number += pruned.below - pruned.first
    return number


def _tell(actor: Actor, change: PeriodChange, action: Action, detail: dict[str, Any] | None = None) -> None:
    record(
        institution=change.institution,
        actor=actor,
        action=action,
        subject=Subject("retention", str(change.pk)),
        facts={"months": change.months},
        detail=detail,
    )


def _require_one(count: int) -> None:
    """Of two who decide at once, one does (AP4)."""
    if count != 1:
        raise WrongState(_CHANGED)
