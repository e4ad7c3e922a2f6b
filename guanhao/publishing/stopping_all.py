"""停发全部: the whole installation stands still (§2.8). By its system administration; two people lift it (AP8).

Whose system administrators those are: of the institution that runs the installation (`GUANHAO_RUN_BY`), or of the only
one where there is but one. Every institution's ledger gets its own entry, without the name of another's person.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from guanhao.core import clock, tenancy
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person
from guanhao.people.permissions import Permission, may
from guanhao.publishing import checks
from guanhao.publishing.models import InstallationStop
from guanhao.publishing.moves import PUBLISHER

MOST_REASON = 200
_NOT_HERE = Denied(
    Text(
        zh="停发全部由本系统的运行单位决定；这里可以停本单位的全部账号。",
        en="Only the institution that runs the installation stops all; here all accounts of your own can be stopped.",
    )
)


def may_stop_all(person: Person) -> Verdict:
    """Whether the person may stop the whole installation, or have it resumed."""
    institutions = Institution.objects.order_by("pk")
    runs = settings.RUN_BY
    mine = person.institution.key == runs if runs else institutions.count() == 1
    return may(person, Permission.PUBLISHING_STOP_ALL) if mine else _NOT_HERE


def stop_all(*, actor: Actor, person: Person, reason: str) -> InstallationStop:
    """Stop every account of every institution, at once.

    Raises:
        Refused: without the authority or a reason.
    """
    require(may_stop_all(person))
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise Refused(
            Denied(Text(zh="请写明停发的理由（200 字以内）。", en="Give a reason of at most 200 characters."))
        )
    with transaction.atomic():
        halt = InstallationStop(reason=reason, by=person, at=clock.now())
        halt.save()
        _tell(actor, person, halt, Action.STOP_ALL_IMPOSED)
    return halt


def ask_lift_all(*, actor: Actor, person: Person, halt: InstallationStop) -> None:
    """Ask for it to be lifted; another person has to agree.

    Raises:
        Refused: without the authority.
        WrongState: it is lifted, or somebody has asked.
    """
    require(may_stop_all(person))
    with transaction.atomic():
        rows = InstallationStop.objects.filter(pk=halt.pk, lifted_at__isnull=True, lift_asked_by__isnull=True)
        _require_one(rows.update(lift_asked_by=person, lift_asked_at=clock.now()))
        _tell(actor, person, halt, Action.STOP_ALL_LIFT_ASKED)


def lift_all(*, actor: Actor, person: Person, halt: InstallationStop) -> None:
    """Agree that it is lifted.

    Raises:
        Refused: without the authority, or by the one who asked.
        WrongState: nobody asked, or it is lifted.
    """
    require(may_stop_all(person))
    with transaction.atomic():
        current = InstallationStop.objects.select_for_update(of=("self",)).get(pk=halt.pk)
        if current.lift_asked_by_id is not None:
            with tenancy.everywhere("the one who asked to lift a stop of the whole installation"):
                asker = Person.objects.get(pk=current.lift_asked_by_id)
            if checks.same_person(asker, person):
                raise Refused(Denied(Text(zh="须由另一人确认恢复。", en="Another person has to confirm.")))
        rows = InstallationStop.objects.filter(
            pk=halt.pk, lifted_at__isnull=True, lift_asked_by__isnull=False
        )
        _require_one(rows.update(lifted_by=person, lifted_at=clock.now()))
        _tell(actor, person, halt, Action.STOP_ALL_LIFTED)


def _require_one(count: int) -> None:
    if count != 1:
        raise WrongState(
            Denied(Text(zh="停发状态刚刚有变化，请刷新。", en="The stop has just changed; reload."))
        )


def _tell(actor: Actor, person: Person, halt: InstallationStop, action: Action) -> None:
    """One entry in every institution's ledger; another's person is not named there."""
    with tenancy.everywhere("a stop of the whole installation is in every institution's record"):
        for institution in Institution.objects.order_by("pk"):
            record(
                institution=institution,
                actor=actor if institution.pk == person.institution_id else PUBLISHER,
                action=action,
                subject=Subject("stop", f"all-{halt.pk}"),
                detail={"reason": halt.reason},
            )
