"""Break-glass (SE5): somebody without a slot must look now; two others agree, everybody concerned hears, the secret is due."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.custody import checks
from guanhao.custody.models import Emergency, EmergencyVoice
from guanhao.custody.types import ASK_GOOD_FOR, GRANT_GOOD_FOR, REVEALABLE, VOICES
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.registry.actions import subject_of
from guanhao.registry.models import Account
from guanhao.registry.types import SecretKind


@transaction.atomic
def ask(*, actor: Actor, person: Person, account: Account, kind: str, reason: str) -> Emergency:
    """Ask to see a secret in an emergency.

    Raises:
        Refused: the account is not the person's business, the person is a holder anyway, asked already, or said no why.
    """
    require(checks.runs(account, person))
    require(checks.reason_given(reason))
    if SecretKind(kind) not in REVEALABLE or checks.holds(account, person):
        raise _refuse("您是保管人，可直接查看。", "You hold a slot and can look without this.")
    now = clock.now()
    asked = Emergency.objects.filter(account=account, kind=kind, person=person)
    if asked.waiting().exists() or asked.granted().exists():
        raise _refuse("您已申请过，正在等待或已获同意。", "You asked already; it waits or was granted.")
    emergency = Emergency(
        institution_id=account.institution_id,
        account=account,
        kind=kind,
        person=person,
        reason=reason.strip()[:300],
        asked_at=now,
        ask_until=now + ASK_GOOD_FOR,
    )
    emergency.save()
    _tell(actor, emergency, Action.EMERGENCY_ASKED, {"reason": emergency.reason})
    return emergency


@transaction.atomic
def voice(*, actor: Actor, person: Person, emergency: Emergency, agrees: bool) -> Emergency:
    """One of the others agrees, which grants it when two have, or declines, which ends it.

    Raises:
        Refused: the request is one's own or over, the account is not the person's business, or they spoke already.
    """
    emergency = (
        Emergency.objects.select_for_update(of=("self",))
        .select_related("account__institution", "person")
        .get(pk=emergency.pk)
    )
    require(checks.may_agree(emergency, person))
    now = clock.now()
    said = EmergencyVoice(
        institution_id=emergency.institution_id, emergency=emergency, person=person, agrees=agrees, at=now
    )
    try:
        with transaction.atomic():
            said.save()
    except IntegrityError:
        raise _refuse(
            "您已表过态，须由另一人同意。", "You spoke already; another person must agree."
        ) from None
    if not agrees:
        return _ended(actor, emergency, Action.EMERGENCY_DECLINED)
    if emergency.voices.filter(agrees=True).count() < VOICES:
        _tell(actor, emergency, Action.EMERGENCY_AGREED)
        return emergency
    emergency.granted_at, emergency.granted_until = now, now + GRANT_GOOD_FOR
    emergency.save(update_fields=["granted_at", "granted_until"])
    _tell(actor, emergency, Action.EMERGENCY_GRANTED)
    return emergency


@transaction.atomic
def end(*, actor: Actor, person: Person, emergency: Emergency) -> Emergency:
    """Take a request or a grant back: who asked, or whoever runs the account.

    Raises:
        Refused: it is over, or not the person's business.
    """
    emergency = Emergency.objects.select_for_update(of=("self",)).get(pk=emergency.pk)
    if person.pk != emergency.person_id:
        require(checks.runs(emergency.account, person))
    if emergency.ended_at is not None:
        raise _refuse("这项申请已结束。", "The request is over.")
    return _ended(actor, emergency, Action.EMERGENCY_ENDED)


def _ended(actor: Actor, emergency: Emergency, action: Action) -> Emergency:
    emergency.ended_at = clock.now()
    emergency.save(update_fields=["ended_at"])
    _tell(actor, emergency, action)
    return emergency


def _tell(actor: Actor, emergency: Emergency, action: Action, detail: dict[str, str] | None = None) -> None:
    record(
        institution=emergency.account.institution,
        actor=actor,
        action=action,
        subject=subject_of(emergency.account),
        facts={"emergency": emergency.pk, "kind": emergency.kind, "person": emergency.person_id},
        detail=detail,
    )


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))
