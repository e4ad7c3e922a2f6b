"""Changes to an account's callback address, and what is forgotten again. One function per change, one event each."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.core.verdicts import require
from guanhao.inbound.models import CallbackAddress, InboxItem, RefusedPushes, UsedNonce
from guanhao.inbound.receiving import WINDOW
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.registry import checks
from guanhao.registry.actions import set_secret, subject_of
from guanhao.registry.models import Account
from guanhao.registry.types import SecretKind

KEY_BYTES = 24
_LETTERS = str.maketrans("+/", "Aa")  # the console takes letters and digits only


@dataclass(frozen=True, slots=True)
class NewKeys:
    """A token and an AES key made just now: shown once to whoever asked for them, to be entered on the console."""

    token: str
    aes_key: str


@transaction.atomic
def renew_address(*, actor: Actor, account: Account) -> CallbackAddress:
    """Give the account an address for pushes, or another one; the old one answers nobody from now on.

    Raises:
        Refused: without the permission and no holder.
    """
    require(checks.may_connect(actor, account))
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    address: CallbackAddress
    address, new = CallbackAddress.objects.update_or_create(
        account=account,
        defaults={"key": randomness.token_hex(KEY_BYTES), "opened_at": clock.now()},
        create_defaults={
            "institution_id": account.institution_id,
            "key": randomness.token_hex(KEY_BYTES),
            "salt": randomness.token_hex(KEY_BYTES),
            "opened_at": clock.now(),
        },
    )
    _event(actor, account, "opened" if new else "renewed")
    return address


@transaction.atomic
def take_plain(*, actor: Actor, address: CallbackAddress, allowed: bool) -> None:
    """Say whether the account takes readable pushes; by default it takes only encrypted ones (NT3).

    Raises:
        Refused: without the permission and no holder.
    """
    account = address.account
    require(checks.may_connect(actor, account))
    changed = CallbackAddress.objects.filter(pk=address.pk, takes_plain=not allowed).update(
        takes_plain=allowed
    )
    if changed:
        _event(actor, account, "plain_allowed" if allowed else "plain_refused")


@transaction.atomic
def make_keys(*, actor: Actor, account: Account) -> NewKeys:
    """Make a new token and AES key and seal them. The ones before are accepted for a few days more (wechat.md 12.4).

    Raises:
        Refused: without the permission and no holder.
        KeyMissing: the key file cannot be used.
    """
    keys = NewKeys(
        token=randomness.token_hex(), aes_key=base64.b64encode(randomness.token_bytes(33)).decode()[:43]
    )
    keys = NewKeys(keys.token, keys.aes_key.translate(_LETTERS))
    set_secret(actor=actor, account=account, kind=SecretKind.CALLBACK_TOKEN, value=keys.token)
    set_secret(actor=actor, account=account, kind=SecretKind.CALLBACK_KEY, value=keys.aes_key)
    return keys


def _event(actor: Actor, account: Account, what: str) -> None:
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_CALLBACK_CHANGED,
        subject=subject_of(account),
        facts={"what": what},
    )


def forget_user(item: InboxItem) -> int:
    """Delete what one user did; answers how many messages. The one that asks for it stays, without the user (PD5)."""
    with transaction.atomic():
        rows = InboxItem.objects.of_user(item.account, item.user).exclude(pk=item.pk)
        gone, _each = rows.delete() if item.user else (0, {})
        InboxItem.objects.filter(pk=item.pk).update(user="")
    item.user = ""
    return gone


def forget_outlived() -> int:
    """Delete messages past their time, and the traces against replay and floods; answers how many messages."""
    now = clock.now()
    gone, _each = InboxItem.objects.outlived(now).delete()
    UsedNonce.objects.filter(used_at__lt=now - 3 * WINDOW).delete()
    RefusedPushes.objects.filter(minute__lt=now - timedelta(hours=24)).delete()
    return gone
