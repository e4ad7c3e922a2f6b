"""Looking at a secret (SE3): asked for with a reason and a fresh second factor, shown once, within five minutes.

1. `ask` writes the permission; only digests of its token and of the session are kept. Looks are counted per person.
2. `open_once` takes it: a conditional update decides who was first, so the value leaves at most once.
3. A second opening is refused and recorded; whoever runs the account is told as a consequence.
The machine does not come this way: it opens what it needs through the vault, and no person sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.custody import checks
from guanhao.custody.actions import withdraw_tickets
from guanhao.custody.exposing import expose
from guanhao.custody.models import Reveal
from guanhao.custody.types import REVEAL_GOOD_FOR, ExposureWhy
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.registry import vault
from guanhao.registry.actions import subject_of
from guanhao.registry.models import Account, Secret

_AGAIN = Denied(
    Text(
        zh="这次查看已经用过，不能再次打开；本次尝试已记录并告知相关人员。",
        en="This look was used already and cannot be opened again; the attempt was recorded and told.",
    )
)
_OVER = Denied(Text(zh="这次查看已过期，请重新申请。", en="This look is too old; ask again."))
_NOTHING = Denied(Text(zh="没有设置这类密钥。", en="No such secret is set."))


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret on its one way to a person's eyes."""

    reveal: Reveal
    value: str = field(repr=False)


@transaction.atomic
def ask(*, actor: Actor, person: Person, account: Account, kind: str, reason: str, session: str) -> str:
    """Permit one look at the current secret of a kind; answers the token that opens it. ``session`` is the session's key.

    The caller has made sure of a fresh second factor.

    Raises:
        Refused: no holder and no granted emergency, no reason, too many looks today, or nothing set.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)  # looks are counted one after the other
    require(checks.reason_given(reason))
    require(checks.may_reveal(account, kind, person))
    secret = Secret.objects.filter(account=account, kind=kind, retired_at__isnull=True).first()
    if secret is None:
        raise Refused(_NOTHING)
    withdraw_tickets(person, account)
    token, now = randomness.token_hex(32), clock.now()
    emergency = None if checks.holds(account, person) else checks.grant_for(account, kind, person)
    reveal = Reveal(
        institution_id=account.institution_id,
        secret=secret,
        person=person,
        emergency=emergency,
        reason=reason.strip()[:300],
        token_digest=digest(token),
        session_digest=digest(session),
        asked_at=now,
        until=now + REVEAL_GOOD_FOR,
    )
    reveal.save()
    _tell(actor, reveal, Action.CREDENTIAL_REVEAL_ASKED, {"reason": reveal.reason})
    return token


def find(*, person: Person, token: str) -> Reveal | None:
    """The person's own permission that a token stands for."""
    rows = Reveal.objects.filter(token_digest=digest(token), person=person)
    return rows.select_related("secret__account__institution", "emergency").first()


def is_open(reveal: Reveal, session: str, now: datetime) -> bool:
    """Whether it can still be used, here."""
    return reveal.opened_at is None and reveal.until > now and reveal.session_digest == digest(session)


def open_once(*, actor: Actor, reveal: Reveal, session: str) -> Shown:
    """Take the one look. What is answered must be shown and forgotten.

    Raises:
        WrongState: it was used before, which is recorded and told.
        Refused: it is over, belongs to another session, or the person may not look any more.
    """
    if reveal.opened_at is None:
        shown = _taken(actor, reveal, session)
        if shown is not None:
            return shown
        reveal.refresh_from_db()
    if reveal.opened_at is None:
        raise Refused(_OVER)
    with transaction.atomic():
        Reveal.objects.filter(pk=reveal.pk, again_at__isnull=True).update(again_at=clock.now())
        _tell(actor, reveal, Action.CREDENTIAL_REVEAL_REFUSED)
    raise WrongState(_AGAIN)


@transaction.atomic
def _taken(actor: Actor, reveal: Reveal, session: str) -> Shown | None:
    """The value, for whoever is first; the right to look is asked again at this moment (anchors rule 16)."""
    now, secret = clock.now(), reveal.secret
    free = Reveal.objects.filter(
        pk=reveal.pk, opened_at__isnull=True, until__gt=now, session_digest=digest(session)
    )
    if free.update(opened_at=now) != 1:
        return None
    allowed = checks.holds(secret.account, reveal.person) or (
        checks.grant_for(secret.account, secret.kind, reveal.person) is not None
    )
    current = Secret.objects.filter(pk=secret.pk, retired_at__isnull=True).first()
    if not allowed or current is None:
        raise Refused(_OVER)
    value = vault.open_sealed(secret.account, secret.kind, secret.version, bytes(current.sealed))
    _tell(actor, reveal, Action.CREDENTIAL_REVEALED)
    if reveal.emergency_id is not None:
        expose(actor=actor, secrets=[secret], person=reveal.person, why=ExposureWhy.EMERGENCY)
    return Shown(reveal, value)


def _tell(actor: Actor, reveal: Reveal, action: Action, detail: dict[str, Any] | None = None) -> None:
    secret = reveal.secret
    record(
        institution=secret.account.institution,
        actor=actor,
        action=action,
        subject=subject_of(secret.account),
        facts={
            "kind": secret.kind,
            "version": secret.version,
            "person": reveal.person_id,
            "reveal": reveal.pk,
            "emergency": reveal.emergency_id,
        },
        detail=detail,
    )
