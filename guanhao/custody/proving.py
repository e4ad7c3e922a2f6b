"""Proving that a secret was replaced (SE4): the platform took the new one and refused the old, or a second person says so.

Until then what flagged the old one stays open: typing a new value closes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from guanhao.core import clock, http
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.custody import checks
from guanhao.custody.models import Exposure, Proof
from guanhao.custody.types import ProofHow
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.wechat.errors import meaning_of
from guanhao.publishing.wechat.connection import client
from guanhao.registry import vault
from guanhao.registry.actions import subject_of
from guanhao.registry.models import Account, Secret
from guanhao.registry.types import SecretKind

PROVER = system("custody", "密钥保管")
_WRONG_SECRET = frozenset(
    {40001, 40125}
)  # what WeChat answers to an AppSecret that is not, or no longer, the one


@dataclass(frozen=True, slots=True)
class Tried:
    """What asking the platform brought, as a sentence; ``proven`` when both halves hold."""

    proven: bool
    sentence: Text
    code: int | None = None


_UNTESTABLE = Tried(
    proven=False,
    sentence=Text(zh="平台不能验证这类密钥，须由第二人确认。", en="A second person attests this kind."),
)
_NOT_REPLACED = Tried(
    proven=False,
    sentence=Text(
        zh="还没有录入过新的，没有可验证的更换。", en="No new one was entered; there is nothing to prove."
    ),
)
_PROVEN = Tried(
    proven=True,
    sentence=Text(
        zh="平台已接受新密钥，并拒绝旧密钥。", en="The platform takes the new secret and refuses the old."
    ),
)
_STILL_OLD = Tried(
    proven=False,
    sentence=Text(
        zh="平台仍接受旧密钥：请先在公众平台重置 AppSecret，再录入新的。",
        en="The platform still takes the old one: reset the AppSecret on its console, then enter the new one.",
    ),
)
_LATER = Tried(
    proven=False,
    sentence=Text(
        zh="平台暂时没有答复，稍后会自动再验证。", en="The platform gave no answer; it is asked again later."
    ),
)


def waiting() -> QuerySet[Secret]:
    """Current secrets that replaced another one and that nobody has proven yet."""
    rows = Secret.objects.filter(retired_at__isnull=True, version__gt=1, proof__isnull=True)
    found: QuerySet[Secret] = rows.select_related("account__institution").order_by("pk")
    return found


def due_to_be_asked() -> list[Secret]:
    """Those of them that a platform can be asked about and that something flagged waits for."""
    owed = set(Exposure.objects.open().values_list("secret__account", "secret__kind"))
    return [
        secret
        for secret in waiting()
        if (secret.account_id, secret.kind) in owed and checks.testable(secret.account, secret.kind)
    ]


def try_platform(*, actor: Actor, secret: Secret) -> Tried:
    """Ask the platform about the new secret and those it replaced. Makes calls, so never inside a transaction."""
    account = secret.account
    if secret.version == 1:
        return _NOT_REPLACED
    if not checks.testable(account, secret.kind):
        return _UNTESTABLE
    tried = _asked(account, secret)
    if tried.proven:
        _settle(actor, secret, ProofHow.ACCEPTED)
    else:
        _note(actor, secret, tried)
    return tried


def _asked(account: Account, secret: Secret) -> Tried:
    new = vault.open_secret(account, secret.kind)
    try:
        wechat = client()
        answer = wechat.stable_token(account.app_id, new or "")
        if not answer.done:
            return _not_taken(answer)
        for old in _kept(secret):
            value = vault.open_sealed(account, old.kind, old.version, bytes(old.sealed))
            refused = wechat.stable_token(account.app_id, value)
            if refused.done:
                return _STILL_OLD
            if refused.errcode not in _WRONG_SECRET:
                return _LATER
    except http.NotAllowed:
        return _LATER
    return _PROVEN


def _not_taken(answer: Answer) -> Tried:
    if answer.outcome is not AnswerClass.REFUSED and answer.errcode not in _WRONG_SECRET:
        return _LATER
    return Tried(proven=False, sentence=meaning_of(answer.errcode), code=answer.errcode)


def _kept(secret: Secret) -> QuerySet[Secret]:
    older: QuerySet[Secret] = Secret.objects.filter(
        account=secret.account, kind=secret.kind, version__lt=secret.version
    ).exclude(sealed=b"")
    return older


@transaction.atomic
def attest(*, actor: Actor, person: Person, secret: Secret, statement: str) -> Proof:
    """A second person's word that the new secret is in use and the old one does not open any more.

    Raises:
        Refused: the platform can be asked, it is not a second person, or nothing was said.
    """
    require(checks.may_attest(secret, person))
    require(checks.reason_given(statement))
    if secret.retired_at is not None or Proof.objects.filter(secret=secret).exists():
        raise Refused(Denied(Text(zh="已经确认过，或已被更换。", en="It was proven, or replaced, already.")))
    return _settle(actor, secret, ProofHow.ATTESTED, person, statement.strip()[:300])


@transaction.atomic
def _settle(
    actor: Actor, secret: Secret, how: ProofHow, person: Person | None = None, statement: str = ""
) -> Proof:
    """Write the proof, close what it closes, destroy what was kept. Whoever typed the new one still knows it."""
    account = secret.account
    proof: Proof
    proof, new = Proof.objects.get_or_create(
        secret=secret,
        defaults={
            "institution_id": account.institution_id,
            "how": how,
            "person": person,
            "statement": statement,
            "at": clock.now(),
        },
    )
    if not new:
        return proof
    owed = Exposure.objects.filter(
        secret__account=account,
        secret__kind=secret.kind,
        secret__version__lt=secret.version,
        closed_at__isnull=True,
    )
    if secret.set_by_id is not None:
        owed = owed.exclude(person_id=secret.set_by_id)
    closed = owed.update(closed_at=clock.now(), proof=proof)
    if secret.kind == SecretKind.APP_SECRET:
        _kept(secret).update(sealed=b"")
    record(
        institution=account.institution,
        actor=actor,
        action=Action.CREDENTIAL_ROTATED,
        subject=subject_of(account),
        facts={
            "kind": secret.kind,
            "version": secret.version,
            "how": str(how),
            "closed": closed,
            "left": Exposure.objects.open().of(account).count(),
        },
        detail={"statement": statement},
    )
    return proof


@transaction.atomic
def _note(actor: Actor, secret: Secret, tried: Tried) -> None:
    record(
        institution=secret.account.institution,
        actor=actor,
        action=Action.CREDENTIAL_PROBED,
        subject=subject_of(secret.account),
        facts={"kind": secret.kind, "version": secret.version, "proven": False, "code": tried.code},
        detail={"why": tried.sentence.zh},
    )
