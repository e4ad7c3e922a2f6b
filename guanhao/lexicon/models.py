"""An institution's own lists: terms, entries beside them, wordings that are right. Rows end, they are never changed.

Every change counts the institution's version up by one; a row is in force from ``added_in`` until ``removed_in``.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.lexicon.queries import AllowanceQuerySet, EntryQuerySet, TermQuerySet, TrainingQuerySet
from guanhao.lexicon.types import EntryKind, TermForce, TrainingState
from guanhao.people.models import Person, Unit
from guanhao.screening.hits import HitClass
from guanhao.steps.models import Leased

_CLASSES = [(each.value, each.value) for each in HitClass]


class Lexicon(Scoped):
    """词库: the counter of an institution's versions; its row is the lock of every change."""

    version = models.PositiveIntegerField(default=0)
    stamp = models.CharField(
        max_length=32
    )  # new with every change: two versions of one number are told apart
    changed_at = models.DateTimeField()
    proof_digest = models.CharField(
        max_length=80, blank=True
    )  # of the proofreading model in use, if it is its own

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution"], name="lexicon_one")]


class Versioned(Scoped):
    """When a row came into force and when it went, by version; who did it."""

    added_in = models.PositiveIntegerField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_in = models.PositiveIntegerField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class TermBatch(Scoped):
    """One import. Equal batches of several institutions have one digest, and are compiled once."""

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=80)
    count = models.PositiveIntegerField()
    added_in = models.PositiveIntegerField()


class ListedTerm(Versioned):
    """词条: one term of one family."""

    batch = models.ForeignKey(TermBatch, null=True, on_delete=models.PROTECT, related_name="terms")
    family = models.CharField(_("类别"), max_length=40)
    text = models.CharField(_("词语"), max_length=60)
    force = models.CharField(_("力度"), max_length=5, choices=TermForce.choices, default=TermForce.WARN)
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    valid_until = models.DateField(_("失效日期"), null=True, blank=True)
    allow = models.JSONField(_("例外"), default=list, blank=True)  # phrases inside which it is innocent
    note = models.CharField(_("备注"), max_length=200, blank=True)

    objects = TenantManager.from_queryset(TermQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "family", "text"],
                condition=models.Q(removed_in__isnull=True),
                name="term_once",
            )
        ]
        indexes = [models.Index(fields=["institution", "removed_in", "family"], name="term_in_force")]


class Entry(Versioned):
    """条目: a confusable, a leader, a unit's wrong name, the shape of a number, a protected name."""

    kind = models.CharField(_("类型"), max_length=14, choices=EntryKind.choices)
    text = models.CharField(max_length=100)
    meaning = models.CharField(max_length=100, blank=True)
    rank = models.PositiveSmallIntegerField(_("排序"), default=0)
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    objects = TenantManager.from_queryset(EntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind", "text", "meaning"],
                condition=models.Q(removed_in__isnull=True),
                name="entry_once",
            )
        ]


class Allowance(Versioned):
    """不是错误: a wording a unit has called right. Of personal data only the mask and a keyed digest are kept."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    hit_class = models.CharField(max_length=10, choices=_CLASSES)
    wording = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    objects = TenantManager.from_queryset(AllowanceQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "hit_class", "wording", "digest"],
                condition=models.Q(removed_in__isnull=True),
                name="allowance_once",
            )
        ]


class ProofTraining(Leased, Scoped):
    """校对模型训练: the delivered model read the institution's published archive; the row is its own queue."""

    state = models.CharField(max_length=8, choices=TrainingState.choices, default=TrainingState.RUNNING)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    budget = models.FloatField()  # share of clean sentences that a warning may touch
    articles = models.PositiveIntegerField(default=0)
    characters = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=80, blank=True)  # of the model file
    warn_at = models.FloatField(null=True, blank=True)
    hint_at = models.FloatField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    objects = TenantManager.from_queryset(TrainingQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution"],
                condition=models.Q(state=TrainingState.RUNNING),
                name="proof_training_one_at_a_time",
            )
        ]
