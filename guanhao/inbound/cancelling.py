"""Weibo's call when a user withdraws an authorisation (weibo.md 2.5). Unsigned: only a reason to ask about the token.

An app has one such address, so it stands for the institution; the account is found by the uid. At most one message per
account and hour is kept: whoever comes to know the address cannot use up the account's hundred calls a day.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.urls import reverse

from guanhao.core import clock
from guanhao.core.canonical import digest
from guanhao.inbound.models import InboxItem
from guanhao.inbound.types import KEPT, InboxKind
from guanhao.people.models import Institution
from guanhao.registry.applications import WEIBO, app_of
from guanhao.registry.models import Account, Connection
from guanhao.registry.types import GONE
from guanhao.steps.clock import database_now

_SIGNER = Signer(sep=".", salt="weibo cancel address")


def cancel_address(institution: Institution) -> str:
    """The address to register on the platform's console. Nobody can make it who does not know our secret."""
    key = _SIGNER.sign(str(institution.pk))
    return settings.PUBLIC_URL.rstrip("/") + reverse("callback_weibo", args=[key])


def institution_of(key: str) -> Institution | None:
    """Whose address the key belongs to; nothing for one that we did not make."""
    try:
        pk = _SIGNER.unsign(key)
    except BadSignature:
        return None
    return Institution.objects.filter(pk=int(pk)).first()


def receive_cancel(institution: Institution, source: str, uid: str) -> bool:
    """Store that an account's authorisation may be over; whether it was news. For the institution in scope."""
    app, account = app_of(institution.pk), _account(uid)
    if app is None or account is None or source != app.key:
        return False
    now = clock.now()
    item = InboxItem(
        institution_id=institution.pk,
        account=account,
        kind=InboxKind.WEIBO_CANCEL,
        identity=digest(["weibo_cancel", uid, now.strftime("%Y-%m-%dT%H")]),
        created_at=now,
        received_at=now,
        run_after=database_now(),
        keep_until=now + KEPT[InboxKind.WEIBO_CANCEL],
    )
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _account(uid: str) -> Account | None:
    """The account that is connected under the uid, unless it is closed or the connection has ended already."""
    connected = Connection.objects.filter(uid=uid, ended_at__isnull=True, account__platform=WEIBO)
    found = connected.exclude(account__state__in=GONE).select_related("account").first()
    return found.account if found else None
