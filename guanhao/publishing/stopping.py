"""一键停发: in force for every intent not yet committed; two people lift it (§2.8, AP8)."""

from __future__ import annotations

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person
from guanhao.publishing import checks
from guanhao.publishing.models import Stop
from guanhao.registry.models import Account

MOST_REASON = 200


def _subject(halt: Stop) -> Subject:
    return Subject("stop", str(halt.pk), halt.account.name if halt.account else "")


@transaction.atomic
def stop(
    *, actor: Actor, person: Person, institution: Institution, account: Account | None, reason: str
) -> Stop:
    """Stop one account, or the whole institution where ``account`` is nothing.

    Raises:
        Refused: without the permission or without a reason.
    """
    require(checks.may_stop(person))
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(
            Denied(Text(zh="请写明停发的理由（200 字以内）。", en="Give a reason of at most 200 characters."))
        )
    halt = Stop(institution=institution, account=account, reason=reason, by=person, at=clock.now())
    halt.save()
    record(
        institution=institution,
        actor=actor,
        action=Action.STOP_IMPOSED,
        subject=_subject(halt),
        facts={"account": account.pk if account else None},
        detail={"reason": reason},
    )
    return halt


@transaction.atomic
def ask_lift(*, actor: Actor, person: Person, halt: Stop) -> None:
    """Ask for a stop to be lifted; somebody else has to agree.

    Raises:
        Refused: without the permission.
        WrongState: it is lifted already, or somebody has asked.
    """
    require(checks.may_stop(person))
    asked = Stop.objects.filter(pk=halt.pk, lifted_at__isnull=True, lift_asked_by__isnull=True).update(
        lift_asked_by=person, lift_asked_at=clock.now()
    )
    _require_changed(asked)
    record(institution=halt.institution, actor=actor, action=Action.STOP_LIFT_ASKED, subject=_subject(halt))


@transaction.atomic
def lift(*, actor: Actor, person: Person, halt: Stop) -> None:
    """Lift a stop that another person asked to lift.

    Raises:
        Refused: without the permission, or by the person who asked.
        WrongState: nobody asked, or it is lifted already.
    """
    require(checks.may_stop(person))
    current = Stop.objects.select_for_update(of=("self",)).get(pk=halt.pk)
    asker = current.lift_asked_by
    if asker is not None and checks.same_person(asker, person):
        raise Refused(Denied(Text(zh="须由另一人确认恢复。", en="Another person has to confirm.")))
    lifted = Stop.objects.filter(pk=halt.pk, lifted_at__isnull=True, lift_asked_by__isnull=False).update(
        lifted_by=person, lifted_at=clock.now()
    )
    _require_changed(lifted)
    record(
        institution=halt.institution,
        actor=actor,
        action=Action.STOP_LIFTED,
        subject=_subject(halt),
        facts={"asked_by": asker.pk if asker else None},
    )


def _require_changed(count: int) -> None:
    if count != 1:
        raise WrongState(
            Denied(Text(zh="停发状态刚刚有变化，请刷新。", en="The stop has just changed; reload."))
        )
