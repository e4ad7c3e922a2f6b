"""The register of official accounts: their particulars, people, filing numbers and sealed secrets (K7, K8)."""

from __future__ import annotations

from django.db import models

from guanhao.cases.models import Case
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person, Unit
from guanhao.registry.queries import AccountQuerySet, OperatorQuerySet
from guanhao.registry.types import (
    GONE,
    MOST_HOLDERS,
    USUAL_HOLDERS,
    AccountState,
    CapabilityState,
    ConnectionEnd,
    FacePart,
    SecretKind,
    Tenure,
)


class Account(Scoped):
    """账号: an official account on a platform. Platform and kind are keys of `guanhao.registry.kinds`."""

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
    verified_until = models.DateField(null=True, blank=True)
    verification_withdrawn_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=AccountState.choices, default=AccountState.ACTIVE)
    state_since = models.DateTimeField(null=True, blank=True)
    state_article = models.CharField(max_length=60, blank=True)  # what the last step rests on
    state_reason = models.CharField(max_length=300, blank=True)
    state_proof = models.CharField(max_length=500, blank=True)
    dormant_since = models.DateField(null=True, blank=True)
    uninspected_since = models.DateField(null=True, blank=True)
    inspected_on = models.DateField(null=True, blank=True)  # when an inspection was last passed
    last_published_at = models.DateTimeField(null=True, blank=True)
    first_responsible = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    supervising_leader = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    manager = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Whose phone or WeChat the platform itself knows as the administrator's.
    bound_administrator = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(max_length=500, blank=True)
    audience = models.CharField(max_length=200, blank=True)
    qr = models.CharField(max_length=80, blank=True)  # digests of stored pictures
    avatar = models.CharField(max_length=80, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    filing_number = models.CharField(max_length=60, blank=True)
    # What stands now and what was filed last: different digests are a change that was not filed (`particulars`).
    particulars_digest = models.CharField(max_length=80, blank=True)
    filed_digest = models.CharField(max_length=80, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    name_key = models.CharField(max_length=120, blank=True)  # the name folded: one of a kind on its platform
    created_at = models.DateTimeField()

    objects = TenantManager.from_queryset(AccountQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "platform", "handle"],
                condition=~models.Q(handle="") & ~models.Q(state__in=GONE),
                name="account_one_handle",
            ),
            models.UniqueConstraint(
                fields=["institution", "platform", "name_key"],
                condition=~models.Q(name_key="") & ~models.Q(state__in=GONE),
                name="account_one_name",
            ),
            # gpnu-13: no account is active without a first responsible person.
            models.CheckConstraint(
                condition=~models.Q(state=AccountState.ACTIVE) | models.Q(first_responsible__isnull=False),
                name="account_active_needs_first_responsible",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "state", "name"], name="account_by_state"),
            models.Index(fields=["institution", "owner_unit", "state"], name="account_by_unit"),
            models.Index(fields=["institution", "filing_number"], name="account_by_number"),
            # The register's own order, so that a page of it is read and not sorted out of everything.
            models.Index(
                fields=["institution", "-flagship", "platform", "name", "-id"], name="account_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Operator(Scoped):
    """管理员: who runs an account day to day, for good or for a time, one row each; a term that is over stays."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="operators")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tenure = models.CharField(max_length=5, choices=Tenure.choices, default=Tenure.LONG)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # when a short term is to end
    ended_on = models.DateField(null=True, blank=True)

    objects = TenantManager.from_queryset(OperatorQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "person"],
                condition=models.Q(ended_on__isnull=True),
                name="operator_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(tenure=Tenure.SHORT) | models.Q(until__isnull=False),
                name="operator_short_term_ends",
            ),
        ]


class NumberSeries(Scoped):
    """The counter of one scheme of filing numbers (of one year, where it restarts): locked while a number is taken."""

    scheme = models.CharField(max_length=40)
    period = models.CharField(max_length=4, blank=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "scheme", "period"], name="number_series_once")
        ]


class FilingNumber(Scoped):
    """备案编号: a number that was issued, and to which account. Numbers are never given twice, nor taken back."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="numbers")
    scheme = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=4, blank=True)
    serial = models.PositiveIntegerField(
        null=True, blank=True
    )  # nothing for one taken over as it was written
    text = models.CharField(max_length=60)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "text"], name="filing_number_once"),
            models.UniqueConstraint(
                fields=["institution", "scheme", "period", "serial"], name="filing_number_one_serial"
            ),
        ]


class Filing(Scoped):
    """备案: the particulars of an account as they were filed at one time, by keys; what changed since is told from it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="filings")
    digest = models.CharField(max_length=80)
    particulars = models.JSONField(default=dict)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["account", "-filed_at"], name="filing_newest")]


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


class Face(Scoped):
    """平台展示: what was approved of an account's menu or profile, and what the platform showed last (`registry.faces`)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="faces")
    part = models.CharField(max_length=8, choices=FacePart.choices)
    approved = models.JSONField(null=True)  # lines of two texts; nothing before the first look
    approved_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # An approved application whose change the platform has not shown yet.
    allowed = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shown = models.JSONField(null=True)
    # The digest of what was shown when somebody said that it is not what was approved.
    refused = models.CharField(max_length=80, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    drifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "part"], name="face_once")]


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
