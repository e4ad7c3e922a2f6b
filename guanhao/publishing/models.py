"""Publishing: jobs, attempts written before the call, looks, stops and what people did by hand (security §2)."""

from __future__ import annotations

from django.db import models

from guanhao.contents.models import Asset, Push, Revision
from guanhao.contents.types import Channel
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.core.text import Text
from guanhao.people.models import Person
from guanhao.publishing.queries import JobQuerySet
from guanhao.publishing.types import (
    AskWhy,
    EffectClass,
    JobState,
    LookVerdict,
    Occasion,
    Outcome,
    WithdrawalState,
)
from guanhao.registry.models import Account
from guanhao.steps.models import Leased


class PublishJob(Scoped, Leased):
    """发布任务: one push on its way out. A WeChat push is one draft and one public step for all its items."""

    push = models.ForeignKey(Push, on_delete=models.PROTECT, related_name="jobs")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="jobs")
    channel = models.CharField(max_length=15, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.PLANNED)
    manifest = models.JSONField()  # revision hashes in order
    manifest_hash = models.CharField(max_length=80)
    mark = models.CharField(max_length=32)  # key of the job link (§2.4) and clientmsgid, fixed at planning
    due_at = models.DateTimeField()
    late_after = models.DateTimeField()  # due + grace: past it a person is asked
    # Where the operator sat who planned it: Weibo wants it with the post (PD4); forgotten once the job is settled.
    operator_address = models.GenericIPAddressField(null=True, blank=True)
    epoch = models.CharField(max_length=40, blank=True)  # K9
    serial = models.PositiveIntegerField(default=0)  # conditional updates count it up
    staged = models.JSONField(default=dict)  # media_id, cover ids, snapshot hash, inline urls
    remote = models.JSONField(default=dict)  # publish_id, msg_id, msg_data_id, article_id, figures
    ask_why = models.CharField(max_length=15, choices=AskWhy.choices, blank=True)
    cause = models.TextField(blank=True)  # the sentence a person reads
    cause_en = models.TextField(blank=True)
    cause_code = models.CharField(max_length=20, blank=True)
    armed_at = models.DateTimeField(null=True, blank=True)
    # Class Q, while the platform's number is not known: until when the call may be repeated under its key (§2.2).
    keyed_until = models.DateTimeField(null=True, blank=True)
    unknown_since = models.DateTimeField(null=True, blank=True)
    looks_done = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    sweep_at = models.DateTimeField(
        null=True, blank=True
    )  # when leftover drafts with our mark are looked for
    created_at = models.DateTimeField()

    objects = TenantManager.from_queryset(JobQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_due"),
            models.Index(fields=["institution", "-due_at"], name="job_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["push"],
                condition=~models.Q(state__in=[JobState.CANCELLED, JobState.REJECTED, JobState.REMOVED]),
                name="job_one_live_per_push",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state=JobState.ARMED),
                name="job_one_public_step_in_flight",
            ),
        ]

    @property
    def why(self) -> Text:
        """The sentence a person reads about it, in both languages."""
        return Text(zh=self.cause, en=self.cause_en)


class JobItem(Scoped):
    """One revision × account × channel of a job: at most one live (§2.1)."""

    job = models.ForeignKey(PublishJob, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=15, choices=Channel.choices)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="job_items")
    live = models.BooleanField(default=True)
    url = models.URLField(max_length=1000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "revision", "channel"],
                condition=models.Q(live=True),
                name="job_item_one_live",
            )
        ]


class Attempt(Scoped):
    """发送记录: one remote call, written and committed before its first byte (§2.3)."""

    job = models.ForeignKey(PublishJob, null=True, on_delete=models.PROTECT, related_name="tries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    call = models.CharField(max_length=40)  # draft_add, submit …
    effect = models.CharField(max_length=1, choices=EffectClass.choices)
    number = models.PositiveIntegerField()
    worker = models.CharField(max_length=60)
    fence = models.PositiveIntegerField()
    armed_at = models.DateTimeField()
    deadline = models.DateTimeField()
    request_digest = models.CharField(max_length=80)
    marks = models.JSONField(default=dict)
    before = models.JSONField(default=dict)  # pre-observation
    approvals = models.JSONField(default=list)  # the approval set relied on
    outcome = models.CharField(max_length=15, choices=Outcome.choices, default=Outcome.PENDING)
    http_status = models.IntegerField(null=True, blank=True)
    errcode = models.IntegerField(null=True, blank=True)
    ids = models.JSONField(default=dict)
    body = models.TextField(blank=True)  # secrets removed, at most 8 KB
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["job", "call", "number"], name="attempt_number_once")]


class Worded(models.Model):
    """A row that says in a sentence what came of it, in the language of whoever reads."""

    sentence = models.TextField(blank=True)
    sentence_en = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def words(self) -> Text:
        """The sentence in both languages."""
        return Text(zh=self.sentence, en=self.sentence_en)


def worded(sentence: Text) -> dict[str, str]:
    """The columns of a sentence, as `Worded` has them."""
    return {"sentence": sentence.zh, "sentence_en": sentence.en}


class Look(Worded, Scoped):
    """核对: one look-up of an effect."""

    job = models.ForeignKey(PublishJob, on_delete=models.PROTECT, related_name="looks")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    worker = models.CharField(max_length=60)
    verdict = models.CharField(max_length=15, choices=LookVerdict.choices)
    evidence = models.JSONField(default=list)  # [{"call", "answer"}], secrets removed

    class Meta:
        ordering = ["pk"]


class Preview(Worded, Scoped, Leased):
    """预览: a draft sent to one named follower for a look, on somebody's word. Sent at most once (wechat.md §6.3)."""

    job = models.ForeignKey(PublishJob, on_delete=models.PROTECT, related_name="previews")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    wechat_id = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    attempt = models.ForeignKey(Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=15, choices=Outcome.choices, default=Outcome.PENDING)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["account", "asked_at"], name="preview_of_day")]


class RemoteMedia(Scoped):
    """What a platform gave us for an asset: inline pictures cached per account, covers uploaded once per job."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asset_digest = models.CharField(max_length=80)
    use = models.CharField(max_length=10)  # inline | cover
    job = models.ForeignKey(PublishJob, null=True, on_delete=models.PROTECT, related_name="media")
    remote_id = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "asset_digest", "use"], name="remote_media_lookup")]


class HandReport(Scoped):
    """What a person said and showed about a push: published by hand, or an answer on the ask page."""

    job = models.ForeignKey(PublishJob, on_delete=models.PROTECT, related_name="hand_reports")
    choice = models.CharField(max_length=12)  # published | resend | give_up
    link = models.URLField(max_length=1000, blank=True)
    screenshot = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed = models.BooleanField(default=False)  # by our own look-up
    notified = models.BooleanField(default=False)  # a publication by hand that notified followers


class Stop(Scoped):
    """一键停发: in force for every intent not yet committed; lifted by two people (§2.8, AP8)."""

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="stops"
    )
    reason = models.CharField(max_length=200)
    # Nobody where the system stopped itself after a restore (K9).
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lift_asked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True) | ~models.Q(lifted_by=models.F("lift_asked_by")),
                name="stop_lifted_by_two",
            )
        ]


class Withdrawal(Worded, Scoped, Leased):
    """撤回: one order that something published is taken down; one article, or all of a push where there is no item."""

    job = models.ForeignKey(PublishJob, on_delete=models.PROTECT, related_name="withdrawals")
    item = models.ForeignKey(
        JobItem, null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawals"
    )
    state = models.CharField(max_length=10, choices=WithdrawalState.choices)
    takes_two = models.BooleanField()
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    screenshot = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"],
                condition=models.Q(state__in=["asked", "ordered", "by_hand"]),
                name="withdrawal_one_open_per_job",
            ),
            models.CheckConstraint(
                condition=models.Q(takes_two=False)
                | models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="withdrawal_decided_by_two",
            ),
        ]


class InstallationStop(models.Model):
    """停发全部: the whole installation stands still, whatever the institution; lifted by two (§2.8, AP8).

    Not scoped: it is the one act that concerns every institution. Each institution's ledger has its own entry of it.
    """

    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lift_asked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True) | ~models.Q(lifted_by=models.F("lift_asked_by")),
                name="installation_stop_lifted_by_two",
            )
        ]


class Reminder(Scoped):
    """What was said about a job because of the time alone; once per job, occasion, time it counts from and time of saying it."""

    job = models.ForeignKey(PublishJob, on_delete=models.PROTECT, related_name="reminders")
    occasion = models.CharField(max_length=15, choices=Occasion.choices)
    due_at = (
        models.DateTimeField()
    )  # since when it counts: the job's due time, or when its withdrawal came to wait
    again = models.PositiveSmallIntegerField(default=0)  # the how manieth saying it is, from 0
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "occasion", "due_at", "again"], name="job_reminded_once")
        ]


class InstanceEpoch(models.Model):
    """K9: one row that counts public intents; a file outside the database remembers how far it had come.

    Where the row is behind the file, the database was restored from a backup.
    """

    value = models.PositiveBigIntegerField(default=0)
    since = models.DateTimeField()
    restored_at = models.DateTimeField(null=True, blank=True)


class Breaker(models.Model):
    """Whether sending to a platform is interrupted after several unknown outcomes (§2.8)."""

    platform = models.CharField(max_length=40, unique=True)
    open_since = models.DateTimeField(null=True, blank=True)
    probe_after = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
