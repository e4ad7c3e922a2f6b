"""Taking in a push: proved, opened, told from others, stored. Nothing else happens while the platform waits (NT3).

1. A sender of too many refused pushes in this minute is not listened to.
2. The signature of the address (token, timestamp, nonce) must be right before a byte of the body is looked at.
3. The encrypted part is found by a pattern; its own signature must be right before it is decrypted.
4. The AppID inside must be the account's. Only then does a parser see the message.
5. One transaction stores message and nonce. The repeat of what was not stored is therefore never taken for a replay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from guanhao.core import clock
from guanhao.core.canonical import digest
from guanhao.inbound.models import CallbackAddress, InboxItem, RefusedPushes, UsedNonce
from guanhao.inbound.types import KEPT, KEPT_OF_USERS, InboxKind, NotAccepted
from guanhao.platforms.wechat import sealed
from guanhao.platforms.wechat.pushed import NotAMessage, Pushed, message
from guanhao.platforms.wechat.sealed import Signed
from guanhao.registry import vault
from guanhao.registry.types import SecretKind
from guanhao.steps.clock import database_now

MOST_BYTES = 64 * 1024
WINDOW = timedelta(minutes=10)  # a repeat may carry the first delivery's timestamp, seconds earlier
REFUSED_A_MINUTE = 30
LONGEST_ECHO = 200


class Refusal(Exception):  # noqa: N818 - the answer to whoever pushed.
    """The push was not taken in."""

    def __init__(self, why: NotAccepted) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request at an account's address, as far as it matters."""

    address: CallbackAddress
    signed: Signed
    sender: str  # the client's network address


def echo(arrival: Arrival, echostr: str) -> str:
    """The answer to the platform's check of the address (12.1).

    Raises:
        Refusal: wrong signature, old timestamp, or too many of them.
    """
    with _counting(arrival):
        _listen(arrival)
        _prove(arrival, _keys(arrival)[SecretKind.CALLBACK_TOKEN])
        if len(echostr) > LONGEST_ECHO:
            raise Refusal(NotAccepted.UNREADABLE)
        return echostr


def receive(arrival: Arrival, body: bytes) -> bool:
    """Store a push; whether it was a new one. A repeat of a stored one is no refusal.

    Raises:
        Refusal: it was not taken in.
        DatabaseError: it could not be stored; the platform will repeat it.
    """
    with _counting(arrival):
        _listen(arrival)
        keys = _keys(arrival)
        token = _prove(arrival, keys[SecretKind.CALLBACK_TOKEN])
        content = _content(arrival, token, keys[SecretKind.CALLBACK_KEY], body)
        try:
            pushed = message(content)
        except NotAMessage:
            raise Refusal(NotAccepted.UNREADABLE) from None
        return _store(arrival, pushed)


# --- Who is listened to -------------------------------------------------------------------------------------------------


@contextmanager
def _counting(arrival: Arrival) -> Iterator[None]:
    """Count a refusal of the block against its sender. A sender over the limit costs no more writes."""
    try:
        yield
    except Refusal as refusal:
        if refusal.why is not NotAccepted.TOO_MANY:
            _refused(arrival)
        raise


def _listen(arrival: Arrival) -> None:
    count = RefusedPushes.objects.filter(**_this_minute(arrival)).values_list("count", flat=True).first()
    if (count or 0) >= REFUSED_A_MINUTE:
        raise Refusal(NotAccepted.TOO_MANY)


def _refused(arrival: Arrival) -> None:
    row, _new = RefusedPushes.objects.get_or_create(
        **_this_minute(arrival), defaults={"institution_id": arrival.address.institution_id}
    )
    RefusedPushes.objects.filter(pk=row.pk).update(count=F("count") + 1)


def _this_minute(arrival: Arrival) -> dict[str, Any]:
    minute = clock.now().replace(second=0, microsecond=0)
    return {"address": arrival.address, "sender": digest(arrival.sender), "minute": minute}


# --- What is proved -----------------------------------------------------------------------------------------------------


def _keys(arrival: Arrival) -> dict[str, list[str]]:
    """Tokens and AES keys: the current ones first, then those replaced a short while ago (12.4)."""
    return vault.open_recent(
        arrival.address.account, (SecretKind.CALLBACK_TOKEN, SecretKind.CALLBACK_KEY), clock.now()
    )


def _prove(arrival: Arrival, tokens: Sequence[str]) -> str:
    """The token under which the address is signed, if its time is near ours."""
    signed = arrival.signed
    right = [
        token for token in tokens if sealed.is_right(signed.signature, token, signed.timestamp, signed.nonce)
    ]
    if not right:
        raise Refusal(NotAccepted.SIGNATURE)
    if abs(clock.now() - _instant(signed.timestamp)) > WINDOW:
        raise Refusal(NotAccepted.TIME)
    return right[0]


def _instant(seconds: str | int) -> datetime:
    """An instant of the platform's; 1970 for what is none."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _content(arrival: Arrival, token: str, aes_keys: Sequence[str], body: bytes) -> bytes:
    """The message: decrypted, or readable where the account takes such. Of a body with both, the encrypted part (12.3)."""
    signed, account = arrival.signed, arrival.address.account
    try:
        encrypted = sealed.encrypted_part(body)
        if encrypted is None:
            if not arrival.address.takes_plain:
                raise Refusal(NotAccepted.PLAIN)
            return body
        if not sealed.is_right(signed.msg_signature, token, signed.timestamp, signed.nonce, encrypted):
            raise Refusal(NotAccepted.SIGNATURE)
        return sealed.opened(encrypted, aes_keys, account.app_id)
    except sealed.Unreadable:
        raise Refusal(NotAccepted.UNREADABLE) from None
    except sealed.ForSomebodyElse:
        raise Refusal(NotAccepted.RECEIVER) from None


# --- What is stored -----------------------------------------------------------------------------------------------------


def _store(arrival: Arrival, pushed: Pushed) -> bool:
    address = arrival.address
    nonce = UsedNonce(
        institution_id=address.institution_id,
        address=address,
        value=digest([arrival.signed.timestamp, arrival.signed.nonce]),
        used_at=clock.now(),
    )
    try:
        with transaction.atomic():
            _item(address, pushed).save(force_insert=True)
            nonce.save(force_insert=True)
        return True
    except IntegrityError:
        known = InboxItem.objects.filter(account=address.account, identity=pushed.identity).exists()
    if not known:
        raise Refusal(NotAccepted.REPLAYED)
    # The repeat of a stored message with a nonce of its own: that nonce is used up as well.
    UsedNonce.objects.bulk_create([nonce], ignore_conflicts=True)
    return False


def _item(address: CallbackAddress, pushed: Pushed) -> InboxItem:
    kind = InboxKind(pushed.kind.value)
    return InboxItem(
        institution_id=address.institution_id,
        account=address.account,
        kind=kind,
        identity=pushed.identity,
        reference=pushed.reference[:64],
        user=user_digest(address, pushed.user) if pushed.user else "",
        facts=dict(pushed.facts),
        created_at=_instant(pushed.created),
        received_at=clock.now(),
        run_after=database_now(),
        keep_until=clock.now() + KEPT.get(kind, KEPT_OF_USERS),
    )


def user_digest(address: CallbackAddress, openid: str) -> str:
    """What stands for a user of the account. Salted by the address: it says nothing to who has only the table."""
    return digest([address.salt, openid])
