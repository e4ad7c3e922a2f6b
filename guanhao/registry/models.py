"""Official accounts, as far as publishing needs them, and their sealed secrets (K7, K8)."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person, Unit
from guanhao.registry.queries import AccountQuerySet
from guanhao.registry.types import (
    MOST_HOLDERS,
    USUAL_HOLDERS,
    AccountState,
    CapabilityState,
    ConnectionEnd,
    SecretKind,
)


class Account(Scoped):
    """账号: an official account on a platform. Platform and kind are keys of the rulebook's data."""

    platform = models.CharField(max_length=40)  # wechat, weibo, douyin …
    kind = models.CharField(max_length=40, blank=True)  # subscription, service …
    name = models.CharField(max_length=100)
    handle = models.CharField(max_length=100, blank=True)  # WeChat id, Weibo uid …
    app_id = models.CharField(max_length=40, blank=True)
    address = models.URLField(max_length=500, blank=True)
    owner_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="accounts")
    flagship = models.BooleanField(default=False)
    tier = models.PositiveSmallIntegerField(default=1)
    verified = models.BooleanField(default=False)
    # Whether an administrator must confirm each mass send by API; nothing where nobody has said (wechat.md §6).
    mass_protection = models.BooleanField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=AccountState.choices, default=AccountState.ACTIVE)
    first_responsible = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filing_number = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    objects = TenantManager.from_queryset(AccountQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "platform", "handle"],
                condition=~models.Q(handle=""),
                name="account_one_handle",
            ),
            # gpnu-13: no account is active without a first responsible person.
            models.CheckConstraint(
                condition=~models.Q(state=AccountState.ACTIVE) | models.Q(first_responsible__isnull=False),
                name="account_active_needs_first_responsible",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ObservedCapability(Scoped):
    """What a read-only probe found an account able to do, and when."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="capabilities")
    capability = models.CharField(max_length=40)  # draft, publish, material …
    state = models.CharField(max_length=10, choices=CapabilityState.choices, default=CapabilityState.UNKNOWN)
    errcode = models.IntegerField(null=True, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    observed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "capability"], name="capability_once")]


class Secret(Scoped):
    """A secret under envelope encryption.

    The associated data binds institution, account, kind and version: a moved, swapped or aged row fails to open (SE1).
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="secrets")
    kind = models.CharField(max_length=20, choices=SecretKind.choices)
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()  # algorithm tag, key id, wrapped data key, nonce, ciphertext
    set_at = models.DateTimeField()
    # Who typed it knows it; nobody where the system set it.
    set_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "version"], name="secret_one_version"),
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=models.Q(retired_at__isnull=True),
                name="secret_one_current",
            ),
        ]


class PlatformToken(Scoped):
    """The single owner of an account's platform token (SE7): renewed under the row's lease, never by two at once."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="token")
    sealed = models.BinaryField(default=bytes)
    expires_at = models.DateTimeField(null=True, blank=True)
    renewing_until = models.DateTimeField(null=True, blank=True)
    renewing_by = models.CharField(max_length=60, blank=True)
    serial = models.PositiveIntegerField(default=0)
    forced_at = models.JSONField(default=list)  # instants of forced refreshes today (20 a day, 30 s apart)


class Holder(Scoped):
    """保管人: a numbered slot, so that the rulebook's number is a constraint and not a query (K8).

    ``most`` is that number as it stood when the slot was given: the table has no place beyond it, and no rulebook
    opens more than `MOST_HOLDERS`.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holders")
    slot = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField(default=USUAL_HOLDERS)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "slot"], name="holder_one_per_slot"),
            models.UniqueConstraint(fields=["account", "person"], name="holder_one_slot_each"),
            models.CheckConstraint(
                condition=models.Q(slot__gte=1, slot__lte=models.F("most"), most__lte=MOST_HOLDERS),
                name="holder_slot_within_the_rule",
            ),
        ]


class PlatformApp(Scoped):
    """平台应用: the app an institution registered with a platform, by which its accounts authorise us (weibo.md §0, §2).

    What the platform's console says of it is copied by hand: it gives no call that would tell.
    """

    platform = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    sealed = models.BinaryField()  # the secret, bound to institution, platform and version
    version = models.PositiveIntegerField(default=1)
    redirect_uri = models.URLField(max_length=500)
    safe_domains = models.JSONField(default=list)
    reviewed = models.BooleanField(default=False)  # before it, posts are visible to test accounts only
    may_delete = models.BooleanField(default=False)  # the platform granted statuses/destroy
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "platform"], name="platform_app_once")]


class Connection(Scoped):
    """连接: whose authorisation an account stands on. Its token is in `PlatformToken`; nobody but a person renews it."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="connection")
    uid = models.CharField(max_length=40)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    # Seconds before the end at which its holders were last told; nothing while they were not.
    warned = models.PositiveIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=12, choices=ConnectionEnd.choices, blank=True)


class Consent(Scoped):
    """授权请求: one way through a platform's page of consent, used once, by the person and session that began it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state_digest = models.CharField(max_length=80, unique=True)
    session_digest = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    # What it brought, while a person has still to say that the uid is the account's.
    uid = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=100, blank=True)
    sealed = models.BinaryField(default=bytes)
    expires_at = models.DateTimeField(null=True, blank=True)


class PlatformCall(Scoped):
    """One call that an account's few calls were spent on, written before it is made (weibo.md §6)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    name = models.CharField(max_length=40)
    purpose = models.CharField(max_length=12)
    writes = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="platform_call_recent")]
