"""What platforms push to us: an address per account, the inbox, and what keeps strangers and replays out (NT3)."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.inbound.queries import InboxQuerySet
from guanhao.inbound.types import InboxKind
from guanhao.registry.models import Account
from guanhao.steps.models import Leased


class CallbackAddress(Scoped):
    """Where an account's pushes arrive. The key is part of the address; who does not know it cannot even be refused."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="callback_address")
    key = models.CharField(max_length=64, unique=True)
    takes_plain = models.BooleanField(
        default=False
    )  # readable pushes, signed but open to whoever is on the way
    salt = models.CharField(max_length=64)  # for the digests that stand for users
    opened_at = models.DateTimeField()


class InboxItem(Scoped, Leased):
    """来信: one message a platform pushed. It is never believed; it is a reason to look (K2)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="inbox")
    kind = models.CharField(max_length=20, choices=InboxKind.choices)
    identity = models.CharField(max_length=80)  # tells it from every other message of the account
    reference = models.CharField(max_length=64, blank=True)  # publish_id or msg_id
    user = models.CharField(
        max_length=80, blank=True
    )  # a salted digest that stands for the user, never the openid
    facts = models.JSONField(default=dict)  # what it claims: status, addresses, counts
    created_at = models.DateTimeField()  # by the platform
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    jobs_found = models.PositiveSmallIntegerField(null=True, blank=True)  # how many jobs it made be looked at
    keep_until = models.DateTimeField(db_index=True)

    objects = TenantManager.from_queryset(InboxQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "identity"], name="inbox_item_once")]
        indexes = [
            models.Index(
                fields=["run_after"], condition=models.Q(handled_at__isnull=True), name="inbox_item_waiting"
            ),
            models.Index(fields=["account", "kind", "reference"], name="inbox_item_about"),
            models.Index(fields=["account", "user"], name="inbox_item_of_user"),
        ]


class UsedNonce(Scoped):
    """A timestamp and nonce that came with a message which was stored.

    Written in the message's own transaction: the repeat of a push that failed here may carry the same nonce and finds
    no trace of it (open question 2).
    """

    address = models.ForeignKey(CallbackAddress, on_delete=models.CASCADE, related_name="+")
    value = models.CharField(max_length=80)  # digest of timestamp and nonce
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "value"], name="nonce_once")]


class RefusedPushes(Scoped):
    """How many pushes of one sender were refused in one minute: beyond a limit nothing of his is looked at (NT4)."""

    address = models.ForeignKey(CallbackAddress, on_delete=models.CASCADE, related_name="refused")
    sender = models.CharField(max_length=80)  # digest of the client's address
    minute = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "sender", "minute"], name="refused_pushes_minute")
        ]
